"""The rows that are written of a bank's files, and of what two people settle, by their tables' columns."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from tasks.ledger.rows import Row


@dataclass(frozen=True)
class BankFileRow(Row):
    """A file of the bank's."""

    TABLE: ClassVar[str] = "bank_file"

    bank_file_no: int
    message: str
    sha256: str
    file_name: str
    verdict: str
    sentence: str
    origin: str
    message_id: str | None
    made_at: datetime | None
    received_at: datetime


@dataclass(frozen=True)
class StatementRow(Row):
    """One statement in a file of the bank's."""

    TABLE: ClassVar[str] = "core_statement"

    bank_file_no: int
    statement: int
    account: str
    is_ours: bool
    identification: str | None
    sequence: str | None
    first_day: date | None
    last_day: date | None
    opening_pence: int | None
    closing_pence: int | None
    entries: int
    entries_sha256: str


@dataclass(frozen=True)
class SettlementRow(Row):
    """What two people decided of a file that was set aside, or of payments that the bank left open."""

    TABLE: ClassVar[str] = "settlement"

    settlement_no: int
    decision: str
    bank_file_no: int | None
    item: int | None
    run_no: int | None
    row_number: int | None
    payment_pence: int | None
    reason: str
    bank_reference: str
    evidence_sha256: str | None
    said_by: str
    agreed_by: str
    after_bank_file_no: int
    said_at: datetime
    day_no: int | None = None


@dataclass(frozen=True)
class WithdrawalRow(Row):
    """A released payment file that was never sent."""

    TABLE: ClassVar[str] = "withdrawal"

    withdrawal_no: int
    run_no: int
    reason: str
    said_by: str
    agreed_by: str
    said_at: datetime


@dataclass(frozen=True)
class HoldLiftRow(Row):
    """What two people lifted of what a payment that came back holds."""

    TABLE: ClassVar[str] = "hold_lift"

    hold_lift_no: int
    holds: str
    run_no: int
    row_number: int
    reason: str
    reference: str
    said_by: str
    agreed_by: str
    after_bank_file_no: int
    said_at: datetime


@dataclass(frozen=True)
class PaymentEnquiryRow(Row):
    """One act of asking the bank about a payment that has not arrived."""

    TABLE: ClassVar[str] = "payment_enquiry"

    payment_enquiry_no: int
    run_no: int
    row_number: int
    payment_pence: int
    stands: str
    review_on: date | None
    reason: str
    reference: str
    said_by: str
    said_at: datetime


@dataclass(frozen=True)
class RecallRow(Row):
    """What the bank is asked to stop."""

    TABLE: ClassVar[str] = "recall"

    recall_no: int
    run_no: int
    row_number: int | None
    payments: int
    pence: int
    reason: str
    recall_by: datetime
    said_by: str
    agreed_by: str
    said_at: datetime
    day_no: int | None = None


@dataclass(frozen=True)
class RecallOutcomeRow(Row):
    """What the bank answered."""

    TABLE: ClassVar[str] = "recall_outcome"

    recall_outcome_no: int
    recall_no: int
    outcome: str
    bank_reference: str
    said_by: str
    agreed_by: str
    said_at: datetime
