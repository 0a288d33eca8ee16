"""What the functions of a contract have changed in a run: each cell for the body, how many for whoever approves."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import polars as pl

from schemas.contract.made import CHANGES, changes
from schemas.tables_for_people.csv_text import csv_lines, csv_text
from tasks.ledger import runs
from tasks.ledger.file_line import file_lines
from tasks.ledger.parts import listing
from tasks.ledger.parts.reading import read_part
from tasks.ledger.runs import RunRow
from tasks.storage.atomic_write import open_atomic
from tasks.tenant_context import TenantContext

_HEADINGS = ("Line of the file", "Column", "Function", "As sent", "As kept")


@dataclass(frozen=True)
class Changed:
    """What one function has changed in one column.

    Attributes:
        column: the body's name of it.
        function: its id.
        cells: how many.
    """

    column: str
    function: str
    cells: int


def list_changes(context: TenantContext, run_id: str) -> None:
    """Write the body's file of every cell that a function has changed, as it was sent and as it is kept."""
    named = {column.name: column.physical_name for column in context.contract.columns}
    with context.ledger.opened() as connection, open_atomic(context.paths.changed(run_id)) as file:
        run = runs.run_row(connection, run_id)
        file.write(csv_text(pl.DataFrame(schema=dict.fromkeys(_HEADINGS, pl.String))))
        for found in _changes(connection, context, run):
            of = pl.when(pl.col("of") == "").then(pl.lit("")).otherwise(" of " + pl.col("of"))
            lines = file_lines(connection, run, found["row_number"]).select("row_number", pl.col("line").cast(str) + of)
            listed = (
                found.sort("row_number", maintain_order=True)
                .join(lines, on="row_number", maintain_order="left")
                .select("line", pl.col("column_name").replace(named), "function", "sent", "kept")
            )
            file.write(csv_lines(listed))


def count_changes(connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow) -> list[Changed]:
    """How many cells of which column each function has changed, in the order of the contract."""
    found = [pl.DataFrame(schema=CHANGES).group_by("column_name", "function").len()]
    found.extend(
        each.group_by("column_name", "function", maintain_order=True).len()
        for each in _changes(connection, context, run)
    )
    summed = pl.concat(found).group_by("column_name", "function", maintain_order=True).agg(pl.col("len").sum())
    return [
        Changed(context.contract.column(column).physical_name, function, cells)
        for column, function, cells in summed.iter_rows()
    ]


def _changes(connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow) -> Iterator[pl.DataFrame]:
    for part in listing.listed(connection, run.run_no):
        yield changes(read_part(part, context.paths.parts(context.tenant)), context.contract)
