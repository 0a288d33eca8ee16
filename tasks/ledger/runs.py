"""The pay runs in a ledger: which there are and how far each has come."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

import duckdb
import polars as pl

from schemas.manifest import Kind, PaymentKind
from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from schemas.period import Period, Rhythm
from schemas.stages import Stage
from tasks.ledger.erasures import find_erasure
from tasks.ledger.rows import Row, columns


@dataclass(frozen=True)
class RunRow(Row):
    """One row of ``run``: what the extract's manifest declared, and when the run was opened."""

    TABLE: ClassVar[str] = "run"

    run_no: int
    run_id: str
    tenant: str
    period: Period
    mode: str
    kind: Kind
    extract_sha256: str
    extract_name: str
    submitted_by: str
    declared_rows: int
    declared_total: Decimal
    pay_date: date
    today: date
    opened_at: datetime
    joins: int | None
    first_line: int
    is_text: bool

    @property
    def payment_kind(self) -> PaymentKind:
        """What kind its payments are of."""
        return self.kind.payment_kind

    @property
    def is_of_a_rhythm(self) -> bool:
        """Whether it pays what everybody is owed period after period: no arrears, and no period beside the others."""
        return self.payment_kind is PaymentKind.REGULAR and self.period.rhythm is not Rhythm.OFF_CYCLE

    @property
    def pay_run(self) -> PayRun:
        """The run's name in its parts."""
        return PayRun.of(self.run_id)


_COLUMNS = columns(RunRow)
_PERIODS = "SELECT period FROM run UNION SELECT pay_period FROM core_paid_elsewhere UNION SELECT period FROM erasure"


def run_row(connection: duckdb.DuckDBPyConnection, run_id: str) -> RunRow:
    """Look a run up whose rows are there, or are to come.

    Raises:
        NoGo: the ledger has no such run, or its period was erased.
    """
    run = any_run_row(connection, run_id)
    if erasure := find_erasure(connection, run.period):
        raise NoGo(f"{erasure.said}, and {run_id} with it. siller audit {run_id} says what was done before.")
    return run


def any_run_row(connection: duckdb.DuckDBPyConnection, run_id: str) -> RunRow:
    """Look a run up, an erased one too.

    Raises:
        NoGo: the ledger has no such run.
    """
    found = _rows(connection, f"SELECT {_COLUMNS} FROM run WHERE run_id = ?", run_id)
    if not found:
        raise NoGo(f"There is no run {run_id}. `siller status` lists the runs that there are.")
    return found[0]


def _rows(connection: duckdb.DuckDBPyConnection, query: str, *values: int | str) -> list[RunRow]:
    """The rows that a query finds, each with the period and the kind that the ledger keeps as text."""
    found = (RunRow(*row) for row in connection.execute(query, list(values)).fetchall())
    return [replace(row, period=Period.parsed(str(row.period)), kind=Kind(row.kind)) for row in found]


def periods(connection: duckdb.DuckDBPyConnection) -> list[Period]:
    """The periods with runs or payments made elsewhere, erased ones too, in order."""
    return sorted(Period.parsed(text) for (text,) in connection.execute(_PERIODS).fetchall())


def runs_of_period(connection: duckdb.DuckDBPyConnection, period: Period) -> list[RunRow]:
    """The runs of a period in the order in which they were opened."""
    return _rows(connection, f"SELECT {_COLUMNS} FROM run WHERE period = ? ORDER BY run_no", str(period))


def done_before(connection: duckdb.DuckDBPyConnection, run: RunRow, stage: Stage) -> list[RunRow]:
    """The runs of earlier periods of the same rhythm that have done a stage and pay the same kind of payment, in order.

    One whose file was taken back has paid nobody, and is not among them.
    """
    earlier = (each for each in _done(connection, stage) if each.period < run.period)
    alike = (
        each for each in earlier if each.payment_kind is run.payment_kind and each.period.is_comparable(run.period)
    )
    return sorted(alike, key=lambda each: (each.period, each.run_no))


def last_full(connection: duckdb.DuckDBPyConnection, run: RunRow) -> list[RunRow]:
    """The released runs that paid everybody of the latest period up to a run's own, its own included."""
    full = [
        each
        for each in _done(connection, Stage.RELEASE)
        if each.kind.pays_everybody and each.run_no != run.run_no
        if each.period <= run.period and each.period.is_comparable(run.period)
    ]
    latest = max((each.period for each in full), default=None)
    return sorted((each for each in full if each.period == latest), key=lambda each: each.run_no)


def followed_before(connection: duckdb.DuckDBPyConnection, run: RunRow, since: datetime) -> list[RunRow]:
    """The runs of a period and kind of payment, but this one, that were released after the one that paid everybody.

    Of arrears also those of other periods that were released since a moment: what one payee is owed comes to one sum,
    into however many periods it is divided.
    """
    lately = _released_since(connection, since) if run.payment_kind is not PaymentKind.REGULAR else frozenset()
    return [
        each
        for each in _done(connection, Stage.RELEASE_PENDING)
        if each.payment_kind is run.payment_kind and not each.kind.pays_everybody and each.run_no != run.run_no
        if each.period == run.period or each.run_id in lately
    ]


def released_since(connection: duckdb.DuckDBPyConnection, run: RunRow, day: date) -> list[RunRow]:
    """The runs of whichever kind that have left, or may have, and pay from a day on; without the one that is given."""
    done = _done(connection, Stage.RELEASE_PENDING)
    return [each for each in done if each.pay_date >= day and each.run_no != run.run_no]


def not_to_repeat(connection: duckdb.DuckDBPyConnection, run: RunRow, since: datetime) -> list[RunRow]:
    """The runs whose payments a run should not make again: those of its period, and those released since a moment.

    What everybody of an ordinary period is owed is expected to look like what they were owed in another one, whichever
    extract pays it; nothing else is expected to look like anything.
    """
    lately = _released_since(connection, since)
    others = (each for each in _done(connection, Stage.RELEASE_PENDING) if each.run_no != run.run_no)
    return [
        each
        for each in others
        if each.period == run.period or (each.run_id in lately and not (run.is_of_a_rhythm and each.is_of_a_rhythm))
    ]


def _released_since(connection: duckdb.DuckDBPyConnection, since: datetime) -> frozenset[str]:
    """The runs whose release began since a moment."""
    released = connection.execute(
        "SELECT run_id FROM journal WHERE stage = ? AND recorded_at >= ?", [Stage.RELEASE_PENDING, since]
    ).fetchall()
    return frozenset(run_id for (run_id,) in released)


def _done(connection: duckdb.DuckDBPyConnection, stage: Stage) -> list[RunRow]:
    """The runs that have done a stage, but for those whose file was taken back."""
    done = (
        f"SELECT {_COLUMNS} FROM run SEMI JOIN journal ON journal.run_id = run.run_id AND stage = ? "
        "ANTI JOIN withdrawal USING (run_no) ORDER BY run_no"
    )
    return _rows(connection, done, stage)


def released_last_time(connection: duckdb.DuckDBPyConnection, run: RunRow) -> list[RunRow]:
    """The released runs of the latest earlier period, of the same kind of payment, the first one first.

    None if that period was erased: an earlier one would show the changes of more than one period.
    """
    earlier = done_before(connection, run, Stage.RELEASE)
    if erased_last_time(connection, run):
        return []
    return [each for each in earlier if each.period == earlier[-1].period]


def erased_last_time(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Period | None:
    """The latest earlier period that was paid, if it was erased since."""
    earlier = done_before(connection, run, Stage.RELEASE)
    return earlier[-1].period if earlier and find_erasure(connection, earlier[-1].period) else None


def competing(connection: duckdb.DuckDBPyConnection, period: Period, kind: PaymentKind) -> list[RunRow]:
    """The runs of a period that pay one kind of payment, in the order in which they were opened: each payee once."""
    return [run for run in runs_of_period(connection, period) if run.payment_kind is kind]


def successor(connection: duckdb.DuckDBPyConnection, run: RunRow) -> RunRow | None:
    """The latest run that has taken this one's place: a later one of the same period and kind of payment."""
    later = [other for other in competing(connection, run.period, run.payment_kind) if other.run_no > run.run_no]
    return later[-1] if later else None


def with_joined(connection: duckdb.DuckDBPyConnection, run: RunRow) -> list[RunRow]:
    """A run and, if it is a correction's, the runs that it joins: the extracts of all of them are in it."""
    return _rows(
        connection,
        f"WITH RECURSIVE chain AS (SELECT * FROM run WHERE run_no = ? UNION ALL SELECT run.* FROM run JOIN chain "
        f"ON run.run_no = chain.joins) SELECT {_COLUMNS} FROM chain ORDER BY run_no DESC",
        run.run_no,
    )


def find_replaced(connection: duckdb.DuckDBPyConnection, run: RunRow) -> list[RunRow]:
    """The runs in whose place this one has come, earliest first: of its period and kind of payment, and never left."""
    return [
        other
        for other in competing(connection, run.period, run.payment_kind)
        if other.run_no < run.run_no and not may_have_left(connection, other.run_id)
    ]


def first_own_row(connection: duckdb.DuckDBPyConnection, run: RunRow) -> int:
    """The row number at which a run's own extract begins: a correction's comes after the rows of the run it joins."""
    row = connection.execute("SELECT declared_rows FROM run WHERE run_no = ?", [run.joins]).fetchone()
    return int(row[0]) if row else 0


def came_in(connection: duckdb.DuckDBPyConnection, run: RunRow, row_number: int) -> tuple[RunRow, int]:
    """The run in whose own extract a row of this run came, and which data row of that extract it is, from 0."""
    own = ((each, row_number - first_own_row(connection, each)) for each in with_joined(connection, run))
    return next((each, row) for each, row in own if row >= 0)


def run_of_flow(connection: duckdb.DuckDBPyConnection, flow_run_id: str) -> str | None:
    """The run that a Prefect flow run already works on, if any: a resumed flow goes on with its own."""
    row = connection.execute(
        "SELECT run_id FROM flow_run JOIN run USING (run_no) WHERE flow_run_id = ?", [flow_run_id]
    ).fetchone()
    return row[0] if row else None


def flows_of_run(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[str]:
    """The Prefect flow runs that work, or have worked, on a run."""
    rows = connection.execute(
        "SELECT flow_run_id FROM flow_run JOIN run USING (run_no) WHERE run_id = ? ORDER BY started_at", [run_id]
    ).fetchall()
    return [row[0] for row in rows]


def last_recorded(connection: duckdb.DuckDBPyConnection, run_id: str) -> datetime:
    """The moment of a run's latest journal entry; in a rehearsal it can lie ahead of the clock."""
    row = connection.execute("SELECT max(recorded_at) FROM journal WHERE run_id = ?", [run_id]).fetchone()
    if row is None or row[0] is None:
        raise NoGo(f"There is no run {run_id}. `siller status` lists the runs that there are.")
    moment: datetime = row[0]
    return moment


def stages_done(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[str]:
    """The stages that stand in the journal for a run, in order."""
    rows = connection.execute("SELECT stage FROM journal WHERE run_id = ? ORDER BY entry", [run_id]).fetchall()
    return [row[0] for row in rows]


def ever_done(connection: duckdb.DuckDBPyConnection, stage: str) -> bool:
    """Whether any run has done a stage."""
    return connection.execute("SELECT 1 FROM journal WHERE stage = ? LIMIT 1", [stage]).fetchone() is not None


def may_have_left(connection: duckdb.DuckDBPyConnection, run_id: str) -> bool:
    """Whether a run's payment file may be in the outbox: from the first of the two phases of release on."""
    return Stage.RELEASE_PENDING in stages_done(connection, run_id)


def is_withdrawn(connection: duckdb.DuckDBPyConnection, run: RunRow) -> bool:
    """Whether a run's payment file was released, never sent, and taken back."""
    return connection.execute("SELECT 1 FROM withdrawal WHERE run_no = ?", [run.run_no]).fetchone() is not None


def rows_between(connection: duckdb.DuckDBPyConnection, run: RunRow, first: int, last: int) -> pl.DataFrame:
    """A run's rows as they were sent, between two row numbers and in row order: ``row_number`` and the text columns."""
    rows = connection.execute(
        "SELECT * EXCLUDE (run_no) FROM raw_extract_row WHERE run_no = ? AND row_number BETWEEN ? AND ?",
        [run.run_no, first, last],
    ).pl()
    return rows.sort("row_number")  # a third quicker than in SQL: polars moves no text


def rows_in_batches(connection: duckdb.DuckDBPyConnection, run: RunRow, size: int = 500_000) -> Iterator[pl.DataFrame]:
    """All of a run's rows as they were sent, in row order, ``size`` at a time."""
    for first in range(0, run.declared_rows, size):
        yield rows_between(connection, run, first, first + size - 1)
