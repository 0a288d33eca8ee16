"""In what order things are done: the one place that says so, for the flows and for a rehearsal without a server."""

from collections.abc import Callable
from datetime import date
from typing import ParamSpec, Protocol, TypeVar

from schemas.pay_run import Mode
from schemas.stages import Stage
from tasks.assess.task import assess, start_gates
from tasks.continuity.task import leave_continuity_file
from tasks.hand_over.task import fetch_answers
from tasks.ingest.task import ingest
from tasks.instruct.task import instruct
from tasks.publish.task import publish
from tasks.reconcile.taken import AnswersTaken
from tasks.reconcile.task import put_away, receive, reconcile
from tasks.release.task import release
from tasks.stage_run import TakenUp, take_up
from tasks.validate.task import validate
from tasks.vouchers.task import put_away_vouchers, receive_vouchers

P = ParamSpec("P")
T = TypeVar("T")


class Work(Protocol):
    """How one task is done: by a flow in Prefect's frame, by a rehearsal as it is."""

    def __call__(self, name: str, task: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> T:
        """Do a task under its name, and return what it returns."""


def as_it_is(_: str, task: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> T:
    """Do a task in no frame at all."""
    return task(*given, **named)


def pay(
    tenant: str,
    period: str | None,
    mode: Mode,
    today: date | None,
    flow_run_id: str,
    *,
    work: Work,
    taken_up: Callable[[TakenUp], None],
    approve: Callable[[TakenUp], None],
) -> str:
    """Pay an extract: from the landing folder to the payment file in the outbox.

    Args:
        tenant: the body to pay for.
        period: the pay period, as it is written; the one of the day if not given.
        mode: live or rehearsal.
        today: the date to run as, in a rehearsal only.
        flow_run_id: who asks; the same one goes on with the run that it had.
        work: does each task.
        taken_up: what is to be done once the run is known, before anything is decided.
        approve: returns once people have approved the run.

    Returns:
        the run, released.

    Raises:
        NoGo: a stage, or a person, stopped it.
    """
    run = take_up(work(Stage.INGEST, ingest, tenant, period, mode, today, flow_run_id), today)
    taken_up(run)
    start_gates(run)
    work(Stage.VALIDATE, validate, run)
    work(Stage.INSTRUCT, instruct, run)
    work(Stage.ASSESS, assess, run)
    approve(run)
    work(Stage.CONTINUITY, leave_continuity_file, run)
    work(Stage.RELEASE, release, run)
    work(Stage.PUBLISH, publish, run)
    return run.run_id


def take_in_answers(tenant: str, mode: Mode, today: date | None, *, work: Work) -> AnswersTaken:
    """Fetch answers where that is agreed, take in what waits of the bank and of a voucher provider, and reconcile.

    Args:
        tenant: whose bank.
        mode: live or rehearsal.
        today: the date to run as, in a rehearsal only.
        work: does each task.
    """
    not_fetched = work("fetch", fetch_answers, tenant, mode)
    files = work("receive", receive, tenant, mode, today)
    of_provider = work("receive vouchers", receive_vouchers, tenant, mode, today)
    answered = tuple(dict.fromkeys([*(run_id for file in files for run_id in file.runs), *of_provider.runs]))
    runs = [take_up(run_id, today) for run_id in answered]
    open_ends = [work(Stage.RECONCILE, reconcile, run).open_end for run in runs]
    for run in runs:
        work(Stage.PUBLISH, publish, run)
    work("put-away", put_away, tenant, mode)
    work("put-away vouchers", put_away_vouchers, tenant, mode)
    not_taken = (*not_fetched, *of_provider.said)
    return AnswersTaken(answered, tuple(files), tuple(filter(None, open_ends)), not_taken)
