"""What became of names and references in the payment file: counts for the ledger, the texts for the body alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import polars as pl

from schemas.rails.tally import COLUMNS, Tally
from schemas.tables_for_people.csv_text import csv_lines, csv_text
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_line import line_steps
from tasks.ledger.rows import WrittenCharacterRow, insert
from tasks.ledger.runs import RunRow
from tasks.storage.atomic_write import open_atomic
from tasks.tenant_context import TenantContext

_HEADINGS = ("line of the file", "column", "as sent", "as written")


@dataclass(frozen=True)
class WrittenText:
    """What the payment file writes otherwise than it was sent, other than in capitals; nothing in it names anybody.

    Attributes:
        names_changed: payees' names.
        names_cut: those of them that are longer than a payment file takes.
        references_changed: payments' references.
        characters: each character concerned, how it is written, and how often.
        alike: rows of payments whose references were different and are one in the file, a tuple a reference.
    """

    names_changed: int = 0
    names_cut: int = 0
    references_changed: int = 0
    characters: tuple[tuple[str, str, int], ...] = ()
    alike: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def kept(cls, connection: duckdb.DuckDBPyConnection, run_no: int, instructed: Instruct) -> "WrittenText":
        """What instruct kept of a run: in tables of its own, and in the run's journal entry."""
        characters = connection.execute(
            "SELECT character, written, times FROM out_written_character WHERE run_no = ? "
            "ORDER BY times DESC, character",
            [run_no],
        ).fetchall()
        alike = connection.execute(
            "SELECT list(row_number ORDER BY row_number) FROM out_alike_reference WHERE run_no = ? "
            "GROUP BY alike ORDER BY alike",
            [run_no],
        ).fetchall()
        return cls(
            instructed.names_changed,
            instructed.names_cut,
            instructed.references_changed,
            characters=tuple(characters),
            alike=tuple(tuple(rows) for (rows,) in alike),
        )


@contextmanager
def for_the_body(context: TenantContext, run: RunRow) -> Iterator[Callable[[pl.DataFrame], None]]:
    """The body's file of what is written otherwise than sent, open to take in changes as ``Tally`` finds them."""
    names = {column: context.contract.column(column).physical_name for column in COLUMNS}
    steps: pl.DataFrame | None = None
    with open_atomic(context.paths.written_otherwise(run.run_id)) as file:
        file.write(csv_text(pl.DataFrame(schema=dict.fromkeys(_HEADINGS, pl.String))))

        def put(changes: pl.DataFrame) -> None:
            nonlocal steps
            if changes.is_empty():
                return
            if steps is None:
                with context.ledger.opened() as connection:
                    steps = line_steps(connection, run)
            placed = changes.sort("row_number", maintain_order=True).join_asof(steps, on="row_number")
            of = pl.when(pl.col("of") == "").then(pl.lit("")).otherwise(" of " + pl.col("of"))
            named = placed.select(
                (pl.col("row_number") + pl.col("ahead")).cast(pl.String) + of,
                pl.col("column_name").replace_strict(names, return_dtype=pl.String),
                "sent",
                "written",
            )
            file.write(csv_lines(named))

        yield put


def keep(connection: duckdb.DuckDBPyConnection, run_no: int, tally: Tally, alike: pl.DataFrame) -> None:
    """Keep the counts, which name nobody, and the rows whose references have become alike."""
    insert(connection, *(WrittenCharacterRow(run_no, *counted) for counted in tally.as_written()))
    connection.register("alike", alike.to_arrow())
    connection.execute(
        f"INSERT INTO out_alike_reference BY NAME SELECT {run_no} AS run_no, alike, row_number FROM alike"
    )
    connection.unregister("alike")
