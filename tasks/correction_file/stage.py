"""Make the correction files of a period: what did not reach its payees, for the body to put right.

Each payment stands in them once, and only if nothing stands in its way: neither what is in flight, disputed, set aside
or not proven, nor what another run pays or was paid outside siller. The file is taken back as the supplementary extract
of the period, or as arrears; never-twice is asked again then, so a file that is old by then pays nobody twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas.contract.correction_file import correction_file
from schemas.contract.given_back import write_rows
from schemas.manifest import Kind, PaymentKind
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.ledger import never_twice, runs
from tasks.ledger.erasures import check_not_erased
from tasks.ledger.file_line import place_rows
from tasks.ledger.holds import define_held
from tasks.storage.atomic_write import open_atomic
from tasks.tenant_context import TenantContext

_FOLDER = Path(__file__).parent
_STILL_OWED, _SAID_OF, _LAST_WORD = (_FOLDER / name for name in ("still_owed.sql", "said_of.sql", "last_word.sql"))
_ROWS = (
    "SELECT sent.* FROM raw_extract_row AS sent SEMI JOIN owed USING (run_no, row_number) ORDER BY run_no, row_number"
)


_STILL_HELD = "CREATE OR REPLACE TEMP TABLE still_held AS SELECT holds, what FROM held_now()"
_NOTHING_HELD = "CREATE OR REPLACE TEMP TABLE still_held (holds VARCHAR, what VARCHAR)"


@dataclass(frozen=True)
class Written:
    """A file that was written.

    Attributes:
        path: where it stands.
        kind: as which kind of extract it is taken back.
        payments: how many stand in it.
    """

    path: Path
    kind: Kind
    payments: int


def write_correction_files(context: TenantContext, period: Period, now: datetime) -> list[Written]:
    """Write a file for each kind of payment of which any is to be put right; one of before goes.

    Args:
        context: the tenant's.
        period: whose payments.
        now: the time that counts.

    Raises:
        NoGo: the period has no run, or was erased.
    """
    written = []
    with context.ledger.opened() as connection:
        check_not_erased(connection, period)
        if not runs.runs_of_period(connection, period):
            raise NoGo(f"{context.tenant} ({context.mode}) has no run of {period}. `siller status` lists its runs.")
        never_twice.define(connection, context.agreement.accounts)
        any_held = define_held(connection, now.date())
        connection.execute(_STILL_HELD if any_held else _NOTHING_HELD)
        found = {kind: _found(connection, context, period, kind, now.date()) for kind in PaymentKind}
    contract = context.contract
    for kind, rows in found.items():
        path = context.paths.correction_file(context.tenant, period, kind.put_right_as, contract.form.for_people.kind)
        if rows is None:
            path.unlink(missing_ok=True)
        else:
            with open_atomic(path) as file:
                write_rows(file, rows, contract, path)
            written.append(Written(path, kind.put_right_as, rows.height))
    return written


def find_owed(connection: duckdb.DuckDBPyConnection, period: Period, kind: PaymentKind, today: date) -> pl.DataFrame:
    """The rows of a period that have paid nobody and may be sent again, each payment once: its run and row number.

    With them what left of it last, how that stands, and where it was by voucher the pence that are owed of it.

    Args:
        connection: a tenant's ledger, with never-twice's definitions.
        period: whose payments.
        kind: of payment.
        today: the day.
    """
    return connection.execute(_STILL_OWED.read_text(), {"period": str(period), "kind": kind, "today": today}).pl()


def _found(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, period: Period, kind: PaymentKind, today: date
) -> pl.DataFrame | None:
    """What is owed of a kind, as it goes back; nothing if nothing is."""
    owed = find_owed(connection, period, kind, today)
    if owed.is_empty():
        return None
    connection.register("owed", owed.to_arrow())
    rows, words = (connection.execute(query).pl() for query in (_ROWS, _LAST_WORD.read_text()))
    refused = connection.execute(_SAID_OF.read_text(), {"period": str(period), "kind": kind}).pl()
    connection.unregister("owed")
    places = pl.concat(_places(connection, period, owed.select("run_no", "row_number")))
    return correction_file(rows, places, refused, words, context.contract)


def _places(connection: duckdb.DuckDBPyConnection, period: Period, owed: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The line of each row in the body's own file, and in which run's extract it came."""
    lines = place_rows(connection, owed).select("run_no", "row_number", "line")
    for run in runs.runs_of_period(connection, period):
        came_in = pl.DataFrame(
            [(runs.first_own_row(connection, each), each.run_id) for each in runs.with_joined(connection, run)],
            schema={"first": pl.Int32, "run_id": pl.String},
            orient="row",
        ).sort("first")
        own = owed.filter(run_no=run.run_no).sort("row_number")
        placed = own.join_asof(came_in, left_on="row_number", right_on="first")
        yield placed.join(lines, on=["run_no", "row_number"]).select("run_no", "row_number", "run_id", "line")
