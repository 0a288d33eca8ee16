"""A task in Prefect's frame: a task run on the page of its flow run, and an artifact of what it shows."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from flows.tenant_lock import leave_if_taken_over
from tasks.error_boundary import error_boundary
from tasks.stage_run import Shown

P = ParamSpec("P")
T = TypeVar("T")


def as_task(name: str, work: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> T:
    """Do a task as a task run of the flow run that this is called in, unless another home has taken that over.

    Args:
        name: what the task run is called.
        work: the task.
        given: what it is given: ids, dates and modes alone, which Prefect keeps.
        named: likewise, by name.
    """
    leave_if_taken_over()

    @task(name=name, cache_policy=NO_CACHE, persist_result=False)
    @wraps(work)
    def framed(*given: P.args, **named: P.kwargs) -> T:
        done = work(*given, **named)
        if isinstance(done, Shown):
            with error_boundary(name):
                create_markdown_artifact(done.markdown, key=done.key)
        return done

    return framed(*given, **named)
