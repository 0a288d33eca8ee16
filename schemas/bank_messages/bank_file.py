"""The one shape that every message of a bank is read into."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import polars as pl


class Message(StrEnum):
    """The messages that are read; the same code letter means different things in different messages.

    The last three speak of direct debits: they are known by name, and are not for credits.
    """

    INPUT_REPORT = "input_report"
    ARRIVAL_REPORT = "arrival_report"
    WITHDRAWAL_REPORT = "withdrawal_report"
    ARUCS = "arucs"
    AWACS = "awacs"
    PAIN002 = "pain002"
    CAMT052 = "camt052"
    CAMT053 = "camt053"
    CAMT054 = "camt054"
    ADDACS = "addacs"
    AUDDIS = "auddis"
    ARUDD = "arudd"


class Kind(StrEnum):
    """What one answer says.

    The totals concern a whole payment file, or a block of one; the others up to *advised* concern one payment each and
    have different effects on money. *Accepted* was taken and is no more than that, *amended* was paid with something
    changed, *returned* comes back, *rejected* was never processed, *cancelled* was withdrawn before that, *pending* is
    not decided yet, *settled* left the paying account; *advised* was paid, and the payee's details need to be changed.
    The statement kinds are entries on the paying account; a *reversal* is a credit by which the bank undoes a debit of
    its own. *Informed* are entries that a message other than a statement tells of: they prove nothing.
    """

    ACCEPTED_TOTAL = "accepted_total"
    REJECTED_TOTAL = "rejected_total"
    CANCELLED_TOTAL = "cancelled_total"
    PENDING_TOTAL = "pending_total"
    ACCEPTED = "accepted"
    AMENDED = "amended"
    RETURNED = "returned"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    PENDING = "pending"
    SETTLED = "settled"
    ADVISED = "advised"
    STATEMENT_DEBIT = "statement_debit"
    STATEMENT_CREDIT = "statement_credit"
    STATEMENT_REVERSAL = "statement_reversal"
    INFORMED_DEBIT = "informed_debit"
    INFORMED_CREDIT = "informed_credit"


ONE_PAYMENT = (
    Kind.ACCEPTED,
    Kind.AMENDED,
    Kind.RETURNED,
    Kind.REJECTED,
    Kind.CANCELLED,
    Kind.PENDING,
    Kind.SETTLED,
    Kind.ADVISED,
    Kind.STATEMENT_CREDIT,
)
"""The kinds that should each find one payment."""

ANSWERS = pl.Schema(
    {
        "item": pl.Int64,
        "message": pl.String,
        "kind": pl.String,
        "code": pl.String,
        "description": pl.String,
        "reference": pl.String,
        "sort_code": pl.String,
        "account_number": pl.String,
        "payments": pl.Int64,
        "amount_pence": pl.Int64,
        "bank_date": pl.Date,
        "original_processing_date": pl.Date,
        "own_account": pl.String,
        "statement": pl.Int64,
        "entry_reference": pl.String,
        "serial": pl.String,
    }
)
"""One row an answer.

``item`` counts the answers of the file from 1; ``code`` and ``description`` are as the bank wrote them;
``reference``, ``sort_code`` and ``account_number`` are those of the payment answered, null where the
message does not give them, as a status report need not give an amount; ``reference`` of a debit is what its entry is
called, which may name a file; ``payments`` is how many payments the answer covers (null if it does not say);
``bank_date`` is the processing day of an input report, the day of an advice, the booking day of a
statement entry; ``original_processing_date`` is the processing day of the payment answered; ``own_account`` is the
account that the bank says the payments left, as ``own_account_of`` has it, null where it does not say;
``statement`` is which of the file's statements an entry stands in, from 1; ``entry_reference`` is the bank's own
reference of an entry or item; ``serial`` is the serial of the file, or the id of the message, that the item or entry
names.
"""


@dataclass(frozen=True)
class Statement:
    """One account's statement, or what a message other than a statement tells of one account.

    Attributes:
        account: whose entries it has, as ``own_account_of`` has it.
        identification: what the bank calls it.
        sequence: its number among the account's statements, as written.
        first_day: the first day that it covers.
        last_day: the last one.
        opening_pence: the balance before its first entry; below nought for a debt.
        closing_pence: the balance after its last entry.
        entries: how many of its entries are booked.
        pages_missing: it is one page of several, and the others do not stand in the same file.
        is_copy: the bank marks it as a copy or a duplicate of one sent before.
    """

    account: str | None
    identification: str | None
    sequence: str | None
    first_day: date | None
    last_day: date | None
    opening_pence: int | None
    closing_pence: int | None
    entries: int
    pages_missing: bool
    is_copy: bool


@dataclass(frozen=True)
class BankFile:
    """One file from a bank.

    Attributes:
        message: which message it is.
        service_user_number: whose payments it speaks of; a statement does not say.
        serial: the submission serial that it answers; only a report and a pain.002 say.
        reported_on: the day the bank made it.
        practice: the practice bank wrote it, so no money stands behind it.
        answers: frame of ``ANSWERS``.
        made_at: the moment the bank made it, if it says one; London's time where it names no other.
        message_id: what the bank calls it.
        statements: of a statement, what it is of; ``statement`` of an answer counts them from 1.
        faults: sentences why it must not count: it is read, but not whole or not consistent.
    """

    message: Message
    service_user_number: str | None
    serial: str | None
    reported_on: date
    practice: bool
    answers: pl.DataFrame
    made_at: datetime | None = None
    message_id: str | None = None
    statements: tuple[Statement, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def accounts(self) -> frozenset[str]:
        """Whose entries its statements have."""
        return frozenset(statement.account for statement in self.statements if statement.account)


def answers_frame(message: Message, rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Number the answers of one file and give them the shape of ``ANSWERS``; what a row lacks is null."""
    numbered = [{"item": item, "message": str(message), **row} for item, row in enumerate(rows, start=1)]
    return pl.DataFrame(numbered, schema=ANSWERS, orient="row")
