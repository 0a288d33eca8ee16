"""The states of a payment, in one place; ``payment_state.sql`` derives them from what the stages recorded."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import duckdb

from schemas.bank_messages.codes import BANK_HAS_IT
from schemas.bank_messages.pain002 import SETTLED
from tasks.ledger.file_days import define_days_of_runs

_SQL = Path(__file__).with_name("payment_state.sql")


class PaymentState(StrEnum):
    """Where one row of an extract stands.

    Attributes:
        meaning: the state as a person reads it.
    """

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> "PaymentState":
        """Make a member that is its name in the ledger and carries its meaning."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    READ = "read", "read from the extract, not judged yet"
    REFUSED = "refused", "breaks a rule of the contract; not paid in this run"
    HELD = "held", "may have been paid already; not paid until a person has looked"
    CORRECTED = "corrected", "was refused or held, and a row of a correction has taken its place"
    PAYABLE = "payable", "to be paid, not in a payment file yet"
    REPLACED = "replaced", "in a run that a later run of the same period has taken the place of; not paid by this one"
    STOPPED = "stopped", "to be paid, but a gate said no-go to the run"
    AWAITING_APPROVAL = "awaiting_approval", "in the payment file, which waits for its approver"
    DECLINED = "declined", "in a payment file that the approver rejected; not paid"
    APPROVED = "approved", "in an approved payment file that is not released yet"
    RELEASED = "released", "in the released payment file; nobody has said that it was sent"
    SUBMITTED = "submitted", "in the payment file that was sent, and nobody has said yet that it was taken"
    ACCEPTED = "accepted", "taken by the bank; the day on which payees have their money is still to come"
    CREDITED = "credited", "taken by the bank, its day has come, and nothing has come back so far"
    AMENDED = "amended", "paid, but the bank changed something: correct the details, do not pay again"
    RETURNED = "returned", "came back: the payee does not have the money"
    REJECTED = "rejected", "refused by the bank before any money moved: the payee does not have it"
    DISPUTED = (
        "disputed",
        "the bank says both that it took it and that it did not; not paid again until settled",
    )
    PAID_ELSEWHERE = "paid_elsewhere", "paid outside siller, through the bank's portal; this run does not pay it"


LEFT_OUT = frozenset({PaymentState.REFUSED, PaymentState.HELD, PaymentState.CORRECTED})
"""Rows that are not in the payment file."""

NOT_RELEASED = frozenset(
    {
        PaymentState.PAYABLE,
        PaymentState.REPLACED,
        PaymentState.STOPPED,
        PaymentState.AWAITING_APPROVAL,
        PaymentState.DECLINED,
        PaymentState.APPROVED,
    }
)
"""Payments of which nothing has left."""

IN_FLIGHT = frozenset({PaymentState.RELEASED, PaymentState.SUBMITTED, PaymentState.ACCEPTED, PaymentState.DISPUTED})
"""Payments that have left, with their outcome to come."""

UNPAID = frozenset({PaymentState.RETURNED, PaymentState.REJECTED})
"""Payments that left and did not reach their payee: of all that has left, these alone may be paid again."""


def define_payment_state(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger the table function ``payment_state(as_at)``, for this connection alone.

    Its rows: ``run_no``, ``row_number``, ``amount_pence`` (null where the row is not paid), ``processing_date`` and
    ``entry_date`` (null likewise, and before there is a payment file) and ``state``, for every row of every extract.
    With it come ``days_of_runs()``, and ``may_be_paid_again(state)``, which every query asks that lets somebody be
    paid.
    """
    connection.execute(f"CREATE OR REPLACE TEMP MACRO may_be_paid_again(state) AS state IN ({_listed(UNPAID)})")
    connection.execute(f"CREATE OR REPLACE TEMP MACRO bank_has_it(code) AS upper(code) IN ({_listed(BANK_HAS_IT)})")
    connection.execute(f"CREATE OR REPLACE TEMP MACRO is_settled(code) AS code IN ({_listed(SETTLED)})")
    define_days_of_runs(connection)
    connection.execute(_SQL.read_text())


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))
