"""What of each period is kept, until when, and what forbids to erase it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from schemas.bank_days import LONDON
from schemas.money import pounds
from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from schemas.period import Period, Rhythm
from schemas.retention import Retention
from schemas.stages import Event, Stage
from tasks.continuity import settle
from tasks.enquiries.enquiry import list_enquiries_in
from tasks.exceptions import waiting
from tasks.ledger import erasures, never_twice, runs
from tasks.ledger.erasures import ErasureRow
from tasks.ledger.parts import views
from tasks.ledger.sealed_files import define_sealed_files
from tasks.overpayments.register import find_in, sum_up
from tasks.reconcile.stage import as_at
from tasks.retention.holds import list_in_force
from tasks.retention.places import FILES, SEALED_FILES, TABLES, Scope, Table
from tasks.tenant_context import TenantContext

_UNSETTLED = Path(__file__).with_name("unsettled.sql").read_text(encoding="utf-8")
_LAST_PAID = f"""
SELECT max(day) FROM (
    SELECT entry_date AS day FROM file_day JOIN run USING (run_no)
    SEMI JOIN journal ON journal.run_id = run.run_id AND stage = '{Stage.RELEASE_PENDING}' WHERE period = $period
    UNION ALL SELECT paid_on FROM core_paid_elsewhere WHERE pay_period = $period
)
"""

_PAID_TWICE = """
SELECT count(*) FROM open_finding AS debit WHERE finding = 'paid_twice' AND EXISTS (
    FROM run WHERE period = $period AND (
        run.run_no = debit.run_no
        OR run.run_no IN (SELECT run_no FROM concerned_run WHERE concerned_run.bank_file_no = debit.bank_file_no)
    )
)
"""

_PARTS = "SELECT count(DISTINCT file_no) FROM part JOIN run USING (run_no)"


@dataclass(frozen=True)
class Stands:
    """Where the data of one period stands.

    Attributes:
        period: which.
        until: the last day on which it is to be kept; None where the agreement does not say.
        kept: in which places there is something of it, and how much.
        forbids: why it is not to be erased, in sentences; empty if nothing forbids it.
        erasure: that it was erased; None if it was not.
        is_half_erased: whether that is still to be finished.
        in_backups_until: the last day on which a backup can hold what was erased; None if none does.
    """

    period: Period
    until: date | None
    kept: tuple[tuple[str, int], ...]
    forbids: tuple[str, ...]
    erasure: ErasureRow | None = None
    is_half_erased: bool = False
    in_backups_until: date | None = None

    def is_due(self, today: date) -> bool:
        """Whether it is kept longer than agreed."""
        return self.erasure is None and self.until is not None and self.until < today


def list_periods(context: TenantContext, now: datetime) -> list[Stands]:
    """Where the data of each period of a tenant stands, the earliest period first."""
    with context.ledger.opened() as connection:
        found = runs.periods(connection)
    return [find_standing(context, period, now) for period in found]


def find_standing(context: TenantContext, period: Period, now: datetime) -> Stands:
    """Where the data of one period stands."""
    agreed = context.agreement.retention
    with context.ledger.opened() as connection:
        erasure = erasures.find_erasure(connection, period)
        scope = scope_of(connection, period, erasure)
        is_half_erased = erasure in erasures.list_unfinished(connection)
        backups = _in_backups_until(connection, erasure, agreed, now.date()) if erasure else None
        rows = list(_count_rows(connection, period, erasure))
        until = _kept_until(connection, agreed, period) if agreed else None
    kept = tuple((name, count) for name, count in (*rows, *_count_files(context, scope)) if count)
    if erasure:
        return Stands(period, None, kept, (), erasure, is_half_erased, backups)
    forbids = tuple(find_forbidding(context, period, now))
    return Stands(period, until, kept, forbids)


def _kept_until(connection: duckdb.DuckDBPyConnection, agreed: Retention, period: Period) -> date:
    """The last day on which a period is to be kept.

    The clock starts at its close, or at that of the period in which the last of it was paid: arrears of years ago are
    kept no shorter than what else was paid with them.
    """
    paid = connection.execute(_LAST_PAID, {"period": str(period)}).fetchone()
    return agreed.last_day(max(period, period.beside(paid[0])) if paid and paid[0] else period)


def scope_of(connection: duckdb.DuckDBPyConnection, period: Period, erasure: ErasureRow | None) -> Scope:
    """What files belong to a period, as the ledger knows them: also once its rows are gone."""
    of_period = runs.runs_of_period(connection, period)
    if erasure:
        found = connection.execute("SELECT sha256 FROM erased_file WHERE erasure_no = ?", [erasure.erasure_no])
    else:
        # An off-cycle period has no days of its own: what came on a day goes with the others.
        has_days = period.rhythm is not Rhythm.OFF_CYCLE
        days = {"first_day": period.first if has_days else None, "last_day": period.last if has_days else None}
        define_sealed_files(connection)
        found = connection.execute(SEALED_FILES, {"period": str(period), **days})
    sealed = frozenset(sha256 for (sha256,) in found.fetchall())
    names = connection.execute(
        "SELECT file_name FROM (SELECT run_no, file_name FROM payment_file UNION ALL SELECT run_no, file_name "
        "FROM voucher_file) JOIN run USING (run_no) WHERE period = ?",
        [str(period)],
    ).fetchall()
    return Scope(period, tuple(run.run_id for run in of_period), tuple(name for (name,) in names), sealed)


def find_forbidding(context: TenantContext, period: Period, now: datetime) -> Iterator[str]:
    """Why a period is not to be erased yet, in sentences."""
    with context.ledger.opened() as connection:
        yield from list_forbidding(connection, context, period, now)
        released = [
            run.run_id
            for run in runs.runs_of_period(connection, period)
            if Stage.RELEASE in runs.stages_done(connection, run.run_id)
        ]
    for run_id in released:
        found = as_at(context, run_id, now)
        if found.unexplained:
            causes = "; ".join(f"{part.cause}: {part.items:,}" for part in found.unexplained)
            yield f"The reconciliation of {run_id} does not come out: {causes}."
        if found.sent and not found.final:
            yield f"Payments of {run_id} may come back until {found.sent.final_on:%-d %B %Y}."


def list_forbidding(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, period: Period, now: datetime
) -> Iterator[str]:
    """The same, as far as the ledger's own rows say it."""
    agreed = context.agreement.retention
    if agreed is None:
        yield f"The agreement with {context.tenant} does not say how long anything is kept (retention)."
    elif (until := _kept_until(connection, agreed, period)) >= now.date():
        yield f"It is to be kept until {until:%-d %B %Y}."
    for hold in list_in_force(connection):
        if hold.period in (None, period):
            yield f"There is {hold.said}."
    try:
        settle.check_settled(connection, context.paths, context.tenant)
    except NoGo as said:
        yield str(said)
    waiting.define(connection)
    if debits := _count(connection, _PAID_TWICE, period):
        yield f"It was perhaps paid twice, and nobody has settled that (siller exceptions): debits, {debits:,}."
    if views.columns_of(connection):
        never_twice.define(connection, context.agreement.accounts)
        known = {"period": str(period), "today": now.date()}
        for cause, payments in connection.execute(_UNSETTLED, known).fetchall():
            yield f"Of its payments {payments:,} are {cause}."
        enquiries = [each for each in list_enquiries_in(connection, now) if each.is_voucher]
        if asked := sum(PayRun.of(each.run_id).period == period for each in enquiries):
            yield f"Of its vouchers {asked:,} are asked about, and that is not over (siller enquiries)."
        if owed := sum_up(find_in(connection, context, now).filter(period=str(period))).still_owed:
            yield f"Of its overpayments {pounds(owed)} is still owed, and not written off (siller overpayments)."


def _count_rows(
    connection: duckdb.DuckDBPyConnection, period: Period, erasure: ErasureRow | None
) -> Iterator[tuple[str, int]]:
    if erasure is None:
        yield "parts", _count(connection, f"{_PARTS} WHERE period = $period", period)
    for table in present(connection):
        yield table.name, _count(connection, f"SELECT count(*) FROM {table.name} WHERE {table.which}", period)


def _count(connection: duckdb.DuckDBPyConnection, query: str, period: Period) -> int:
    row = connection.execute(query, {"period": str(period)}).fetchone()
    return int(row[0]) if row else 0


def _count_files(context: TenantContext, scope: Scope) -> Iterator[tuple[str, int]]:
    for place in FILES:
        yield place.name, len({path for path in place.find(context, scope) if path.exists() or path.is_symlink()})


def present(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """The tables with payees' data that this ledger has: one that no earlier siller made has fewer."""
    names = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    return [table for table in TABLES if table.name in names]


def _in_backups_until(
    connection: duckdb.DuckDBPyConnection, erasure: ErasureRow, agreed: Retention | None, today: date
) -> date | None:
    """Until when the last backup of before is kept, by the journal and the agreement; None once that is over."""
    last = connection.execute(
        "SELECT max(acted_at) FROM act WHERE act = ? AND acted_at <= ?", [Event.BACKUP, erasure.erased_at]
    ).fetchone()
    if agreed is None or last is None or last[0] is None:
        return None
    until: date = last[0].astimezone(LONDON).date() + timedelta(days=agreed.backups.days)
    return until if until >= today else None
