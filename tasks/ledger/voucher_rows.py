"""The rows that are written one by one of vouchers; ``ddl.sql`` says what each is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from tasks.ledger.rows import Row


@dataclass(frozen=True)
class VoucherFileRow(Row):
    """The file of a run's vouchers."""

    TABLE: ClassVar[str] = "voucher_file"

    run_no: int
    channel: str
    file_name: str
    sha256: str
    payments: int
    pence: int
    expires: date


@dataclass(frozen=True)
class VoucherSubmissionRow(Row):
    """That a file of vouchers was sent to the provider."""

    TABLE: ClassVar[str] = "voucher_submission"

    voucher_submission_no: int
    run_no: int
    reference: str
    submitted_at: datetime
    submitted_by: str
    file_sha256: str


@dataclass(frozen=True)
class VoucherAnswerFileRow(Row):
    """A file that the provider sent back."""

    TABLE: ClassVar[str] = "voucher_answer_file"

    voucher_answer_file_no: int
    sha256: str
    file_name: str
    channel_sha256: str
    taken_by: str
    taken_at: datetime


@dataclass(frozen=True)
class VoucherCancellationRow(Row):
    """That the provider was asked to cancel a voucher."""

    TABLE: ClassVar[str] = "voucher_cancellation"

    voucher_cancellation_no: int
    run_no: int
    row_number: int
    reason: str
    reference: str
    said_by: str
    said_at: datetime
