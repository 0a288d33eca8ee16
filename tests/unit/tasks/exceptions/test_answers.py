"""The form by which two people settle what the bank left open: what the command refuses, it refuses too."""

import csv
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.no_go import NothingToDo
from tasks.audit.timeline import audit
from tasks.exceptions import answers
from tasks.exceptions.answers import Answer, Says, first_of, judge_once, list_answers
from tasks.exceptions.decisions import Decision
from tasks.exceptions.form import Form, make_form
from tasks.ledger.catalogue.settling import ExceptionAnswered
from tasks.people.two_people import Given
from tasks.tenant_context import TenantContext
from tests.month import APPROVER, ROWS, context
from tests.sampled import one_in
from tests.unit.tasks.exceptions.test_settle import (
    ACCEPTED,
    AFTER,
    ANOTHER,
    OPERATOR,
    OWNER,
    REJECTED,
    RETURNED,
    RUN,
    SECOND,
    SENDER,
    bank_says,
    home,
    is_whole,
    settled,
    states,
    two,
)

__all__ = ["home"]

FLOW = "3f6c2f0e-8a0e-4d4c-9a4e-0c7f3c1d9a10"
NOW = AFTER + timedelta(hours=1)
MONTH = Says(RUN, "all", "not_paid", "the bank says so", "case 4711")


@pytest.fixture(scope="module")
def waits(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TenantContext]:
    """A month that was accepted, and then rejected as a duplicate; nobody settles it, nor says what counts."""
    of = context(shutil.copytree(home, tmp_path_factory.mktemp("waits") / "home"))
    bank_says(of, ACCEPTED)
    bank_says(of, REJECTED, message="pain002")
    assert states(of) == {"disputed": 3}
    yield of
    assert first_of(list_answers(of, FLOW)) is None
    assert states(of) == {"disputed": 3}


@pytest.fixture(scope="module")
def shown(waits: TenantContext) -> str:
    """What stands above its first form."""
    return make_form(waits, None, NOW).text


@pytest.fixture
def disputed(waits: TenantContext, tmp_path: Path) -> TenantContext:
    """The same, to be settled."""
    return context(shutil.copytree(waits.settings.home, tmp_path / "home"))


@pytest.fixture
def returned(home: Path, tmp_path: Path) -> TenantContext:
    """Two payments of which a message says that they came back."""
    of = context(shutil.copytree(home, tmp_path / "home"))
    bank_says(of, ACCEPTED)
    bank_says(of, RETURNED, ANOTHER, message="arucs")
    return of


def form_of(of: TenantContext) -> Form:
    return make_form(of, first_of(list_answers(of, FLOW)), NOW)


def given(name: str, code: str = "") -> tuple[Given, datetime]:
    """Somebody with the code that their device shows next."""
    other = SECOND if name != SECOND else OWNER
    (who, _), at = two(name, other)
    return (Given(name, code) if code else who), at


def answer_of(of: TenantContext, name: str, said: Says | bool, code: str = "", **changes: Any) -> Answer:
    who, at = given(name, code)
    return replace(Answer(who, at, "", form_of(of).text, said), **changes)


def judged(of: TenantContext, name: str, said: Says | bool, code: str = "", **changes: Any) -> ExceptionAnswered:
    answer = answer_of(of, name, said, code, **changes)
    return judge_once(of, FLOW, next_key(of), answer, NOW)


def next_key(of: TenantContext) -> str:
    return f"settle-1-{len(list_answers(of, FLOW)) + 1}"


def test_the_second_answer_settles_what_the_first_has_said_and_each_is_judged_once(disputed: TenantContext) -> None:
    first = answer_of(disputed, OPERATOR, MONTH)
    keys = [next_key(disputed)]
    said = judge_once(disputed, FLOW, keys[0], first, NOW)
    assert (said.verdict, said.by, said.named, said.decision) == ("first", OPERATOR, RUN, "not_paid")
    assert states(disputed) == {"disputed": 3}, "the first settles nothing"

    form = form_of(disputed)
    assert form.labels == ()
    for shown in ("operator", "not_paid", "the bank says so", "case 4711", "5,931"):
        assert shown in form.text.replace("\\", "")
    second = answer_of(disputed, OWNER, True)
    keys.append(next_key(disputed))
    agreed = judge_once(disputed, FLOW, keys[1], second, NOW)
    assert (agreed.verdict, agreed.cause) == ("approved", f"{RUN} is settled (3 payments): not_paid.")
    assert states(disputed) == {"free: not_paid": 3}

    # A flow that is started again is given both again.
    assert judge_once(disputed, FLOW, keys[0], first, NOW) == said
    assert judge_once(disputed, FLOW, keys[1], second, NOW) == agreed
    told = [each for each in audit(disputed, RUN, AFTER.date()).steps if "settled what the bank left open" in each.what]
    assert [(each.who, f"agreed by {OWNER}" in each.what) for each in told] == [(OPERATOR, True)]
    assert is_whole(disputed)
    with pytest.raises(NothingToDo, match=r"Nothing of ilf \(rehearsal\) waits for two people"):
        make_form(disputed, None, NOW)


WRONG_FIRST: dict[str, tuple[str, dict[str, str], dict[str, str], str]] = {
    "who sent the run": (SENDER, {}, {}, "is no operator or approver or decision owner"),
    "who approved it": (APPROVER, {}, {}, f"approved {RUN}"),
    "nobody": ("a.payee@example.org", {}, {}, "is no operator or approver or decision owner"),
    "without a reason": (OPERATOR, {"reason": " "}, {}, "Say why"),
    "without the bank's word": (OPERATOR, {"bank_reference": ""}, {}, "under which reference"),
    "a decision of the other sort": (OPERATOR, {"decision": "admit"}, {}, "paid or not_paid, not as admit"),
    "no such thing": (OPERATOR, {"subject": "another.xml"}, {}, "is not what it was when this form was shown"),
    "no number": (OPERATOR, {"part": "row 1"}, {}, "Write all for the part"),
    "a row that there is not": (OPERATOR, {"part": "99"}, {}, "waits for two people"),
    "in another's name": (OPERATOR, {}, {"came_through": OWNER}, f"You came in as {OWNER}"),
}


@pytest.mark.parametrize("case", one_in(4, WRONG_FIRST))
def test_what_the_first_may_not_say_comes_back_with_its_cause(waits: TenantContext, shown: str, case: str) -> None:
    name, words, changes, cause = WRONG_FIRST[case]
    who, at = given(name)
    answer = Answer(who, at, changes.get("came_through", ""), shown, replace(MONTH, **words))
    said = judge_once(waits, FLOW, case, answer, NOW)
    assert (said.verdict, said.costs_an_attempt) == ("refused", 0)
    assert cause in said.cause


def test_a_wrong_code_costs_an_attempt_and_none_counts_twice(disputed: TenantContext, shown: str) -> None:
    said = judged(disputed, OPERATOR, MONTH, "000000")
    assert (said.verdict, said.costs_an_attempt) == ("refused", 1)
    who, at = given(OPERATOR)
    assert judged(disputed, OPERATOR, MONTH, who=who, at=at).verdict == "first"
    again = judge_once(disputed, "another flow run", "settle-1-1", Answer(who, at, "", shown, MONTH), NOW)
    assert "has been used" in again.cause


def test_who_may_not_agree_settles_nothing_and_who_may_still_can(disputed: TenantContext) -> None:
    judged(disputed, OPERATOR, MONTH)
    for name, code, cause in (
        (OPERATOR, "", "cannot be both"),
        (SENDER, "", "is no approver or decision owner"),
        (APPROVER, "", f"approved {RUN}"),
        (OWNER, "000000", "not this person's of this minute"),
    ):
        said = judged(disputed, name, True, code)
        assert (said.verdict, said.costs_an_attempt) == ("refused", int(bool(code)))
        assert cause in said.cause
    assert states(disputed) == {"disputed": 3}
    assert judged(disputed, OWNER, True).verdict == "approved"


def test_who_does_not_agree_ends_it(disputed: TenantContext) -> None:
    judged(disputed, OPERATOR, MONTH)
    said = judged(disputed, OWNER, False)
    assert (said.verdict, said.cause) == (
        "rejected",
        f"{OWNER} does not agree with {OPERATOR} on {RUN}. Nothing was done.",
    )
    assert states(disputed) == {"disputed": 3}


def _settled_by_the_command(of: TenantContext) -> None:
    settled(of, RUN, Decision.PAID)


def _more_is_said(of: TenantContext) -> None:
    bank_says(of, RETURNED, message="arucs")


@pytest.mark.parametrize("meanwhile", [_settled_by_the_command, _more_is_said])
def test_what_has_changed_since_the_form_was_shown_is_not_settled(
    disputed: TenantContext, meanwhile: Callable[[TenantContext], None]
) -> None:
    answer = answer_of(disputed, OPERATOR, MONTH)
    meanwhile(disputed)
    stood = states(disputed)
    said = judge_once(disputed, FLOW, next_key(disputed), answer, NOW)
    assert said.verdict == "refused"
    assert f"{RUN} is not what it was when this form was shown" in said.cause
    assert states(disputed) == stood


@pytest.mark.parametrize("meanwhile", [_settled_by_the_command, _more_is_said])
def test_nor_what_has_changed_between_the_two(
    disputed: TenantContext, meanwhile: Callable[[TenantContext], None]
) -> None:
    judged(disputed, OPERATOR, MONTH)
    answer = answer_of(disputed, SECOND, True)
    meanwhile(disputed)
    stood = states(disputed)
    said = judge_once(disputed, FLOW, next_key(disputed), answer, NOW)
    assert said.verdict == "rejected"
    assert f"{RUN} is not what it was when {OPERATOR} answered" in said.cause
    assert states(disputed) == stood


def test_killed_before_the_verdict_is_kept_nothing_was_done_and_the_same_answer_counts(
    disputed: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(disputed, OPERATOR, MONTH)
    answer = answer_of(disputed, OWNER, True)
    with monkeypatch.context() as killed:
        killed.setattr(answers.audit_log, "keep", _killed)
        with pytest.raises(KeyboardInterrupt):
            judge_once(disputed, FLOW, next_key(disputed), answer, NOW)
    assert states(disputed) == {"disputed": 3}
    assert judge_once(disputed, FLOW, next_key(disputed), answer, NOW).verdict == "approved"
    assert states(disputed) == {"free: not_paid": 3}
    assert is_whole(disputed)


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_row_of_a_group_is_settled_alone_and_one_of_another_is_not(returned: TenantContext) -> None:
    form = form_of(returned)
    assert form.labels == (f"{RUN}/returned/0", f"{RUN}/returned/B")
    group = replace(MONTH, subject=f"{RUN}/returned/B")
    assert f"Row 1 is none of {RUN}/returned/B" in judged(returned, OPERATOR, replace(group, part="1")).cause
    assert judged(returned, OPERATOR, replace(group, part="0")).named == f"{RUN}/0"
    assert judged(returned, OWNER, True).verdict == "approved"
    assert states(returned) == {"credited": 1, "returned": 1, "free: returned": 1}


def test_an_item_of_a_file_that_was_set_aside_is_admitted(returned: TenantContext) -> None:
    name = bank_says(returned, RETURNED, ANOTHER, message="arucs", sentence="Its sums do not add up.")
    item = replace(MONTH, subject=name, part="2", decision="admit")
    said = judged(returned, OPERATOR, item)
    assert (said.verdict, said.named, said.item) == ("first", name, 2)
    assert judged(returned, OWNER, True).cause == f"item 2 of {name} is settled: admit."


def test_the_forms_say_nothing_of_a_payee(returned: TenantContext) -> None:
    shown = form_of(returned).text.replace("\\", "")
    assert "row 1 (line 3)" in shown
    assert "£1,900.00, code 0" in shown
    assert judged(returned, OPERATOR, replace(MONTH, subject=f"{RUN}/returned/0")).verdict == "first"
    shown += form_of(returned).text.replace("\\", "")
    for reference, name, sort_code, account, *_ in csv.reader(ROWS):
        for text in (reference, name, sort_code, account):
            assert text not in shown
