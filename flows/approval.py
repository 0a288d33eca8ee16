"""The wait for an approver: the form, and what is done with the answer.

A resumed run is given every earlier answer again, so the judge that :func:`ask` is handed must return what it said
before.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.input import RunInput
from prefect.runtime import flow_run
from pydantic import Field

from flows import forms
from flows.form_inputs import RESPONSE, read_input
from schemas.approval import Answer, Decision, Outcome, Verdict
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

    decision: Decision = Field(
        description="Read the pack first: it stands above, and in the run's tab Artifacts. approve: the payment file "
        "is released. reject: nothing leaves, and the run ends. (Open the list by the arrow at its right.) For the "
        "decision owner alone: wait for a correction, pay the rest, or abandon the run."
    )
    approver: str = Field(description="Who you are, as the agreement names you. Nobody approves what they submitted.")
    one_time_code: str = Field(description="The six digits that your device shows now. Each code counts once.")
    control_total: str = Field(
        description="The extract's total, from your own records and not from this page. Commas, spaces and the pound "
        "sign may be there; pence must be, unless they are .00. Who does not approve writes: none."
    )
    reason: str = Field(
        description="Why. Needed for all but to approve, and to approve where gates say refer: the pack says what to "
        "write. Name no payee here. Where there is nothing to say, write: none."
    )


def ask(shown: Callable[[], str], timeout: timedelta, judge: Callable[[str, Answer], Verdict]) -> Verdict:
    """Suspend the flow run until somebody's answer counts.

    It returns only in the process that resumed with an answer that counts; see :func:`flows.forms.fill_in`.

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

    def answered(key: str, above: str) -> Verdict:
        return judge(key, _answer(key, above, shown, timeout))

    return forms.ask(_start(), answered, "nothing is released", str)


def _start() -> str:
    """What the keys of this start's forms begin with."""
    return forms.start_of_forms("approval")


def _answer(key: str, above: str, shown: Callable[[], str], timeout: timedelta) -> Answer:
    """Show a form, or return the answer to one that was shown."""
    filled = forms.fill_in(key, Approval, lambda: Approval.with_initial_data(description=f"{above}{shown()}"), timeout)
    form = filled.form
    return Answer(
        form.decision,
        form.approver,
        form.one_time_code,
        form.control_total,
        form.reason,
        filled.at,
        filled.came_through,
    )


def _has_been_answered() -> bool:
    """Whether any form of this start of the flow run has an answer."""
    keys = [key for key in forms.shown_already() if start_of(key) == _start()]
    with get_client(sync_client=True) as client:
        return any(read_input(client, UUID(str(flow_run.id)), key, RESPONSE) for key in keys)
