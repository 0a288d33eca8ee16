"""The rows that are written one by one, typed and by the names of their columns; ``ddl.sql`` says what each is.

What is written by the thousand comes from frames and queries, by name likewise.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import ClassVar

import duckdb

from schemas.period import Period


@dataclass(frozen=True)
class Row:
    """A row whose fields are the columns of its table."""

    TABLE: ClassVar[str]


def columns(kind: type[Row]) -> str:
    """The columns of a row, for a SELECT that it is then made of."""
    return ", ".join(each.name for each in fields(kind))


def insert(connection: duckdb.DuckDBPyConnection, *rows: Row) -> None:
    """Write rows of one table, if there are any."""
    if not rows:
        return
    names = [each.name for each in fields(rows[0])]
    connection.executemany(
        f"INSERT INTO {rows[0].TABLE} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        [[_kept(getattr(row, name)) for name in names] for row in rows],
    )


def _kept(value: object) -> object:
    return str(value) if isinstance(value, Period) else value


@dataclass(frozen=True)
class FlowRunRow(Row):
    """A Prefect flow run that works, or worked, on a run."""

    TABLE: ClassVar[str] = "flow_run"

    run_no: int
    flow_run_id: str
    started_at: datetime


@dataclass(frozen=True)
class GateRow(Row):
    """What one gate said of a run."""

    TABLE: ClassVar[str] = "out_gate"

    run_no: int
    gate: str
    kind: str
    verdict: str
    figure: str
    threshold: str
    explanation: str


@dataclass(frozen=True)
class SubmissionSerialRow(Row):
    """A submission serial, and the run that it was given to."""

    TABLE: ClassVar[str] = "submission_serial"

    service_user_number: str
    serial: int
    run_no: int


@dataclass(frozen=True)
class PaymentFileRow(Row):
    """The payment file of a run."""

    TABLE: ClassVar[str] = "payment_file"

    run_no: int
    rail: str
    service_user_number: str
    serial: int
    file_name: str
    sha256: str
    payments: int
    pence: int


@dataclass(frozen=True)
class FileDayRow(Row):
    """One day of a payment file; ``file_days.py`` answers for it.

    Attributes:
        entry_date: the pay day, when payees have their money and the paying account is debited.
        processing_date: the date in the file; by then the bank says whether it took it.
        input_day: the last day on which the file may be sent.
        returns_closed: the last day on which a payment may come back.
        payments: of this day.
        pence: their sum.
    """

    TABLE: ClassVar[str] = "file_day"

    run_no: int
    entry_date: date
    processing_date: date
    input_day: date
    returns_closed: date
    payments: int
    pence: int


@dataclass(frozen=True)
class PeriodDayRow(Row):
    """One of the several pay days of a run's period."""

    TABLE: ClassVar[str] = "period_day"

    run_no: int
    pay_day: date


@dataclass(frozen=True)
class WrittenCharacterRow(Row):
    """How often a payment file writes a character otherwise than it was sent."""

    TABLE: ClassVar[str] = "out_written_character"

    run_no: int
    character: str
    written: str
    times: int


@dataclass(frozen=True)
class PackRow(Row):
    """What the approver of a run is shown."""

    TABLE: ClassVar[str] = "out_pack"

    run_no: int
    markdown: str
    sha256: str


@dataclass(frozen=True)
class ApprovalRow(Row):
    """An answer to a form, and what it came to."""

    TABLE: ClassVar[str] = "approval"

    approval_no: int
    run_no: int
    flow_run_id: str
    key: str
    decision: str
    approver: str
    reason: str
    verdict: str
    cause: str
    file_sha256: str
    pack_sha256: str
    agreement_sha256: str
    answered_at: datetime


@dataclass(frozen=True)
class SubmissionRow(Row):
    """That the payment file of a run was sent."""

    TABLE: ClassVar[str] = "submission"

    submission_no: int
    run_no: int
    reference: str
    submitted_at: datetime
    submitted_by: str
    file_sha256: str
    late: bool


@dataclass(frozen=True)
class ContinuitySettlementRow(Row):
    """That one opening of a continuity file is settled."""

    TABLE: ClassVar[str] = "continuity_settlement"

    settlement_no: int
    opening_no: int
    opening_hash: str
    run_id: str
    paid_elsewhere_no: int | None
    settled_by: str
    settled_at: datetime


@dataclass(frozen=True)
class CredentialRow(Row):
    """What somebody proves themselves by."""

    TABLE: ClassVar[str] = "credential"

    credential_no: int
    name: str
    kind: str
    value: str
    vouched_by: str
    enrolled_at: datetime


@dataclass(frozen=True)
class CodeTryRow(Row):
    """A one-time code that was given."""

    TABLE: ClassVar[str] = "code_try"

    code_try_no: int
    name: str
    run_no: int
    purpose: str
    outcome: str
    step: int
    tried_at: datetime


@dataclass(frozen=True)
class PaidElsewhereRow(Row):
    """A file of payments that were made outside siller."""

    TABLE: ClassVar[str] = "paid_elsewhere"

    paid_elsewhere_no: int
    file_sha256: str
    evidence_sha256: str
    recorded_by: str
    approved_by: str
    payments: int
    pence: int
    recorded_at: datetime


@dataclass(frozen=True)
class StopRow(Row):
    """That a payment was stopped before the release, or is let in again."""

    TABLE: ClassVar[str] = "stop"

    stop_no: int
    run_no: int
    row_number: int
    is_placed: bool
    reason: str
    said_by: str
    said_at: datetime


@dataclass(frozen=True)
class ActRow(Row):
    """What people did to the ledger as a whole, or what stopped a run."""

    TABLE: ClassVar[str] = "act"

    act_no: int
    act: str
    run_no: int
    by_whom: str
    said: str
    acted_at: datetime


@dataclass(frozen=True)
class MigrationRow(Row):
    """How the tables came to a version."""

    TABLE: ClassVar[str] = "migration"

    version: int
    name: str
    sql_sha256: str
    by_whom: str
    migrated_at: datetime


@dataclass(frozen=True)
class MigratedEntryRow(Row):
    """What an earlier entry of the journal covers, over the tables as a migration left them."""

    TABLE: ClassVar[str] = "migrated_entry"

    version: int
    entry: int
    output_digest: str


@dataclass(frozen=True)
class JournalRow(Row):
    """An entry of the journal."""

    TABLE: ClassVar[str] = "journal"

    entry: int
    run_id: str
    stage: str
    input_hash: str
    output_digest: str
    figures: str
    recorded_at: datetime
    previous_hash: str
    entry_hash: str
