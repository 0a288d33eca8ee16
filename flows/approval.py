"""The wait for a person: the form, the suspend, and what is done with the answer.

A resumed run starts again from its first line and is given every earlier answer again, so :func:`ask`
asks and judges in the same order each time, and the judge it is handed must return what it said before.
"""

from collections.abc import Callable
from datetime import UTC, timedelta
from functools import partial
from typing import Literal
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run
from pydantic import Field

from flows.form_inputs import RESPONSE, came_through, read_input, take_away_planted
from schemas.approval import Answer, Outcome, Verdict
from schemas.no_go import NoGo
from schemas.stages import Stage
from tasks.approve.decision import start_of, undecided_until
from tasks.approve.limits import time_left
from tasks.approve.notice import form_text
from tasks.approve.task import judge
from tasks.clock import clock
from tasks.error_boundary import error_boundary
from tasks.settings import Settings
from tasks.stage_run import TakenUp
from tasks.tenant_context import TenantContext

MOST_ANSWERS = 5
"""So many answers with a wrong code or a wrong total end the run."""

MOST_FORMS = 20
"""So many forms does one start of a run show in all, whatever was wrong with the answers."""


def approve(run: TakenUp) -> None:
    """Wait until the run is approved; at once if it was.

    Raises:
        NoGo: it was rejected, too many answers did not count, or the time to approve it is over.
    """
    run_id, today = run.run_id, run.today
    context = TenantContext.of_run(run_id, Settings())
    this_start = (str(flow_run.id), _start())
    now = clock(context.mode, today)
    with error_boundary(Stage.APPROVE):
        latest = undecided_until(context, run_id, *this_start)
        if latest is None:
            return
        try:
            left = time_left(run_id, latest, now)
        except NoGo:
            # A form ends with the time to answer it, so an answer that has woken this flow was given in time.
            if not _has_been_answered():
                raise
            left = timedelta(minutes=1)

    def shown() -> str:
        with error_boundary(Stage.APPROVE):
            return form_text(context, run_id, this_start, now)

    verdict = ask(shown, left, partial(judge, run_id, today, str(flow_run.id)))
    if verdict.outcome is Outcome.REJECTED:
        with error_boundary(Stage.APPROVE):
            undecided_until(context, run_id, *this_start)  # says who rejected it


class Approval(RunInput):
    """The form, as the Prefect page shows it; no field has a default: with one, an empty form would be an answer."""

    decision: Literal["approve", "reject"] = Field(
        description="Read the pack first: it stands above, and in the run's tab Artifacts. approve: the payment file "
        "is released. reject: nothing leaves, and the run ends. (Open the list by the arrow at its right.)"
    )
    approver: str = Field(description="Who you are, as the agreement names you. Nobody approves what they submitted.")
    one_time_code: str = Field(description="The six digits that your device shows now. Each code counts once.")
    control_total: str = Field(
        description="The extract's total, from your own records and not from this page. Commas, spaces and the pound "
        "sign may be there; pence must be, unless they are .00."
    )
    reason: str = Field(
        description="Why. Needed to reject, and to approve where gates say refer: the pack says what to write. Name no "
        "payee here. Where there is nothing to say, write: none."
    )


def ask(shown: Callable[[], str], timeout: timedelta, judge: Callable[[str, Answer], Verdict]) -> Verdict:
    """Suspend the flow run until somebody's answer counts.

    Call it in the flow's own body, never in a task or subflow. It returns only in the process that
    resumed with an answer that counts; until then it leaves the process by Prefect's own signal, which
    no ``except Exception`` may stop.

    Args:
        shown: what the approver decides on, as markdown; asked for when a form is to be shown.
        timeout: how long each form waits; afterwards Prefect fails the run.
        judge: given the form's key and the answer, says what the answer comes to. For a key that it has
            judged before it must return that verdict, whatever it is handed.

    Returns:
        approved or rejected: any other verdict brings the form back.

    Raises:
        NoGo: five answers were wrong, or twenty did not count.
    """
    wrong, above = 0, ""
    for number in range(1, MOST_FORMS + 1):
        key = f"{_start()}-{number}"
        verdict = judge(key, _answer(key, above, shown, timeout))
        if verdict.outcome is Outcome.FIRST:
            above = f"**{verdict.cause}**\n\n"
        elif verdict.outcome is not Outcome.REFUSED:
            return verdict
        else:
            wrong += verdict.costs_an_attempt
            if wrong == MOST_ANSWERS:
                raise NoGo(f"{wrong} answers were wrong, so nothing is released. The last one: {verdict.cause}")
            above = _refused_above(verdict, MOST_ANSWERS - wrong)
    raise NoGo(f"{MOST_FORMS} forms were answered and none counted, so nothing is released.")


def _start() -> str:
    """What the keys of this start's forms begin with.

    A retried run asks anew, and a used key would wait for ever: the count of starts, which a resume leaves as it is,
    is part of the key.
    """
    return f"approval-{_own_flow_run().run_count}"


def _shown_already() -> set[str]:
    """The keys of the forms that this start of the flow run has shown; the server keeps them with the flow run."""
    keys = _own_flow_run().empirical_policy.pause_keys or set()
    return {key for key in keys if start_of(key) == _start()}


def _own_flow_run() -> FlowRun:
    """The flow run that asks, as it was when this start of it began."""
    flow_context = FlowRunContext.get()
    assert flow_context is not None and flow_context.flow_run is not None  # a form is asked for nowhere but in a flow
    return flow_context.flow_run


def _answer(key: str, above: str, shown: Callable[[], str], timeout: timedelta) -> Answer:
    """Show a form, or return the answer to one that was shown: the first time never comes back from it."""
    described = Approval
    if key not in _shown_already():
        described = Approval.with_initial_data(description=f"{above}{shown()}")
        with get_client(sync_client=True) as client:
            take_away_planted(client, UUID(str(flow_run.id)), key)
    form = suspend_flow_run(wait_for_input=described, key=key, timeout=int(timeout.total_seconds()))
    with get_client(sync_client=True) as client:
        answered = read_input(client, form.metadata.receiver, key, RESPONSE)
        came = came_through(client, form.metadata.receiver, key)
    assert answered is not None and answered.created is not None  # Prefect has just read it
    # The server's own time of it: the flow only wakes some seconds later.
    at = answered.created.astimezone(UTC)
    return Answer(form.decision, form.approver, form.one_time_code, form.control_total, form.reason, at, came)


def _has_been_answered() -> bool:
    """Whether any form of this start of the flow run has an answer."""
    with get_client(sync_client=True) as client:
        return any(read_input(client, UUID(str(flow_run.id)), key, RESPONSE) for key in _shown_already())


def _refused_above(verdict: Verdict, left: int) -> str:
    """What stands above the next form when an answer did not count."""
    what = f"{left} of {MOST_ANSWERS} answers left"
    counted = f"({what}.)" if verdict.costs_an_attempt else f"(A matter of form, which costs nothing: {what}.)"
    return f"**The last answer was not accepted.** {verdict.cause} {counted}\n\n"
