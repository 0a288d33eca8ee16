"""Who may let a pay run go, and what makes an answer count.

The orchestrator does not know who pressed its button, so an answer is judged here, by what was typed:
by whom, with which control total and for what reason. Later an answer also carries a one-time code of
its approver, and a second approver above a threshold: both are further fields of :class:`Answer` and
further rules of :func:`judged`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from schemas.money import parse_pounds

APPROVER = "approver"
# The form has no field that may stay empty: what it asks to be written where there is nothing to say.
NO_REASON = "none"


class Person(Protocol):
    """Someone whom a tenant's agreement names."""

    @property
    def name(self) -> str:
        """How the person is named in the agreement, for example ``first.approver@ilf.example``."""

    @property
    def roles(self) -> Collection[str]:
        """What the person may do, for example ``approver``."""


class Outcome(StrEnum):
    """What an answer comes to: the run goes, the run stops, or the answer does not count."""

    APPROVED = "approved"
    REJECTED = "rejected"
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """What a person answered.

    Attributes:
        decision: what the person wants to happen.
        approver: who the person says to be.
        control_total: the extract's total as typed, from the body's own source.
        reason: why; ``none`` where there is nothing to say.
        answered_at: when the answer reached the server, with its time zone.
    """

    decision: Literal["approve", "reject"]
    approver: str
    control_total: str
    reason: str
    answered_at: datetime


@dataclass(frozen=True)
class Question:
    """What an answer is judged against.

    Attributes:
        people: everyone whom the agreement names.
        uploader: who submitted the extract, as its manifest says.
        control_total_pence: the total that the extract's manifest declares; the form never shows it.
        reason_needed: whether a gate refers to a person, who then has to say why the run may go.
    """

    people: tuple[Person, ...]
    uploader: str
    control_total_pence: int
    reason_needed: bool


@dataclass(frozen=True)
class Verdict:
    """What an answer comes to, judged once and kept.

    Attributes:
        outcome: approved, rejected or refused.
        cause: why it is refused and what to do, for the next form; empty otherwise.
    """

    outcome: Outcome
    cause: str = ""


def judged(answer: Answer, question: Question) -> Verdict:
    """Judge an answer; what does not count for certain is refused.

    Stopping is never harder than paying: who rejects needs to be an approver and to say why, but not to
    know the control total, since a total that does not agree is a reason to reject.
    """
    cause = _refusal(answer, question)
    if cause:
        return Verdict(Outcome.REFUSED, cause)
    return Verdict(Outcome.APPROVED if answer.decision == "approve" else Outcome.REJECTED)


def _refusal(answer: Answer, question: Question) -> str:
    """Say why an answer does not count; empty if it does. The first cause in this order is the one said."""
    rules = _APPROVING if answer.decision == "approve" else _REJECTING
    return next((cause for rule in rules if (cause := rule(answer, question))), "")


def _approver_unknown(answer: Answer, question: Question) -> str:
    if _same(answer.approver) in _with_role(question.people, APPROVER):
        return ""
    return "This approver is not one of the agreement's approvers. Give your name as the agreement writes it."


def _approver_uploaded(answer: Answer, question: Question) -> str:
    if _same(answer.approver) != _same(question.uploader):
        return ""
    return "This approver submitted the extract, and nobody approves what they submitted. Ask another one."


def _control_total_wrong(answer: Answer, question: Question) -> str:
    try:
        typed = parse_pounds(answer.control_total)
    except ValueError as unreadable:
        return f"The control total cannot be read. {unreadable}"
    if typed == question.control_total_pence:
        return ""
    return (
        "The control total is not the extract's declared total. Take it from the body's own records and "
        "type it again; if they disagree with the extract, reject the run and say so."
    )


def _reason_missing(answer: Answer, question: Question) -> str:
    if any(letter.isalpha() for letter in answer.reason) and _same(answer.reason) != NO_REASON:
        return ""
    if answer.decision == "reject":
        return "A rejection needs a reason, for those who have to put things right."
    if question.reason_needed:
        return "A gate refers this run to you: give the reason why it may be paid all the same."
    return ""


_APPROVING = (_approver_uploaded, _approver_unknown, _control_total_wrong, _reason_missing)
_REJECTING = (_approver_unknown, _reason_missing)


def _with_role(people: Iterable[Person], role: str) -> set[str]:
    return {_same(person.name) for person in people if role in person.roles}


def _same(name: str) -> str:
    """Bring a name to the form in which two ways of typing it are the same."""
    return name.strip().casefold()
