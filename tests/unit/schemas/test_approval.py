"""Which answers count."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from schemas.approval import Answer, Outcome, Question, judge_answer
from schemas.gate_reasons import Referring
from schemas.one_time_code import Proof


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


@pytest.mark.parametrize(
    "typed", ["£10,708,609.22", "10,708,609.22", "10708609.22", "£10 708 609.22", " £10708609.22\n"]
)
def test_the_right_total_counts_however_it_is_written(typed):
    assert judge_answer(replace(RIGHT, control_total=typed), QUESTION).outcome is Outcome.APPROVED


@pytest.mark.parametrize("typed", ["10708609.23", "10,651,415.60", "1070860922", "10708609.2", "", "0.00", "ten"])
def test_any_other_total_is_refused_and_the_right_one_is_not_given_away(typed):
    verdict = judge_answer(replace(RIGHT, control_total=typed), QUESTION)
    assert verdict.outcome is Outcome.REFUSED
    assert "control total" in verdict.cause
    assert "708" not in verdict.cause


@pytest.mark.parametrize(
    "approver", ["", "somebody@ilf.example", "auditor@ilf.example", "finance.officer@ilf.example", "approver"]
)
@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_who_is_no_approver_of_the_agreement_decides_nothing(approver, decision):
    verdict = judge_answer(replace(RIGHT, approver=approver, decision=decision, reason="Because."), QUESTION)
    assert verdict.outcome is Outcome.REFUSED
    assert "approver" in verdict.cause


@pytest.mark.parametrize("approver", ["First.Approver@ILF.example", " first.approver@ilf.example "])
def test_a_name_counts_however_its_letters_and_blanks_are_typed(approver):
    assert judge_answer(replace(RIGHT, approver=approver), QUESTION).outcome is Outcome.APPROVED


@pytest.mark.parametrize("approver", ["deputy@ilf.example", "DEPUTY@ilf.example"])
def test_nobody_approves_what_they_submitted(approver):
    verdict = judge_answer(replace(RIGHT, approver=approver), QUESTION)
    assert verdict.outcome is Outcome.REFUSED
    assert "submitted" in verdict.cause


def test_who_submitted_may_stop_it():
    answer = replace(RIGHT, approver="deputy@ilf.example", decision="reject", reason="Wrong month.")
    assert judge_answer(answer, QUESTION).outcome is Outcome.REJECTED


@pytest.mark.parametrize("reason", ["", "  \n", "-", "none", " None ", "1."])
def test_a_gate_that_refers_needs_a_reason(reason):
    referred = replace(QUESTION, referring=(Referring("refused_share"),))
    assert judge_answer(replace(RIGHT, reason=reason), referred).outcome is Outcome.REFUSED
    assert judge_answer(replace(RIGHT, reason="Known and agreed."), referred).outcome is Outcome.APPROVED


def test_a_rejection_needs_a_reason_but_no_right_total():
    rejection = replace(RIGHT, decision="reject", control_total="not what we sent")
    assert judge_answer(rejection, QUESTION).outcome is Outcome.REFUSED
    assert judge_answer(replace(rejection, reason="The total is not ours."), QUESTION).outcome is Outcome.REJECTED


def test_the_right_total_without_its_pence_is_another_sum():
    assert judge_answer(replace(RIGHT, control_total="10,708,609"), QUESTION).outcome is Outcome.REFUSED
    whole = replace(QUESTION, control_total_pence=1_070_860_900)
    assert judge_answer(replace(RIGHT, control_total="10,708,609"), whole).outcome is Outcome.APPROVED


WRONG_CODE = Proof(0, "The one-time code is not this person's of this minute.", is_wrong=True)
NOT_ENROLLED = Proof(0, "This person has no one-time codes yet.")
REFERRED = replace(QUESTION, referring=(Referring("refused_share"),))


@pytest.mark.parametrize(
    ("changes", "question", "costs"),
    [
        ({}, replace(QUESTION, proof=WRONG_CODE), True),
        ({"control_total": "10,708,609.23"}, QUESTION, True),
        ({"control_total": "10,708,609.23"}, replace(QUESTION, proof=WRONG_CODE), True),
        # A wrong code is one, whatever else is said first.
        ({"approver": "deputy@ilf.example"}, replace(QUESTION, proof=WRONG_CODE), True),
        ({"came_through": "auditor@ilf.example"}, replace(QUESTION, proof=WRONG_CODE), True),
        ({"decision": "reject"}, replace(QUESTION, proof=WRONG_CODE), True),
        ({"approver": "nobody@ilf.example"}, QUESTION, False),
        ({"approver": "deputy@ilf.example"}, QUESTION, False),
        ({"came_through": "auditor@ilf.example"}, QUESTION, False),
        ({"control_total": "10.708.609,22"}, QUESTION, False),
        ({"control_total": ""}, QUESTION, False),
        ({"reason": "none"}, REFERRED, False),
        ({"decision": "reject", "reason": ""}, QUESTION, False),
        ({}, replace(QUESTION, proof=NOT_ENROLLED), False),
        ({}, replace(QUESTION, void="This answer came too late."), False),
        ({}, replace(QUESTION, first_approver="first.approver@ilf.example"), False),
    ],
)
def test_only_what_may_have_been_a_guess_costs_an_attempt(changes, question, costs):
    verdict = judge_answer(replace(RIGHT, **changes), question)
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.costs_an_attempt is costs


@pytest.mark.parametrize(
    ("changes", "question"),
    [
        ({"control_total": "10,708,609.23"}, QUESTION),
        ({"control_total": "10708609.2"}, QUESTION),
        ({"reason": "none"}, REFERRED),
        ({"decision": "reject", "reason": ""}, QUESTION),
    ],
)
def test_whoever_gave_a_right_code_with_a_wrong_answer_is_told_to_bring_a_fresh_one(changes, question):
    assert "one-time code is used up" in judge_answer(replace(RIGHT, **changes), question).cause


class TestTheDoor:
    """Who came through the door answers for themselves; the operator's password is nobody's name."""

    @pytest.mark.parametrize("came", ["", "first.approver@ilf.example", "First.Approver@ILF.example", "siller"])
    def test_as_oneself_or_by_the_operators_password(self, came):
        assert judge_answer(replace(RIGHT, came_through=came), QUESTION).outcome is Outcome.APPROVED

    @pytest.mark.parametrize("came", ["deputy@ilf.example", "auditor@ilf.example", "somebody.of@another.body"])
    @pytest.mark.parametrize("decision", ["approve", "reject"])
    def test_as_somebody_else_is_refused_though_all_else_is_right(self, came, decision):
        verdict = judge_answer(replace(RIGHT, came_through=came, decision=decision, reason="Because."), QUESTION)
        assert verdict.outcome is Outcome.REFUSED
        assert verdict.cause == (
            f"You came in as {came}, and this answer is first.approver@ilf.example's. Answer as yourself, or let "
            "first.approver@ilf.example come in with a password of their own."
        )

    def test_it_does_not_say_whether_the_others_code_was_right(self):
        said = {
            judge_answer(replace(RIGHT, came_through="deputy@ilf.example"), replace(QUESTION, proof=proof)).cause
            for proof in (Proof(7), WRONG_CODE)
        }
        assert len(said) == 1
