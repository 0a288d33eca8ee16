"""Which answers count."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from schemas.approval import Answer, Outcome, Question, judged


@dataclass(frozen=True)
class Named:
    """A person of the agreement."""

    name: str
    roles: tuple[str, ...]


QUESTION = Question(
    people=(
        Named("finance.officer@ilf.example", ("uploader",)),
        Named("deputy@ilf.example", ("uploader", "approver")),
        Named("first.approver@ilf.example", ("approver",)),
        Named("auditor@ilf.example", ("auditor",)),
    ),
    uploader="deputy@ilf.example",
    control_total_pence=1_070_860_922,
    referring=(),
)
RIGHT = Answer(
    decision="approve",
    approver="first.approver@ilf.example",
    one_time_code="123456",
    control_total="£10,708,609.22",
    reason="",
    answered_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
)


@pytest.mark.parametrize("typed", ["£10,708,609.22", "10,708,609.22", "10708609.22", " £10708609.22\n"])
def test_the_right_total_counts_however_it_is_written(typed):
    assert judged(replace(RIGHT, control_total=typed), QUESTION).outcome is Outcome.APPROVED


@pytest.mark.parametrize("typed", ["10708609.23", "10,651,415.60", "1070860922", "10708609.2", "", "0.00", "ten"])
def test_any_other_total_is_refused_and_the_right_one_is_not_given_away(typed):
    verdict = judged(replace(RIGHT, control_total=typed), QUESTION)
    assert verdict.outcome is Outcome.REFUSED
    assert "control total" in verdict.cause
    assert "708" not in verdict.cause


@pytest.mark.parametrize(
    "approver", ["", "somebody@ilf.example", "auditor@ilf.example", "finance.officer@ilf.example", "approver"]
)
@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_who_is_no_approver_of_the_agreement_decides_nothing(approver, decision):
    verdict = judged(replace(RIGHT, approver=approver, decision=decision, reason="Because."), QUESTION)
    assert verdict.outcome is Outcome.REFUSED
    assert "approver" in verdict.cause


@pytest.mark.parametrize("approver", ["First.Approver@ILF.example", " first.approver@ilf.example "])
def test_a_name_counts_however_its_letters_and_blanks_are_typed(approver):
    assert judged(replace(RIGHT, approver=approver), QUESTION).outcome is Outcome.APPROVED


@pytest.mark.parametrize("approver", ["deputy@ilf.example", "DEPUTY@ilf.example"])
def test_nobody_approves_what_they_submitted(approver):
    verdict = judged(replace(RIGHT, approver=approver), QUESTION)
    assert verdict.outcome is Outcome.REFUSED
    assert "submitted" in verdict.cause


def test_who_submitted_may_stop_it():
    answer = replace(RIGHT, approver="deputy@ilf.example", decision="reject", reason="Wrong month.")
    assert judged(answer, QUESTION).outcome is Outcome.REJECTED


@pytest.mark.parametrize("reason", ["", "  \n", "-", "none", " None ", "1."])
def test_a_gate_that_refers_needs_a_reason(reason):
    referred = replace(QUESTION, referring=("refused_share",))
    assert judged(replace(RIGHT, reason=reason), referred).outcome is Outcome.REFUSED
    assert judged(replace(RIGHT, reason="Known and agreed."), referred).outcome is Outcome.APPROVED


def test_a_rejection_needs_a_reason_but_no_right_total():
    rejection = replace(RIGHT, decision="reject", control_total="not what we sent")
    assert judged(rejection, QUESTION).outcome is Outcome.REFUSED
    assert judged(replace(rejection, reason="The total is not ours."), QUESTION).outcome is Outcome.REJECTED
