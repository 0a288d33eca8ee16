"""The form that asks what a payday taught: an answer is judged once, and who gives it proves who they are."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.keep_lessons import Asked, asking
from flows.service.door.form_input import plain_schema
from schemas.no_go import NothingToDo
from tasks.lessons import answers
from tasks.lessons.answers import DOOR, Answer, judge_once, list_answers
from tasks.lessons.form import make_form
from tasks.lessons.lessons import Theme, list_lessons
from tasks.people.on_a_form import OnAForm
from tasks.people.two_people import Given
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import APPROVER, NOVEMBER, context, deliver, ingest
from tests.people import code_at, enrol_approvers

RUN = "ilf-2026-11-rehearsal-1"
FLOW = "3f6c2f0e-8a0e-4d4c-9a4e-0c7f3c1d9a10"
SAID = ((Theme.MOMENTUM, False, "Nobody knew who sends the [file](https://evil.example)."),)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    of = context(tmp_path_factory.mktemp("home"))
    deliver(of)
    assert ingest(of) == RUN
    enrol_approvers(of)
    return of.settings.home


@pytest.fixture
def ilf(home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(home, tmp_path / "home"))


def given(code: str, name: str = APPROVER, came_through: str = "") -> OnAForm:
    return OnAForm(Given(name, code), NOVEMBER, came_through, DOOR)


def lessons(of: TenantContext) -> list[str]:
    with of.ledger.opened() as connection:
        return [str(each) for each in list_lessons(connection)]


def test_what_somebody_says_is_kept_once_and_stands_above_the_next_form(ilf: TenantContext) -> None:
    form = make_form(ilf, NOVEMBER)
    assert form.run_ids == (RUN,)
    assert "No lesson is open." in form.text
    answer = Answer(given(code_at(APPROVER, NOVEMBER)), RUN, SAID)
    kept = judge_once(ilf, FLOW, "lessons-1-1", answer, NOVEMBER)
    assert (kept.verdict, kept.cause, kept.by) == ("approved", f"Of {RUN}, number 1 is kept.", APPROVER)
    later = NOVEMBER + timedelta(minutes=5)
    assert judge_once(ilf, FLOW, "lessons-1-1", answer, later) == kept, "a flow run that was resumed asks again"
    assert lessons(ilf) == [f"1. momentum, {RUN}: {SAID[0][2]}"]
    assert "[file](" not in make_form(ilf, NOVEMBER).text, "what somebody typed makes no link"
    assert list(problems(ilf)) == []


@pytest.mark.parametrize(
    ("wrong", "cause", "costs"),
    [
        (lambda right: replace(right, given=given("000000")), "not this person's of this minute", 1),
        (lambda right: replace(right, said=()), "Nothing was said", 0),
        (lambda right: replace(right, run_id="ilf-2026-11-rehearsal-9"), "ilf-2026-11-rehearsal-9", 0),
        (lambda right: replace(right, given=given(right.given.who.code, "nobody@ilf.example")), "is no operator", 0),
        (
            lambda right: replace(right, given=given(right.given.who.code, came_through="second.approver@ilf.example")),
            "You came in as second.approver@ilf.example",
            0,
        ),
    ],
    ids=["wrong code", "nothing said", "no such run", "nobody of the agreement's", "in another's name"],
)
def test_an_answer_that_does_not_count_keeps_no_lesson_and_takes_no_code(
    ilf: TenantContext, wrong: Callable[[Answer], Answer], cause: str, costs: int
) -> None:
    right = Answer(given(code_at(APPROVER, NOVEMBER)), RUN, SAID)
    refused = judge_once(ilf, FLOW, "lessons-1-1", wrong(right), NOVEMBER)
    assert (refused.verdict, refused.costs_an_attempt) == ("refused", costs)
    assert cause in refused.cause
    assert lessons(ilf) == []
    assert judge_once(ilf, FLOW, "lessons-1-2", right, NOVEMBER).verdict == "approved", "the code still counts"
    assert [each.verdict for each in list_answers(ilf, FLOW)] == ["refused", "approved"]


def test_killed_before_it_is_committed_nothing_was_kept_and_the_code_still_counts(
    ilf: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Answer(given(code_at(APPROVER, NOVEMBER)), RUN, SAID)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as at_the_end:
        at_the_end.setattr(answers.audit_log, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            judge_once(ilf, FLOW, "lessons-1-1", answer, NOVEMBER)
    assert lessons(ilf) == []
    assert judge_once(ilf, FLOW, "lessons-1-1", answer, NOVEMBER).verdict == "approved"
    assert len(lessons(ilf)) == 1


def test_a_body_without_a_run_is_asked_nothing(tmp_path: Path) -> None:
    with pytest.raises(NothingToDo, match="has had no run"):
        make_form(context(tmp_path), NOVEMBER)


def test_the_form_asks_of_each_theme_what_went_well_and_what_did_not() -> None:
    schema = asking((RUN,)).model_json_schema()
    assert plain_schema(schema) == schema
    assert schema["properties"]["run"]["enum"] == [RUN]
    fields = [f"{theme.replace(' ', '_')}_{how}" for theme in Theme for how in ("went_well", "did_not")]
    assert list(Asked.model_fields) == ["run", *fields, "name", "one_time_code"]
    assert set(schema["required"]) == {"run", "name", "one_time_code"}
