"""The words for where a run can stand, and what each asks of whom until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum

from schemas.agreement import Agreement, Role


class Stand(StrEnum):
    """Where a run can stand, the most urgent first."""

    PAID_TWICE = "perhaps paid twice"
    NOT_APPROVED = "not approved in time"
    DISPUTED = "the bank contradicts itself"
    VOUCHERS_ISSUED = "taken back, and vouchers issued"
    TURNED_AWAY = "rejected by the bank"
    NOT_SENT = "taken back, never sent"
    PERHAPS_NOT_SENT = "perhaps not sent"
    PERHAPS_HANDED_OVER = "perhaps handed over"
    VOUCHERS_WAIT = "vouchers not sent"
    UNSETTLED = "waits for two people"
    OVERDUE = "has not come"
    TO_UPDATE = "to be updated"
    TO_REVIEW = "to be looked at again"
    NO_FORM = "no form is open"
    GIVEN_UP = "given up"
    STOPPED = "stopped"
    NOT_JUDGED = "not judged"
    NOT_REPLACED = "rejected, and not replaced"
    REOPENED = "closed, and something came after"
    TO_CLOSE = "to be closed"
    HUNG = "does nothing"
    NOT_KNOWN = "not known without Prefect"
    FIRST = "waits for the second approval"
    WAITS = "waits for approval"
    CORRECTING = "waits for a correction"
    UNFUNDED = "waits for funding"
    RELEASED = "released, not submitted"
    RESTARTING = "died, is started again"
    RUNS = "runs"
    SUBMITTED = "submitted"
    RECONCILED = "reconciled"
    CLOSED = "closed"
    REHEARSED = "rehearsed"
    REJECTED = "rejected"
    ABANDONED = "abandoned"
    REPLACED = "replaced"
    PAID_OTHERWISE = "paid otherwise"
    OVERTAKEN = "never released"


class Urgency(IntEnum):
    """Who has to do what, the most urgent first."""

    ACT = 0
    """A person must act now."""
    AWAITED = 1
    """A person has until a time to act."""
    WORKING = 2
    """Nobody has to do anything: siller does."""
    OVER = 3


class Near(StrEnum):
    """How near the time is until which somebody has to act."""

    FAR = ""
    DAY = "less than a working day is left"
    HOUR = "less than an hour is left"


@dataclass(frozen=True)
class Duty:
    """What a standing asks of people.

    Attributes:
        urgency: how soon.
        role: of whom; None of nobody.
        deadline: until when, as the agreement's key; empty for no time.
        missed: where the run stands once that time is over.
        command: the next step; ``{start}`` starts the run, ``{send}`` says
            that its file goes to the bank, ``{run}`` is its name.
    """

    urgency: Urgency
    role: Role | None = None
    deadline: str = ""
    missed: Stand | None = None
    command: str = ""


_START = "{start}"
_SEND = "{send}"
HAND_OVER = "siller hand-over {run} --as NAME"
SUBMITTED = 'siller submitted {run} --reference "REFERENCE" --at "YYYY-MM-DD HH:MM"'
VOUCHERS_SENT = 'siller vouchers sent {run} --reference "REFERENCE" --at "YYYY-MM-DD HH:MM"'

PERHAPS = (
    "siller was about to give its {} the final name at {}, and does not know whether it did. Do not send it by another "
    "way. The command looks, and finishes what can be finished; what it cannot tell, {} can."
)
"""What is said of a file, at a server, of which whoever takes it there knows more."""

DUTIES: Mapping[Stand, Duty] = {
    Stand.NOT_APPROVED: Duty(Urgency.ACT, Role.OPERATOR, command=_START),
    Stand.DISPUTED: Duty(Urgency.ACT, Role.OPERATOR),
    Stand.VOUCHERS_ISSUED: Duty(Urgency.ACT, Role.OPERATOR, command="siller vouchers show {run}"),
    Stand.TURNED_AWAY: Duty(Urgency.ACT, Role.OPERATOR, command=_START),
    Stand.NOT_SENT: Duty(Urgency.ACT, Role.OPERATOR, command=_START),
    Stand.PERHAPS_NOT_SENT: Duty(Urgency.ACT, Role.SENDER, command=SUBMITTED),
    Stand.PERHAPS_HANDED_OVER: Duty(Urgency.ACT, Role.SENDER, command=HAND_OVER),
    Stand.VOUCHERS_WAIT: Duty(Urgency.ACT, Role.SENDER, command=_SEND),
    Stand.NO_FORM: Duty(Urgency.ACT, Role.OPERATOR, command=_START),
    Stand.GIVEN_UP: Duty(Urgency.ACT, Role.OPERATOR, command=_START),
    Stand.STOPPED: Duty(Urgency.ACT, Role.OPERATOR, command=_START),
    Stand.NOT_JUDGED: Duty(Urgency.ACT, Role.OPERATOR, command=_START),
    Stand.HUNG: Duty(Urgency.ACT, Role.OPERATOR),
    Stand.NOT_REPLACED: Duty(Urgency.ACT, Role.OPERATOR, command=_START),
    Stand.REOPENED: Duty(Urgency.ACT, Role.OPERATOR, command="siller close {run} --as NAME --agreeing NAME"),
    Stand.NOT_KNOWN: Duty(Urgency.ACT, Role.OPERATOR, command="siller up"),
    Stand.FIRST: Duty(Urgency.AWAITED, Role.APPROVER, "approve_by", Stand.NOT_APPROVED),
    Stand.WAITS: Duty(Urgency.AWAITED, Role.APPROVER, "approve_by", Stand.NOT_APPROVED),
    Stand.CORRECTING: Duty(Urgency.AWAITED, Role.UPLOADER, "approve_by", Stand.NOT_APPROVED),
    # Of whom, the agreement says (funding_confirmed_by).
    Stand.UNFUNDED: Duty(Urgency.AWAITED, None, "approve_by", Stand.NOT_APPROVED, "siller funding {run}"),
    Stand.RELEASED: Duty(Urgency.AWAITED, Role.SENDER, "submit_by", Stand.PERHAPS_NOT_SENT, _SEND),
    Stand.RESTARTING: Duty(Urgency.WORKING),
    Stand.RUNS: Duty(Urgency.WORKING),
}
"""One row a standing of a whole run that asks something of somebody, with its deadline; all others are over."""

TO_BE_STARTED = timedelta(minutes=10)
"""How long a run may be due before a person is told that nothing starts it."""


def how_to_send(stand: Stand, agreement: Agreement) -> str:
    """The command by which a released file, or that of its vouchers, goes to who takes it."""
    if stand is Stand.VOUCHERS_WAIT:
        return HAND_OVER if agreement.vouchers and agreement.vouchers.hand_over else VOUCHERS_SENT
    return HAND_OVER if agreement.handed_over_to else SUBMITTED
