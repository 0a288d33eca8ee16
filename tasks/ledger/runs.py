"""The pay runs in a ledger: which there are and how far each has come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

import duckdb
import polars as pl

from schemas.manifest import Kind
from schemas.no_go import NoGo
from schemas.pay_run import PayRun, as_key
from schemas.stages import Stage
from tasks.ledger.rows import Row, columns


@dataclass(frozen=True)
class RunRow(Row):
    """One row of ``run``: what the extract's manifest declared, and when the run was opened."""

    TABLE: ClassVar[str] = "run"

    run_no: int
    run_id: str
    tenant: str
    period: str
    mode: str
    kind: str
    extract_sha256: str
    extract_name: str
    submitted_by: str
    declared_rows: int
    declared_total: Decimal
    pay_date: date
    today: date
    opened_at: datetime
    joins: int | None = None

    @property
    def pay_run(self) -> PayRun:
        """The run's name in its parts."""
        return PayRun.of(self.run_id)

    def artifact_key(self, what: str) -> str:
        """What an artifact of the run is called in Prefect: by body, period and kind."""
        return as_key(what, self.run_id, Kind(self.kind).label)


_COLUMNS = columns(RunRow)


def run_row(connection: duckdb.DuckDBPyConnection, run_id: str) -> RunRow:
    """Look a run up.

    Raises:
        NoGo: the ledger has no such run.
    """
    row = connection.execute(f"SELECT {_COLUMNS} FROM run WHERE run_id = ?", [run_id]).fetchone()
    if row is None:
        raise NoGo(f"There is no run {run_id}. `siller status` lists the runs that there are.")
    return RunRow(*row)


def runs_of_period(connection: duckdb.DuckDBPyConnection, period: str) -> list[RunRow]:
    """The runs of a period in the order in which they were opened."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM run WHERE period = ? ORDER BY run_no", [period]).fetchall()
    return [RunRow(*row) for row in rows]


def successor(connection: duckdb.DuckDBPyConnection, run: RunRow) -> RunRow | None:
    """The latest run that has taken this one's place: a later one of the same period and kind of payment.

    Arrears are a kind of payment of their own, beside all others.
    """
    later = [
        other
        for other in runs_of_period(connection, run.period)
        if other.run_no > run.run_no and (other.kind == Kind.ARREARS) == (run.kind == Kind.ARREARS)
    ]
    return later[-1] if later else None


def with_joined(connection: duckdb.DuckDBPyConnection, run: RunRow) -> list[RunRow]:
    """A run and, if it is a correction's, the runs that it joins: the extracts of all of them are in it."""
    rows = connection.execute(
        f"WITH RECURSIVE chain AS (SELECT * FROM run WHERE run_no = ? UNION ALL SELECT run.* FROM run JOIN chain "
        f"ON run.run_no = chain.joins) SELECT {_COLUMNS} FROM chain ORDER BY run_no DESC",
        [run.run_no],
    ).fetchall()
    return [RunRow(*row) for row in rows]


def replaced_by(connection: duckdb.DuckDBPyConnection, run: RunRow) -> list[RunRow]:
    """The runs in whose place this one has come, earliest first: of its period and kind of payment, and never left."""
    return [
        other
        for other in runs_of_period(connection, run.period)
        if other.run_no < run.run_no
        and (other.kind == Kind.ARREARS) == (run.kind == Kind.ARREARS)
        and not may_have_left(connection, other.run_id)
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


def rows_in_batches(connection: duckdb.DuckDBPyConnection, run: RunRow, size: int = 500_000) -> Iterator[pl.DataFrame]:
    """A run's rows as they were sent, in row order, ``size`` at a time: ``row_number`` and the text columns."""
    for start in range(0, run.declared_rows, size):
        rows = connection.execute(
            "SELECT * EXCLUDE (run_no) FROM raw_extract_row WHERE run_no = ? AND row_number BETWEEN ? AND ?",
            [run.run_no, start, start + size - 1],
        ).pl()
        yield rows.sort("row_number")  # a third quicker than in SQL: polars moves no text
