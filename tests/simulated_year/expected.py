"""What a period must have come to, and whom it must have told, reckoned from what went wrong in it; not by siller."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tasks.practice_bank.bank import Rail
from tests.simulated_year.bodies import OPERATOR, Body
from tests.simulated_year.days import OUTAGE, POST_OUT_AT
from tests.simulated_year.days import plan as plan_of
from tests.simulated_year.ran import Ran
from tests.simulated_year.story import NO_ACCOUNT, Approval

Letter = tuple[str, str, str, str]
"""Body, run or period, what is told, to whom."""


@dataclass(frozen=True)
class Money:
    """Where the rows of a run's extract are in the end: how many payments, and their pence.

    Attributes:
        refused: rows that are wrong.
        corrected: rows that were wrong, and in whose place others stand.
        held: rows whose payee is not to be paid.
        credited: payments that the payees have.
        returned: that came back.
        rejected: that the bank did not make.
    """

    refused: tuple[int, int]
    corrected: tuple[int, int]
    held: tuple[int, int]
    credited: tuple[int, int]
    returned: tuple[int, int]
    rejected: tuple[int, int]


def money(ran: Ran) -> Money:
    """Where the money of a period must be."""
    back = [ran.unpaid] if ran.unpaid else []
    # A Faster Payment to no account is refused at once; by Bacs it comes back.
    is_rejected = ran.story.unpaid == NO_ACCOUNT and ran.period.body.rail is not Rail.BACS
    paid = [each for each in ran.payees if each not in back]
    returned, rejected = ([], back) if is_rejected else (back, [])
    groups = (ran.refused, ran.corrected, ran.held, paid, returned, rejected)
    return Money(*map(_counted, groups))


def replaced(ran: Ran) -> dict[str, tuple[int, int]]:
    """Where the rows must be of a run in whose place another came."""
    right = [each for each in ran.sent if each not in ran.corrected]
    return {name: _counted(each) for name, each in (("not released", right), ("refused", ran.corrected)) if each}


def _counted(payees: list[Any]) -> tuple[int, int]:
    return len(payees), sum(each.pence for each in payees)


def letters(ran: Ran) -> Counter[Letter]:
    """Whom a period must have told of what, and how often."""
    body, story, run = ran.period.body, ran.story, ran.period.run_id
    period = f"{body.tenant} {ran.period.period}"
    told = Counter[Letter]()

    def tell(about: str, what: str, *people: str) -> None:
        told.update((body.name, about, what, person) for person in people)

    owner = body.closers[1]
    if story.is_late or body.sends_on_the_day:
        tell(period, "the extract is due soon", body.uploader)
    for _ in range(_times_late(ran)):
        tell(period, "the extract is late", body.uploader)
    if left_out := [*ran.refused, *ran.held]:
        tell(run, f"refused or held rows to correct: {len(left_out)}", body.uploader)
    tell(run, "waits for your approval", *body.approvers)
    if story.approval is Approval.NEAR:
        tell(run, "the time is about to run out", *body.approvers)
    if ran.replaced:
        tell(ran.replaced, "waits for your approval", *body.approvers)
    if ran.corrected:
        tell(ran.replaced, f"refused or held rows to correct: {len(ran.corrected)}", body.uploader)
    if story.approval is Approval.MISSED:
        tell(ran.replaced, "the time is about to run out", *body.approvers)
        tell(ran.replaced, "not approved in time", OPERATOR)
    tell(run, "approved", owner)
    tell(run, "released", owner)
    tell(run, "a released file is to be submitted", body.sender)
    # On the morning of the report, and on that of the statement.
    tell(run, "the bank's answers are in", owner, owner)
    if ran.unpaid:
        tell(run, "payments that came back or were rejected: 1", body.uploader)
    if ran.advised:
        tell(run, f"payees whose details the bank advises to change: {len(ran.advised)}", body.uploader)
    if money(ran).rejected[0]:
        # By the word of a message alone, until the statement of the next morning proves it.
        tell(f"{body.tenant} live", "something that the bank left open waits for two people", OPERATOR)
    if story.disputed:
        tell(run, "the bank contradicts itself about some of the money", OPERATOR)
    tell(run, "to be closed: nothing can come back any more", OPERATOR)
    tell(run, "closed", owner)
    return told


def of_the_machine(bodies: tuple[Body, ...]) -> Counter[Letter]:
    """What is told of no period: Scotland's 15 June 2026, which one of the two lists of holidays lacks."""
    what = "two lists of bank holidays differ on 15 June 2026"
    return Counter((body.name, "bank holidays", what, OPERATOR) for body in bodies)


def untold(ran: Ran) -> list[str]:
    """How siller must complain of the letters that it could not send: of those to approvers in that hour."""
    if ran.story.approval is not Approval.MISSED:
        return []
    letters = len(ran.period.body.approvers)
    tenant, since = ran.period.body.tenant, POST_OUT_AT + timedelta(minutes=15)
    return [f"{tenant}: {letters} notices could not be sent by email since {since:%H:%M on %-d %B %Y}: "]


def _times_late(ran: Ran) -> int:
    """Once when it was due, and once on the next bank day; on a day on which siller is off nobody is told."""
    if not ran.story.is_late:
        return 0
    due = plan_of(ran.period.body.tenant, ran.period.body.pay_days[ran.period.period]).extract_due
    return 1 if due.date() == OUTAGE else 2
