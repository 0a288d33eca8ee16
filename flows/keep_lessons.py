"""What a payday taught, asked on Prefect's page of whoever took part."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.input import RunInput
from prefect.runtime import flow_run
from pydantic import Field, create_model

from flows import forms
from flows.outcome import ended
from flows.tenant_lock import begin
from schemas.approval import Outcome, Verdict
from schemas.pay_run import Mode
from schemas.sanitise import in_markdown
from tasks.approve.notice import JUDGED_SOON
from tasks.clock import clock
from tasks.error_boundary import error_boundary
from tasks.ledger.catalogue.learning import LessonsAnswered
from tasks.lessons.answers import DOOR, Answer, judge_once, list_answers
from tasks.lessons.form import make_form
from tasks.lessons.lessons import ASKED, Said, Theme
from tasks.people.on_a_form import OnAForm
from tasks.people.two_people import Given
from tasks.settings import Settings
from tasks.tenant_context import TenantContext

WAITS = timedelta(days=7)
"""How long the form waits: a payday's people are asked once it is over."""
_LONGEST = 1000


def _well(theme: Theme) -> Any:
    return Field(default="", description=f"What went well ({ASKED[theme]}).")


def _badly(theme: Theme) -> Any:
    return Field(default="", description=f"What did not go well ({ASKED[theme]}).")


class Asked(RunInput):
    """The form. A theme may stay empty; who answers may not: with defaults, an empty form would be an answer."""

    run: str = Field(description="Of which payday. (Open the list by the arrow at its right.)")
    communication_went_well: str = _well(Theme.COMMUNICATION)
    communication_did_not: str = _badly(Theme.COMMUNICATION)
    decision_making_went_well: str = _well(Theme.DECISION_MAKING)
    decision_making_did_not: str = _badly(Theme.DECISION_MAKING)
    testing_went_well: str = _well(Theme.TESTING)
    testing_did_not: str = _badly(Theme.TESTING)
    design_went_well: str = _well(Theme.DESIGN)
    design_did_not: str = _badly(Theme.DESIGN)
    momentum_went_well: str = _well(Theme.MOMENTUM)
    momentum_did_not: str = _badly(Theme.MOMENTUM)
    name: str = Field(description="Who you are, as the agreement names you.")
    one_time_code: str = Field(description="The six digits that your device shows now. Each code counts once.")


@flow(name="keep-lessons", flow_run_name="{tenant} {mode}", persist_result=False)
def keep_lessons(tenant: str, mode: Mode = Mode.LIVE, today: date | None = None) -> State[Any]:
    """Ask one person what a payday taught; whoever else has something to say starts it again.

    A resume starts again from the first line: what was judged is read from the ledger, and judged once.

    Args:
        tenant: whose payday.
        mode: live or rehearsal.
        today: the date to run as, in a rehearsal only.
    """
    return ended(partial(_forms, tenant, mode, today))


def _forms(tenant: str, mode: Mode, today: date | None) -> str:
    """What was kept, once it is.

    Raises:
        NothingToDo: the body has had no run.
        NoGo: too many answers did not count.
    """
    begin(tenant, mode)
    context, now = TenantContext(tenant, mode, Settings()), clock(mode, today)
    with error_boundary("lessons"):
        answers = list_answers(context, str(flow_run.id))
    if answers and answers[-1].verdict == Outcome.APPROVED:
        # It ended, and its process died before it had said so: a start that Prefect counts anew shows no form again.
        return answers[-1].cause
    written = partial(in_markdown, longest=_LONGEST)
    start = forms.start_of_forms("lessons")
    return forms.ask(start, partial(_answered, context, now), "nothing is kept", written).cause


def _answered(context: TenantContext, now: datetime, key: str, above: str) -> Verdict:
    """What the answer to a form comes to; the form is shown if it was not."""
    with error_boundary("lessons"):
        answers = list_answers(context, str(flow_run.id))
    if said := next((each for each in answers if each.key == key), None):
        return _verdict(said)

    def described() -> type[Asked]:
        with error_boundary("lessons"):
            form = make_form(context, now)
        text = f"{above}{form.text}\n\n{JUDGED_SOON}"
        return asking(form.run_ids).with_initial_data(description=text)

    filled = forms.fill_in(key, Asked, described, WAITS)
    given = OnAForm(Given(filled.form.name, filled.form.one_time_code), filled.at, filled.came_through, DOOR)
    with error_boundary("lessons"):
        answer = Answer(given, filled.form.run, list(_said(filled.form)))
        return _verdict(judge_once(context, str(flow_run.id), key, answer, now))


def asking(run_ids: tuple[str, ...]) -> type[Asked]:
    """The form with the list of the runs to choose from."""
    told = Asked.model_fields["run"].description
    run = (str, Field(description=told, json_schema_extra={"enum": [*run_ids]}))
    return create_model("Asked", __base__=Asked, run=run)


def _field(theme: Theme, went_well: bool) -> str:
    return f"{theme.replace(' ', '_')}_{'went_well' if went_well else 'did_not'}"


def _said(form: Asked) -> Iterator[Said]:
    """What somebody typed to each theme; nothing is no lesson."""
    for theme in Theme:
        for went_well in (True, False):
            if (text := str(getattr(form, _field(theme, went_well)) or "")).strip():
                yield theme, went_well, text


def _verdict(said: LessonsAnswered) -> Verdict:
    return Verdict(Outcome(said.verdict), said.cause, bool(said.costs_an_attempt))
