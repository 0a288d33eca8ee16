"""Record payments that were made elsewhere, so that siller never makes them too."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas.agreement import Role
from schemas.incoming import Incoming, hash_of, open_incoming
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.stages import Event
from tasks.ledger import never_twice, record, sha256_of
from tasks.ledger.catalogue.events import PaidElsewhere
from tasks.ledger.counters import next_number
from tasks.ledger.erasures import check_not_erased
from tasks.ledger.evidence import check_evidence
from tasks.ledger.journal import OF_NO_RUN
from tasks.ledger.parts import views
from tasks.ledger.rows import PaidElsewhereRow, insert
from tasks.manual_payments.reading import read_paid_elsewhere
from tasks.people.identity import identify
from tasks.storage.custody import seal
from tasks.tenant_context import TenantContext

DOOR = "siller record paid-elsewhere"
MOST_LINES_NAMED = 20
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Recorded:
    """What has been recorded, and what siller had of it already.

    Attributes:
        number: the recording's; ``siller`` names it so from then on.
        payments: how many payments.
        pence: their sum.
        stood: whether the very same file had been recorded before, and nothing was done.
        twice: payments that siller has released too, as run and row: to be recalled.
        instead: payments that siller has not released, or that came back, as run and row: it will not make them.
    """

    number: int
    payments: int
    pence: int
    stood: bool
    twice: tuple[str, ...]
    instead: tuple[str, ...]


def record_paid_elsewhere(
    context: TenantContext, file: Path, evidence: Path, operator: str, approver: str, now: datetime
) -> Recorded:
    """Record a file of payments, all of them or none, in one transaction.

    Args:
        context: the tenant's.
        file: the payments, as ``schemas.contract.manual_payments`` has them.
        evidence: what the bank shows of them; sealed as it is, never read.
        operator: who records.
        approver: who has seen that file and evidence agree; somebody else.
        now: when.

    Raises:
        NoGo: somebody may not do that, one is both, a line of the file is not right, is for a
            period that was erased, or has been recorded before.
    """
    sha256, evidence_sha256 = hash_of(file, Incoming.EXTRACT), hash_of(evidence, Incoming.EVIDENCE)
    if sha256 == evidence_sha256:
        raise NoGo(f"{evidence.name} is the file of the payments itself: the evidence is what the bank shows of them.")
    payments = read_paid_elsewhere(file, sha256, context.contract, context.agreement.accounts)
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            check_evidence(connection, evidence_sha256, may_be_a_file_of_the_banks=True)
    # Last, so that a wrong file costs nobody a one-time code.
    recorded_by = identify(context, operator, DOOR, Role.OPERATOR)
    approved_by = identify(context, approver, DOOR, Role.APPROVER)
    if recorded_by == approved_by:
        raise NoGo(f"{recorded_by} cannot both record and approve. Nothing was done: it takes two people.")
    with context.ledger.opened(create=True):
        pass
    with context.ledger.transaction() as connection:
        known = _standing(connection, sha256)
        if known:
            return known
        for period in payments["pay_period"].unique().sort():
            check_not_erased(connection, Period.parsed(period))
        number = _write(connection, payments, sha256, evidence_sha256, recorded_by, approved_by, now)
        _check_recorded_once(connection, number, file.name)
        if not views.columns_of(connection):  # nothing was ever taken in, and so nothing of siller's own is found
            views.keep_columns(connection, context.contract.kept_columns)
            views.define(connection, context.paths.parts(context.tenant))
        never_twice.define(connection, context.agreement.accounts)
        connection.execute((_FOLDER / "too.sql").read_text(), {"number": number, "today": now.date()})
        with open_incoming(file, Incoming.EXTRACT) as content:
            seal(content, file.name, context.paths, context.tenant, sha256)
        with open_incoming(evidence, Incoming.EVIDENCE) as content:
            seal(content, evidence.name, context.paths, context.tenant, evidence_sha256)
        recorded = _recorded(connection, number, stood=False)
        figures = PaidElsewhere(
            by=recorded_by,
            approved_by=approved_by,
            payments=recorded.payments,
            pence=recorded.pence,
            paid_twice=len(recorded.twice),
            file_sha256=sha256,
            evidence_sha256=evidence_sha256,
        )
        record(connection, 0, OF_NO_RUN, figures, sha256_of(sha256, evidence_sha256), now, number)
    return recorded


def _standing(connection: duckdb.DuckDBPyConnection, sha256: str) -> Recorded | None:
    row = connection.execute("SELECT paid_elsewhere_no FROM paid_elsewhere WHERE file_sha256 = ?", [sha256]).fetchone()
    return _recorded(connection, row[0], stood=True) if row else None


def _recorded(connection: duckdb.DuckDBPyConnection, number: int, stood: bool) -> Recorded:
    row = connection.execute(
        "SELECT payments, pence FROM paid_elsewhere WHERE paid_elsewhere_no = ?", [number]
    ).fetchone()
    assert row is not None
    too = connection.execute(
        "SELECT run_id || '/' || row_number, is_twice FROM core_paid_elsewhere_too JOIN run USING (run_no) "
        "WHERE paid_elsewhere_no = ? ORDER BY run_no, row_number",
        [number],
    ).fetchall()
    twice, instead = (tuple(place for place, is_twice in too if is_twice is which) for which in (True, False))
    return Recorded(number, row[0], row[1], stood, twice, instead)


def _write(
    connection: duckdb.DuckDBPyConnection,
    payments: pl.DataFrame,
    sha256: str,
    evidence_sha256: str,
    recorded_by: str,
    approved_by: str,
    now: datetime,
) -> int:
    number = next_number(connection, Event.PAID_ELSEWHERE)
    kept = PaidElsewhereRow(
        paid_elsewhere_no=number,
        file_sha256=sha256,
        evidence_sha256=evidence_sha256,
        recorded_by=recorded_by,
        approved_by=approved_by,
        payments=payments.height,
        pence=int(payments["amount_pence"].sum()),
        recorded_at=now,
    )
    insert(connection, kept)
    connection.register("payments", payments.to_arrow())
    connection.execute(f"INSERT INTO core_paid_elsewhere BY NAME SELECT {number} AS paid_elsewhere_no, * FROM payments")
    connection.unregister("payments")
    return number


def _check_recorded_once(connection: duckdb.DuckDBPyConnection, number: int, name: str) -> None:
    """No payment stands twice among those recorded, in this file or with an earlier one."""
    lines = [
        str(row[0])
        for row in connection.execute((_FOLDER / "recorded_twice.sql").read_text(), {"number": number}).fetchall()
    ]
    if lines:
        more = f" and {len(lines) - MOST_LINES_NAMED:,} more" if len(lines) > MOST_LINES_NAMED else ""
        raise NoGo(
            f"Line {', '.join(lines[:MOST_LINES_NAMED])}{more} of {name}: the same payee's payment of the same period "
            "and kind stands in the file twice, or has been recorded before. Nothing was recorded. Take such lines out."
        )
