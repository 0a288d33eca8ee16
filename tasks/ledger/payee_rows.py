"""The rows that are written one by one of checking payees; ``ddl.sql`` says what each is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from tasks.ledger.rows import Row


@dataclass(frozen=True)
class PayeeCheckRow(Row):
    """A request to a bank."""

    TABLE: ClassVar[str] = "payee_check"

    payee_check_no: int
    run_no: int
    request_sha256: str
    profile_sha256: str
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True)
class PayeeAnswerFileRow(Row):
    """A file that a bank sent back."""

    TABLE: ClassVar[str] = "payee_answer_file"

    payee_answer_file_no: int
    run_no: int
    sha256: str
    file_name: str
    profile_sha256: str
    taken_by: str
    taken_at: datetime


@dataclass(frozen=True)
class CallBackRow(Row):
    """That a payee was called."""

    TABLE: ClassVar[str] = "call_back"

    call_back_no: int
    run_no: int
    row_number: int
    called_by: str
    spoke_to: str
    number_from: str
    number_known_since: date
    called_on: date
    said_by: str
    said_at: datetime
