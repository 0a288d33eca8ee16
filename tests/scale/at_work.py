"""One home at work, in a process of its own: ``python -m tests.scale.at_work STEP...``, stopped where it is told.

``STOP_AT`` names the point at which the process stops itself, until somebody wakes or kills it.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from botocore.retries.standard import ExponentialBackoff

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.release import stage as release_stage
from tasks.settings import Settings
from tasks.storage.bucket import Bucket
from tasks.storage.store import Store
from tasks.storage.working_copy import POINTER
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, approve, assessed, deliver

RUN = "ilf-2026-11-rehearsal-1"
POINTS = (
    "before the objects of pending",
    "before the pointer to pending",
    "after the pointer to pending",
    "before the outbox",
    "after the outbox",
    "before the objects of released",
    "before the pointer to released",
    "after the pointer to released",
)
"""Everywhere in a release where two homes could come to differ."""

IN_THE_STEP = "in the step to the outbox"
"""Between the look whether the file is in the outbox, or was, and the step that puts it there."""

_COMMITS = ("pending", "released")
_done = 0


def at(point: str) -> None:
    """Stop here, if that is what was told."""
    if point and os.environ["STOP_AT"] == point:
        os.kill(os.getpid(), signal.SIGSTOP)


def _watched(does: Callable[..., Any], before: Callable[..., str], after: Callable[..., str]) -> Callable[..., Any]:
    def does_it(*given: Any) -> Any:
        at(before(*given))
        result = does(*given)
        at(after(*given))
        return result

    return does_it


def _commit() -> str:
    return _COMMITS[_done] if _done < len(_COMMITS) else "no commit"


def _watch_release() -> None:
    def before_pointer(_: Store, name: str, *__: object) -> str:
        return f"before the pointer to {_commit()}" if name == POINTER else ""

    def after_pointer(_: Store, name: str, *__: object) -> str:
        global _done
        if name != POINTER:
            return ""
        point = f"after the pointer to {_commit()}"
        _done += 1
        return point

    def before_objects(_: Store, name: str, *__: object) -> str:
        return f"before the objects of {_commit()}" if name.endswith(".duckdb") else ""

    def in_the_step(_: Bucket, name: str, *__: object) -> str:
        return IN_THE_STEP if name.endswith(".txt") else ""

    Store.swap = _watched(Store.swap, before_pointer, after_pointer)  # type: ignore[method-assign]
    Store.copy = _watched(Store.copy, before_objects, lambda *_: "")  # type: ignore[method-assign]
    Bucket._create = _watched(Bucket._create, in_the_step, lambda *_: "")  # type: ignore[method-assign]
    release_stage._let_go = _watched(
        release_stage._let_go, lambda *_: "before the outbox", lambda *_: "after the outbox"
    )


def _release(context: TenantContext) -> None:
    _watch_release()
    release_stage.release(context, RUN, NOVEMBER)


def _approved(context: TenantContext) -> None:
    deliver(context)
    assessed(context)
    approve(context, RUN)


def _verify(context: TenantContext) -> None:
    for problem in problems(context):
        say(f"{problem.where}: {problem.what}")


def say(line: str) -> None:
    """Say something to who started the process."""
    sys.stdout.write(f"{line}\n")


STEPS: dict[str, Callable[[TenantContext], None]] = {"approved": _approved, "release": _release, "verify": _verify}

if __name__ == "__main__":
    # Between tries botocore waits up to seconds, by lot.
    ExponentialBackoff.delay_amount = lambda *_: 0.01  # type: ignore[method-assign]
    context = TenantContext("ilf", Mode.REHEARSAL, Settings(modulus_table=None))
    for step in sys.argv[1:]:
        try:
            STEPS[step](context)
            say(f"{step}: done")
        except NoGo as said:
            say(f"{step}: {type(said).__name__}: {said}")
