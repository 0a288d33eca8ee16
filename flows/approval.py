"""The wait for a person: the form, the suspend, and what is done with the answer.

A resumed run starts again from its first line and is given every earlier answer again, so :func:`ask`
asks and judges in the same order each time, and the judge it is handed must return what it said before.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Literal
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run
from pydantic import Field

from schemas.approval import Answer, Outcome, Verdict
from schemas.no_go import NoGo
from tasks.approve.decision import decided
from tasks.approve.limits import time_left
from tasks.approve.task import judge
from tasks.assess.stage import pack_of
from tasks.clock import clock
from tasks.office import Office
from tasks.settings import Settings

MOST_ANSWERS = 5


def approve(run_id: str, today: date | None) -> None:
    """Wait until the run is approved; at once if it was.

    Raises:
        NoGo: it was rejected, five answers did not count, or the time to approve it is over.
    """
    office = Office.of_run(run_id, Settings())
    if decided(office, run_id, str(flow_run.id), _start()):
        return
    try:
        left = time_left(office, run_id, clock(office.mode, today))
    except NoGo:
        # A form ends with the time to answer it, so an answer that has woken this flow was given in time.
        if not _has_been_answered():
            raise
        left = timedelta(minutes=1)
    ask(
        pack_of(office, run_id),
        left,
        partial(judge, run_id, today, str(flow_run.id)),
    )
    decided(office, run_id, str(flow_run.id), _start())


class Approval(RunInput):
    """The form, as the Prefect page shows it; no field has a default: with one, an empty form would be an answer."""

    decision: Literal["approve", "reject"] = Field(
        description="Read the pack first: it stands above, and in the run's tab Artifacts. approve: the payment file "
        "is released. reject: nothing leaves, and the run ends. (Open the list by the arrow at its right.)"
    )
    approver: str = Field(description="Who you are, as the agreement names you. Nobody approves what they submitted.")
    one_time_code: str = Field(description="The six digits that your device shows now. Each code counts once.")
    control_total: str = Field(
        description="The extract's total in pounds and pence, from your own records and not from this page."
    )
    reason: str = Field(
        description="Why. Needed to reject, and to approve where gates say refer: for each, as in `refused share, "
        "change in total: why`; `all: why` gives every one the same. Where there is nothing to say, write: none."
    )


def ask(pack: str, timeout: timedelta, judge: Callable[[str, Answer], Verdict]) -> Verdict:
    """Suspend the flow run until somebody's answer counts.

    Call it in the flow's own body, never in a task or subflow. It returns only in the process that
    resumed with an answer that counts; until then it leaves the process by Prefect's own signal, which
    no ``except Exception`` may stop.

    Args:
        pack: what the approver decides on, as markdown; shown above the form.
        timeout: how long each form waits; afterwards Prefect fails the run.
        judge: given the form's key and the answer, says what the answer comes to. For a key that it has
            judged before it must return that verdict, whatever it is handed.

    Returns:
        approved or rejected: any other verdict brings the form back.

    Raises:
        NoGo: five answers in a row did not count.
    """
    refused, above = 0, pack
    for number in count(1):
        key = f"{_start()}-{number}"
        verdict = judge(key, _answer(key, above, timeout))
        if verdict.outcome is Outcome.FIRST:
            above = f"**{verdict.cause}**\n\n{pack}"
        elif verdict.outcome is not Outcome.REFUSED:
            return verdict
        else:
            refused += 1
            if refused == MOST_ANSWERS:
                break
            above = _refused_above(pack, verdict.cause, MOST_ANSWERS - refused)
    raise NoGo(f"{MOST_ANSWERS} answers did not count, so nothing is released. The last one: {verdict.cause}")


def _start() -> str:
    """What the keys of this start's forms begin with.

    A retried run asks anew, and a used key would wait for ever: the count of starts, which a resume leaves as it is,
    is part of the key.
    """
    return f"approval-{FlowRunContext.get().flow_run.run_count}"


def _answer(key: str, description: str, timeout: timedelta) -> Answer:
    form = suspend_flow_run(
        wait_for_input=Approval.with_initial_data(description=description),
        key=key,
        timeout=int(timeout.total_seconds()),
    )
    return Answer(form.decision, form.approver, form.one_time_code, form.control_total, form.reason, _answered_at(form))


def _answered_at(form: Approval) -> datetime:
    """Ask the server when the answer reached it: the flow only wakes some seconds later."""
    with get_client(sync_client=True) as client:
        found = client.filter_flow_run_input(form.metadata.receiver, form.metadata.key, 1, set())
    return found[0].created.astimezone(UTC)


def _has_been_answered() -> bool:
    """Whether any form of this flow run has an answer."""
    with get_client(sync_client=True) as client:
        kept = client.filter_flow_run_input(UUID(str(flow_run.id)), "suspended-approval-", 4 * MOST_ANSWERS, set())
    return any(each.key.endswith("-response") for each in kept)


def _refused_above(pack: str, cause: str, left: int) -> str:
    return f"**The last answer was not accepted.** {cause} ({left} of {MOST_ANSWERS} answers left.)\n\n{pack}"
