"""What the practice bank can do with a payment file, and what siller must make of each.

``EXPECTED`` is the table, as data: tests hold siller against it, and ``docs/operating/practice-bank.md`` shows it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Behaviour(StrEnum):
    """What a bank does; every one of them has been met, or is described by those who met it."""

    ACCEPT = "accept"
    REJECT_SOME = "reject-some"
    REJECT_BLOCK = "reject-block"
    RETURN_SOME = "return-some"
    AMEND = "amend"
    AWACS = "awacs"
    POUND_SHORT = "pound-short"
    SILENT = "silent"
    TWICE = "twice"
    DUPL = "dupl"
    DEBITED_TWICE = "debited-twice"
    OTHER_FILE = "other-file"
    OTHER_ACCOUNT = "other-account"
    GAP = "gap"
    SINGLE_DEBITS = "single-debits"
    REVERSED = "reversed"
    EMPTY_DAY = "empty-day"
    FUNDING_AND_FEE = "funding-and-fee"


class Unexplained(StrEnum):
    """What reconciliation must leave unexplained once the returns window is closed, in the words of the page."""

    NOTHING = "£0.00"
    A_POUND = "£1.00"
    THE_FILE = "the file's sum"
    UNTIL_SETTLED = "more than £0.00, until it is settled"


class Expected(NamedTuple):
    """What a behaviour is, and what siller must make of it once the returns window is closed.

    Attributes:
        bank: what the bank does.
        files: which files it writes.
        rest: state of every payment that is not drawn.
        drawn: state of those that are drawn; empty where nobody is drawn.
        unexplained: what reconciliation must leave unexplained.
        loud: what a person must be told of; empty where nothing is.
    """

    bank: str
    files: str
    rest: str = "credited"
    drawn: str = ""
    unexplained: Unexplained = Unexplained.NOTHING
    loud: str = ""


_USUAL = "acceptance, statement"

EXPECTED: Mapping[Behaviour, Expected] = MappingProxyType(
    {
        Behaviour.ACCEPT: Expected("takes every payment and debits the account once", _USUAL),
        Behaviour.REJECT_SOME: Expected(
            "rejects a few payments before the entry day and debits the rest", _USUAL, drawn="rejected"
        ),
        Behaviour.REJECT_BLOCK: Expected(
            "takes the submission and rejects its last file or block whole; it debits nothing for that one",
            _USUAL,
            drawn="rejected",
        ),
        Behaviour.RETURN_SOME: Expected(
            "debits the whole file; a few payments come back within two bank days",
            "acceptance, ARUCS advice (Bacs), statement of each day",
            drawn="returned",
        ),
        Behaviour.AMEND: Expected(
            "pays every payment, a few of them with something changed",
            _USUAL,
            drawn="amended",
            loud="details to correct before the next run",
        ),
        Behaviour.AWACS: Expected(
            "pays every payment and advises that a few accounts have moved",
            "acceptance, statement, AWACS advice",
            loud="details to update within three working days",
        ),
        Behaviour.POUND_SHORT: Expected(
            "debits one pound less than it took",
            _USUAL,
            unexplained=Unexplained.A_POUND,
            loud="the debit is not what was taken",
        ),
        Behaviour.SILENT: Expected(
            "says nothing at all",
            "none",
            rest="in_flight",
            unexplained=Unexplained.UNTIL_SETTLED,
            loud="answers that are overdue",
        ),
        Behaviour.TWICE: Expected(
            "sends every answer again, marked as a copy where the message can say that", "each of accept, twice"
        ),
        Behaviour.DUPL: Expected(
            "takes the file, then rejects it as one that it has already; it debits it once",
            "acceptance, rejection of the whole, statement",
            rest="disputed",
            unexplained=Unexplained.UNTIL_SETTLED,
            loud="a rejection that contradicts the acceptance and the debit",
        ),
        Behaviour.DEBITED_TWICE: Expected(
            "debits the file twice, as it was sent twice",
            _USUAL,
            unexplained=Unexplained.THE_FILE,
            loud="perhaps paid twice",
        ),
        Behaviour.OTHER_FILE: Expected(
            "answers a file of another body",
            "acceptance (and ARUCS advice, Bacs) of the other file",
            rest="in_flight",
            unexplained=Unexplained.UNTIL_SETTLED,
            loud="files of another service user are set aside; our own answers are overdue",
        ),
        Behaviour.OTHER_ACCOUNT: Expected(
            "sends the statement of another account, with our references in it",
            _USUAL,
            unexplained=Unexplained.UNTIL_SETTLED,
            loud="the statement is set aside; the one of the paying account is overdue",
        ),
        Behaviour.GAP: Expected(
            "leaves an entry, or all but the first page, out of the statement",
            _USUAL,
            rest="answer_set_aside",
            unexplained=Unexplained.UNTIL_SETTLED,
            loud="the statement is set aside, as it is not whole",
        ),
        Behaviour.SINGLE_DEBITS: Expected("debits every payment by itself", _USUAL),
        Behaviour.REVERSED: Expected(
            "gives the whole debit back and names the file", "acceptance, statement of each day", rest="returned"
        ),
        Behaviour.EMPTY_DAY: Expected(
            "sends a statement of the day before, on which nothing moved", "acceptance, statement of each day"
        ),
        Behaviour.FUNDING_AND_FEE: Expected("shows money that comes in and a fee beside the file's debit", _USUAL),
    }
)
"""What each behaviour is and what must come of it. *Acceptance* is an input report, or two status reports."""

AMENDED_IN_STATUS_REPORT = EXPECTED[Behaviour.AMEND]._replace(drawn="", loud="")
"""What must come of *amend* by pain.001: ``ACWC`` there is acceptance, and does not say what was changed."""
