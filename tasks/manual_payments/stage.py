"""Record payments that were made elsewhere, so that siller never makes them too, until they have come back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
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
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.rows import PaidElsewhereRow, insert
from tasks.manual_payments.earlier_vouchers import list_earlier_vouchers
from tasks.manual_payments.reading import read_paid_elsewhere
from tasks.people.identity import identify
from tasks.storage.custody import Sealed, seal
from tasks.tenant_context import TenantContext

DOOR, BACK_DOOR = "siller record paid-elsewhere", "siller record came-back"
MOST_LINES_NAMED = 20
_FOLDER = Path(__file__).parent
_BEYOND = """
SELECT run_id || '/' || row_number
FROM core_paid_elsewhere_too JOIN core_paid_elsewhere USING (paid_elsewhere_no, line)
JOIN voucher_state AS voucher USING (run_no, row_number) JOIN run USING (run_no)
WHERE paid_elsewhere_no = ? AND NOT is_twice AND amount_pence > voucher.pence - cashed_pence ORDER BY run_no, row_number
"""
"""What was paid is recorded, whatever was left: not recorded, siller would pay it again."""


@dataclass(frozen=True)
class Recorded:
    """What has been recorded, and what siller had of it already.

    Attributes:
        number: the recording's; ``siller`` names it so from then on.
        payments: how many payments.
        pence: their sum; below nothing of payments that came back.
        stood: whether the very same file had been recorded before, and nothing was done.
        twice: payments that siller has released too, as run and row: to be recalled.
        instead: payments that siller has not released, or that came back, as run and row: it will not make them.
        beyond: those of them by voucher for which more was recorded than was left of it, as run and row.
        earlier: vouchers of an earlier period of which something is left for a payee of this recording, in words.
    """

    number: int
    payments: int
    pence: int
    stood: bool
    twice: tuple[str, ...]
    instead: tuple[str, ...]
    beyond: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


RecordingAct = Callable[[TenantContext, Path, Path, str, str, datetime], Recorded]
"""Has two people, operator and approver, record a file that is sealed with its evidence."""


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
    return _record(context, file, evidence, (operator, approver), now, DOOR, _keep_paid)


def record_came_back(
    context: TenantContext, file: Path, evidence: Path, operator: str, approver: str, now: datetime
) -> Recorded:
    """Record that payments made elsewhere have come back, all of them or none: siller, or the portal, may pay them.

    Args:
        context: the tenant's.
        file: the payments as they were recorded, with the day on which each came back as ``paid_on``.
        evidence: what the bank shows of that; sealed as it is, never read.
        operator: who records.
        approver: who has seen that file and evidence agree; somebody else.
        now: when.

    Raises:
        NoGo: somebody may not do that, one is both, or a line is not one that stands as paid elsewhere.
    """
    return _record(context, file, evidence, (operator, approver), now, BACK_DOOR, _keep_back)


Keep = Callable[[duckdb.DuckDBPyConnection, TenantContext, pl.DataFrame, PaidElsewhereRow, str], None]
"""Writes a recording and its lines; the text is what the file is called."""


def _record(
    context: TenantContext, file: Path, evidence: Path, people: tuple[str, str], now: datetime, door: str, keep: Keep
) -> Recorded:
    sha256, evidence_sha256 = hash_of(file, Incoming.EXTRACT), hash_of(evidence, Incoming.EVIDENCE)
    if sha256 == evidence_sha256:
        raise NoGo(f"{evidence.name} is the file of the payments itself: the evidence is what the bank shows of them.")
    payments = read_paid_elsewhere(file, sha256, context.contract, context.agreement.accounts)
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            check_evidence(connection, evidence_sha256, may_be_a_file_of_the_banks=True)
    # Last, so that a wrong file costs nobody a one-time code.
    operator, approver = people
    recorded_by = identify(context, operator, door, Role.OPERATOR)
    approved_by = identify(context, approver, door, Role.APPROVER)
    if recorded_by == approved_by:
        raise NoGo(f"{recorded_by} cannot both record and approve. Nothing was done: it takes two people.")
    with context.ledger.opened(create=True):
        pass
    with context.ledger.transaction() as connection:
        known = _standing(connection, context, sha256)
        if known and (known.pence < 0) is not (door == BACK_DOOR):
            raise NoGo(
                f"{file.name} has been recorded already, as the other of the two: paid elsewhere, or come back. "
                "Nothing was done. Of what came back, paid_on is the day on which it did."
            )
        if known:
            return known
        for period in payments["pay_period"].unique().sort():
            context.agreement.periods.check_has(Period.parsed(period))
            check_not_erased(connection, Period.parsed(period))
        number = next_number(connection, Event.PAID_ELSEWHERE)
        pence = int(payments["amount_pence"].sum())
        kept = PaidElsewhereRow(
            number, sha256, evidence_sha256, recorded_by, approved_by, payments.height, pence, recorded_at=now
        )
        keep(connection, context, payments, kept, file.name)
        with open_incoming(file, Incoming.EXTRACT) as content:
            seal(Sealed.PAID_ELSEWHERE, content, file.name, context.paths, context.tenant, sha256)
        with open_incoming(evidence, Incoming.EVIDENCE) as content:
            seal(Sealed.EVIDENCE, content, evidence.name, context.paths, context.tenant, evidence_sha256)
        recorded = _recorded(connection, context, number, stood=False)
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


def _standing(connection: duckdb.DuckDBPyConnection, context: TenantContext, sha256: str) -> Recorded | None:
    row = connection.execute("SELECT paid_elsewhere_no FROM paid_elsewhere WHERE file_sha256 = ?", [sha256]).fetchone()
    return _recorded(connection, context, row[0], stood=True) if row else None


def _recorded(connection: duckdb.DuckDBPyConnection, context: TenantContext, number: int, stood: bool) -> Recorded:
    row = connection.execute(
        "SELECT payments, pence, recorded_at FROM paid_elsewhere WHERE paid_elsewhere_no = ?", [number]
    ).fetchone()
    assert row is not None
    too = connection.execute(
        "SELECT run_id || '/' || row_number, is_twice FROM core_paid_elsewhere_too JOIN run USING (run_no) "
        "WHERE paid_elsewhere_no = ? ORDER BY run_no, row_number",
        [number],
    ).fetchall()
    twice, instead = (tuple(place for place, is_twice in too if is_twice is which) for which in (True, False))
    beyond: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    if connection.execute("FROM core_voucher LIMIT 1").fetchone():
        never_twice.define(connection, context.agreement.accounts)
        beyond = tuple(place for (place,) in connection.execute(_BEYOND, [number]).fetchall())
        earlier = tuple(list_earlier_vouchers(connection, number, row[2].date())) if row[1] > 0 else ()
    return Recorded(number, row[0], row[1], stood, twice, instead, beyond, earlier)


def _keep_paid(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    payments: pl.DataFrame,
    kept: PaidElsewhereRow,
    name: str,
) -> None:
    """Payments that were made, and which of siller's own they are."""
    _write(connection, payments, kept)
    if not views.columns_of(connection):  # nothing was ever taken in, and so nothing of siller's own is found
        views.keep_columns(connection, context.contract.kept_columns)
        views.define(connection, context.paths.parts(context.tenant))
    never_twice.define(connection, context.agreement.accounts)
    _check_recorded_once(connection, kept.paid_elsewhere_no, name)
    known = {"number": kept.paid_elsewhere_no, "today": kept.recorded_at.date()}
    connection.execute((_FOLDER / "too.sql").read_text(), known)


def _keep_back(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    payments: pl.DataFrame,
    kept: PaidElsewhereRow,
    name: str,
) -> None:
    """Payments that came back, with amounts below nothing: each takes away what stood."""
    del context
    define_payment_state(connection)
    connection.register("came_back", payments.to_arrow())
    lines = [line for (line,) in connection.execute((_FOLDER / "not_standing.sql").read_text()).fetchall()]
    connection.unregister("came_back")
    if lines:
        raise NoGo(
            f"Line {_named(lines)} of {name}: no such payment stands as paid elsewhere by that day, to that account "
            "and with that amount, or the line stands in the file twice. Nothing was recorded. Take such lines out."
        )
    back = payments.with_columns(-pl.col("amount_pence"))
    _write(connection, back, replace(kept, pence=-kept.pence))


def _write(connection: duckdb.DuckDBPyConnection, payments: pl.DataFrame, kept: PaidElsewhereRow) -> None:
    insert(connection, kept)
    connection.register("payments", payments.to_arrow())
    connection.execute(
        f"INSERT INTO core_paid_elsewhere BY NAME SELECT {kept.paid_elsewhere_no} AS paid_elsewhere_no, * FROM payments"
    )
    connection.unregister("payments")


def _named(lines: list[int]) -> str:
    more = f" and {len(lines) - MOST_LINES_NAMED:,} more" if len(lines) > MOST_LINES_NAMED else ""
    return f"{', '.join(map(str, lines[:MOST_LINES_NAMED]))}{more}"


def _check_recorded_once(connection: duckdb.DuckDBPyConnection, number: int, name: str) -> None:
    """No payment stands twice among those recorded, in this file or with an earlier one."""
    query = (_FOLDER / "recorded_twice.sql").read_text()
    lines = [line for (line,) in connection.execute(query, {"number": number}).fetchall()]
    if lines:
        raise NoGo(
            f"Line {_named(lines)} of {name}: the same payee's payment of the same period "
            "and kind stands in the file twice, or has been recorded before. Nothing was recorded. Take such lines out."
        )
