"""The one shape that every message of a bank is read into."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl


class Message(StrEnum):
    """The messages that are read; the same code letter means different things in different messages."""

    INPUT_REPORT = "input_report"
    ARUCS = "arucs"
    CAMT053 = "camt053"
    PAIN002 = "pain002"


class Kind(StrEnum):
    """What one answer says.

    The two totals concern a whole payment file; amended, returned and rejected concern one payment each
    and have different effects on money: *amended* was paid with something changed, *returned* comes back,
    *rejected* was never processed, *pending* is not decided yet, *settled* left the paying account. The statement kinds
    are entries on the paying account; a *reversal* is a credit by which the bank undoes a debit of its own.
    """

    ACCEPTED_TOTAL = "accepted_total"
    REJECTED_TOTAL = "rejected_total"
    AMENDED = "amended"
    RETURNED = "returned"
    REJECTED = "rejected"
    PENDING = "pending"
    SETTLED = "settled"
    STATEMENT_DEBIT = "statement_debit"
    STATEMENT_CREDIT = "statement_credit"
    STATEMENT_REVERSAL = "statement_reversal"


ONE_PAYMENT = (
    Kind.AMENDED,
    Kind.RETURNED,
    Kind.REJECTED,
    Kind.PENDING,
    Kind.SETTLED,
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
    }
)
"""One row an answer.

``item`` counts the answers of the file from 1; ``code`` and ``description`` are as the bank wrote them;
``reference``, ``sort_code`` and ``account_number`` are those of the payment answered, null where the
message does not give them, as a status report need not give an amount; ``payments`` is how many payments the answer
covers (null if it does not say);
``bank_date`` is the processing day of an input report, the day of an advice, the booking day of a
statement entry; ``original_processing_date`` is the processing day of the payment answered; ``own_account`` is the
account that the bank says the payments left, as ``own_account_of`` has it, null where it does not say.
"""


@dataclass(frozen=True)
class BankFile:
    """One file from a bank.

    Attributes:
        message: which message it is.
        service_user_number: whose payments it speaks of; a statement does not say.
        serial: the submission serial that it answers; only an input report and a pain.002 say.
        reported_on: the day the bank made it.
        practice: the practice bank wrote it, so no money stands behind it.
        answers: frame of ``ANSWERS``.
        accounts: of a statement, whose entries it has, as ``own_account`` names them.
        statements: of a statement, by what the bank tells it from others; the same again is the same one.
    """

    message: Message
    service_user_number: str | None
    serial: str | None
    reported_on: date
    practice: bool
    answers: pl.DataFrame
    accounts: frozenset[str] = frozenset()
    statements: tuple[str, ...] = ()


def answers_frame(message: Message, rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Number the answers of one file and give them the shape of ``ANSWERS``; what a row lacks is null."""
    numbered = [{"item": item, "message": str(message), **row} for item, row in enumerate(rows, start=1)]
    return pl.DataFrame(numbered, schema=ANSWERS, orient="row")
