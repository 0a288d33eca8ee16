"""Who may let a pay run go, and what makes an answer count.

The orchestrator does not know who pressed its button, so an answer is judged here, by what was typed: by
whom, proved by which one-time code, with which control total and for what reason. Above the agreement's
threshold two answers of different approvers are needed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal, Protocol

from schemas.control_total import typed_total
from schemas.gate_reasons import Referring, how_to_give_reasons, says_something, without_a_reason
from schemas.one_time_code import Proof

APPROVER, DECISION_OWNER = "approver", "decision_owner"

Decision = Literal["approve", "reject", "wait", "pay the rest", "abandon"]
"""An approver's word, or the decision owner's."""

WAIT: Final = "wait"
PAY_THE_REST: Final = "pay the rest"
ABANDON: Final = "abandon"
"""What the body's decision owner chooses: no approver is heard, an approver is, the run ends."""

OPERATORS_PASSWORD = "siller"
"""Who comes through the server's door by the operator's own password: nobody whom an agreement names."""

_NOT_ASKED = Proof(0)

_FRESH_CODE = "Your one-time code is used up all the same: type the one that your device shows next."


class Person(Protocol):
    """Someone whom a tenant's agreement names."""

    @property
    def name(self) -> str:
        """How the person is named in the agreement, for example ``first.approver@ilf.example``."""

    @property
    def roles(self) -> Collection[str]:
        """What the person may do, for example ``approver``."""


class Outcome(StrEnum):
    """What an answer comes to: the run goes, waits for another answer, stops, or the answer does not count."""

    APPROVED = "approved"
    FIRST = "first"
    """Approved by the first of two approvers."""
    CHOSEN = "chosen"
    """The decision owner waits, or has the rest paid: an approver still answers."""
    REJECTED = "rejected"
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """What a person answered.

    Attributes:
        decision: what the person wants to happen.
        approver: who the person says to be.
        one_time_code: what the person proves it by.
        control_total: the extract's total as typed, from the body's own source.
        reason: why; ``none`` where there is nothing to say.
        answered_at: when the answer reached the server, with its time zone.
        came_through: by whose password the answer came through the server's door; empty where there is no door.
    """

    decision: Decision
    approver: str
    one_time_code: str
    control_total: str
    reason: str
    answered_at: datetime
    came_through: str = ""


@dataclass(frozen=True)
class Question:
    """What an answer is judged against.

    Attributes:
        people: everyone whom the agreement names.
        uploader: who submitted the extract, as its manifest says.
        control_total_pence: the total that the extract's manifest declares; the form never shows it.
        referring: the gates that refer to a person, who then has to say of each why the run may go.
        proof: what the one-time code comes to.
        two_needed: whether the payment file is above what one approver may let go.
        first_approver: who approved already, as the first of two; empty if nobody has.
        void: why nobody can approve this run as it stands; empty otherwise.
    """

    people: tuple[Person, ...]
    uploader: str
    control_total_pence: int
    referring: tuple[Referring, ...]
    proof: Proof = _NOT_ASKED
    two_needed: bool = False
    first_approver: str = ""
    void: str = ""


@dataclass(frozen=True)
class Verdict:
    """What an answer comes to, judged once and kept.

    Attributes:
        outcome: approved (finally, or as the first of two), chosen, rejected or refused.
        cause: what the next form says: why it is refused and what to do, that a second approver is needed, or what the
            decision owner has chosen.
        costs_an_attempt: whether something was wrong that might have been a guess: a one-time code, or the control
            total. What is refused as a matter of form, such as a reason that is missing, costs none.
    """

    outcome: Outcome
    cause: str = ""
    costs_an_attempt: bool = False


def judge_answer(answer: Answer, question: Question) -> Verdict:
    """Judge an answer; what does not count for certain is refused.

    Stopping is never harder than paying: who rejects needs to be an approver and to say why, but not to
    know the control total, since a total that does not agree is a reason to reject.
    """
    rules = _CHOOSING if is_choice(answer.decision) else _APPROVING if answer.decision == "approve" else _REJECTING
    for rule in rules:  # the first cause in this order is the one said
        if cause := rule(answer, question):
            guessed = question.proof.is_wrong or rule is _control_total_wrong
            return Verdict(Outcome.REFUSED, cause, guessed)
    if answer.decision in ("reject", ABANDON):
        return Verdict(Outcome.REJECTED)
    if answer.decision == WAIT:
        return Verdict(
            Outcome.CHOSEN,
            f"{answer.approver} waits for a correction: nobody can approve this run until they choose again.",
        )
    if answer.decision == PAY_THE_REST:
        return Verdict(Outcome.CHOSEN, f"{answer.approver} has chosen to pay the rest: an approver answers now.")
    if question.two_needed and not question.first_approver:
        return Verdict(
            Outcome.FIRST,
            f"{answer.approver.strip()} has approved. This sum needs two approvers: another one answers now.",
        )
    return Verdict(Outcome.APPROVED)


def is_choice(decision: str) -> bool:
    """Whether it is for the decision owner to say, and not for an approver."""
    return decision in (WAIT, PAY_THE_REST, ABANDON)


def may_say(decision: str, name: str, people: Iterable[Person]) -> bool:
    """Whether the agreement names somebody like that with the part that a decision takes."""
    return _same(name) in _with_role(people, DECISION_OWNER if is_choice(decision) else APPROVER)


def needs_two(pence: int, above: Decimal) -> bool:
    """Whether a payment file of so much needs two different approvers; the agreement says from how many pounds on."""
    return pence > above * 100


def canonical(name: str, people: Iterable[Person]) -> str:
    """The name as the agreement writes it; as it was typed if the agreement does not name it."""
    return next((person.name for person in people if _same(person.name) == _same(name)), name.strip())


def say_in_anothers_name(came_through: str, name: str) -> str:
    """Why an answer does not count that came in by another's password; empty if it may be theirs.

    Who came in by a password of their own answers for themselves; the operator's is nobody's name.
    """
    if not came_through or came_through == OPERATORS_PASSWORD or _same(came_through) == _same(name):
        return ""
    return (
        f"You came in as {came_through}, and this answer is {name.strip()}'s. Answer as yourself, or let "
        f"{name.strip()} come in with a password of their own."
    )


def _approver_unknown(answer: Answer, question: Question) -> str:
    if may_say(answer.decision, answer.approver, question.people):
        return ""
    return "This approver is not one of the agreement's approvers. Give your name as the agreement writes it."


def _decision_owner_unknown(answer: Answer, question: Question) -> str:
    if may_say(answer.decision, answer.approver, question.people):
        return ""
    return (
        "To wait, to pay the rest or to abandon is for the body's decision owner, and the agreement names nobody like "
        "that as one. An approver approves or rejects."
    )


def _approver_uploaded(answer: Answer, question: Question) -> str:
    if _same(answer.approver) != _same(question.uploader):
        return ""
    return "This approver submitted the extract, and nobody approves what they submitted. Ask another one."


def _answers_as_somebody_else(answer: Answer, _: Question) -> str:
    return say_in_anothers_name(answer.came_through, answer.approver)


def _code_proves_nothing(_: Answer, question: Question) -> str:
    return question.proof.cause


def _approved_before(answer: Answer, question: Question) -> str:
    if _same(answer.approver) != _same(question.first_approver):
        return ""
    return "This approver has approved already, and two different ones are needed. Ask another one."


def _void(_: Answer, question: Question) -> str:
    return question.void


def _control_total_unreadable(answer: Answer, _: Question) -> str:
    try:
        typed_total(answer.control_total)
    except ValueError as unreadable:
        return f"The control total cannot be read. {unreadable} {_FRESH_CODE}"
    return ""


def _control_total_wrong(answer: Answer, question: Question) -> str:
    if typed_total(answer.control_total) == question.control_total_pence:
        return ""
    return (
        "The control total is not the extract's declared total. Take it from the body's own records and "
        f"type it again, pence and all; if they disagree with the extract, reject the run and say so. {_FRESH_CODE}"
    )


def _reason_missing(answer: Answer, question: Question) -> str:
    missing = without_a_reason(answer.reason, question.referring)
    return f"{how_to_give_reasons(missing, question.referring)} {_FRESH_CODE}" if missing else ""


def _without_a_reason(answer: Answer, _: Question) -> str:
    if says_something(answer.reason):
        return ""
    what = "A rejection" if answer.decision == "reject" else "The decision owner's choice"
    return f"{what} needs a reason, for those who have to put things right. {_FRESH_CODE}"


_APPROVING = (
    _approver_uploaded,
    _approver_unknown,
    _answers_as_somebody_else,
    _code_proves_nothing,
    _approved_before,
    _void,
    _control_total_unreadable,
    _control_total_wrong,
    _reason_missing,
)
_REJECTING = (_approver_unknown, _answers_as_somebody_else, _code_proves_nothing, _without_a_reason)
_CHOOSING = (_decision_owner_unknown, _answers_as_somebody_else, _code_proves_nothing, _without_a_reason)


def _with_role(people: Iterable[Person], role: str) -> set[str]:
    return {_same(person.name) for person in people if role in person.roles}


def _same(name: str) -> str:
    """Bring a name to the form in which two ways of typing it are the same."""
    return name.strip().casefold()
