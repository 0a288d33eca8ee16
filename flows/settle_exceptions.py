"""What the bank left to people, settled by two of them on Prefect's page."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.input import RunInput
from prefect.runtime import flow_run
from pydantic import Field, create_model

from flows import forms
from flows.outcome import ended
from flows.tenant_lock import begin
from schemas.approval import Outcome, Verdict
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.sanitise import in_markdown
from tasks.approve.notice import JUDGED_SOON
from tasks.clock import clock
from tasks.error_boundary import error_boundary
from tasks.exceptions.answers import Answer, Says, first_of, judge_once, list_answers
from tasks.exceptions.form import Form, make_form
from tasks.ledger.catalogue.settling import ExceptionAnswered
from tasks.people.two_people import Given
from tasks.settings import Settings
from tasks.tenant_context import TenantContext

WAITS = timedelta(days=1)
"""How long each form waits: what it says is of its day."""
_LONGEST = 1000
_CODE = Field(description="The six digits that your device shows now. Each code counts once.")


class Saying(RunInput):
    """The form of the first of two; no field has a default: with one, an empty form would be an answer."""

    subject: str = Field(description="What is settled. (Open the list by the arrow at its right.)")
    part: str = Field(
        description="Write: all. Or one number: an item of a file that was set aside, or a row of the run as listed."
    )
    decision: Literal["paid", "not_paid", "admit", "dismiss"] = Field(
        description="paid: the payees have the money. not_paid: they do not, and may be paid again. admit: the file, "
        "or the item, counts. dismiss: the file does not count; or the item has been looked into."
    )
    reason: str = Field(description="Why, in a sentence. Name no payee here.")
    bank_reference: str = Field(description="Under which the bank said so: of a letter, a case, a call.")
    name: str = Field(description="Who you are, as the agreement names you.")
    one_time_code: str = _CODE


class Agreeing(RunInput):
    """The form of the second of two; likewise."""

    decision: Literal["agree", "do not agree"] = Field(
        description="agree: it is settled. do not agree: nothing is, and the run ends. (Open the list by the arrow.)"
    )
    name: str = Field(description="Who you are, as the agreement names you; somebody else than the first.")
    one_time_code: str = _CODE


@flow(name="settle-exceptions", flow_run_name="{tenant} {mode}", persist_result=False)
def settle_exceptions(tenant: str, mode: Mode = Mode.LIVE, today: date | None = None) -> State[Any]:
    """Let two people settle one thing that waits for them; with nothing that waits it ends.

    A resume starts again from the first line: what was judged is read from the ledger, and judged once.

    Args:
        tenant: whose bank.
        mode: live or rehearsal.
        today: the date to run as, in a rehearsal only.
    """
    return ended(partial(_forms, tenant, mode, today))


def _forms(tenant: str, mode: Mode, today: date | None) -> str:
    """What was settled, once it is.

    Raises:
        NothingToDo: nothing waits.
        NoGo: the second of two does not agree, or too many answers did not count.
    """
    begin(tenant, mode)
    context, now = TenantContext(tenant, mode, Settings()), clock(mode, today)
    with error_boundary("exceptions"):
        answers = list_answers(context, str(flow_run.id))
    if answers and answers[-1].verdict in (Outcome.APPROVED, Outcome.REJECTED):
        # It ended, and its process died before it had said so: a start that Prefect counts anew shows no form again.
        verdict = _verdict(answers[-1])
    else:
        answered = partial(_answered, context, now)
        # A cause can name a file as the bank has named it.
        written = partial(in_markdown, longest=_LONGEST)
        verdict = forms.ask(forms.start_of_forms("settle"), answered, "nothing is settled", written)
    if verdict.outcome is Outcome.REJECTED:
        raise NoGo(verdict.cause)
    return verdict.cause


def _answered(context: TenantContext, now: datetime, key: str, above: str) -> Verdict:
    """What the answer to a form comes to; the form is shown if it was not."""
    with error_boundary("exceptions"):
        answers = list_answers(context, str(flow_run.id))
    if said := next((each for each in answers if each.key == key), None):
        return _verdict(said)
    first = first_of(answers)

    def made() -> Form:
        with error_boundary("exceptions"):
            return make_form(context, first, now)

    answer = _say(key, above, made) if first is None else _agree(key, above, made)
    with error_boundary("exceptions"):
        return _verdict(judge_once(context, str(flow_run.id), key, answer, now))


def _say(key: str, above: str, made: Callable[[], Form]) -> Answer:
    def described() -> type[Saying]:
        form = made()
        return choosing(form.labels).with_initial_data(description=_text(above, form))

    filled = forms.fill_in(key, Saying, described, WAITS)
    form = filled.form
    says = Says(form.subject, form.part, form.decision, form.reason, form.bank_reference)
    return Answer(Given(form.name, form.one_time_code), filled.at, filled.came_through, filled.shown, says)


def _agree(key: str, above: str, made: Callable[[], Form]) -> Answer:
    def described() -> type[Agreeing]:
        return Agreeing.with_initial_data(description=_text(above, made()))

    filled = forms.fill_in(key, Agreeing, described, WAITS)
    form = filled.form
    who = Given(form.name, form.one_time_code)
    return Answer(who, filled.at, filled.came_through, filled.shown, form.decision == "agree")


def choosing(labels: tuple[str, ...]) -> type[Saying]:
    """The first form with the list of what there is to choose from."""
    told = Saying.model_fields["subject"].description
    return create_model(
        "Saying", __base__=Saying, subject=(str, Field(description=told, json_schema_extra={"enum": [*labels]}))
    )


def _text(above: str, form: Form) -> str:
    return f"{above}{form.text}\n\n{JUDGED_SOON}"


def _verdict(said: ExceptionAnswered) -> Verdict:
    return Verdict(Outcome(said.verdict), said.cause, bool(said.costs_an_attempt))
