"""At which line of the body's own file each row of a run stands, as an editor counts it from 1; or a worksheet's row.

Every place that shows a row asks here. A row's line is not its number and a constant: where the rows begin depends on
the file's form, a cell may have a line break in it, which moves all rows after it in a file of text, and a
correction's run has the rows of the run that it joins before its own.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from schemas.contract.contract import AS_SENT
from schemas.sanitise import sanitise
from tasks.ledger.parts.views import columns_of
from tasks.ledger.runs import RunRow, run_row

FILE_LINES = {"row_number": pl.Int32, "line": pl.Int64, "of": pl.String}
"""The columns of ``file_lines``."""

_BREAK = r"\r\n|\r|\n"
_LINES = Path(__file__).with_name("file_line.sql").read_text()


def keep_breaks(connection: duckdb.DuckDBPyConnection, run_no: int, rows: Sequence[pl.DataFrame]) -> None:
    """Keep which rows of a run's extract have line breaks in ignored cells: ``row_number``, ``breaks``."""
    for some in rows:
        connection.register("broken_row", some.to_arrow())
        connection.execute(
            "INSERT INTO line_break BY NAME SELECT ? AS run_no, row_number, breaks FROM broken_row", [run_no]
        )
        connection.unregister("broken_row")


def file_lines(connection: duckdb.DuckDBPyConnection, run: RunRow, rows: Sequence[int] | pl.Series) -> pl.DataFrame:
    """The line of each of these rows of a run; rows that it does not have are left out.

    Args:
        connection: an open ledger, whose extracts have their rows still.
        run: whose rows.
        rows: their numbers.

    Returns:
        ``row_number``; ``line``, of a row of several lines the first; ``of``, the name of the file where that is not
        the run's own extract, else empty.
    """
    asked = pl.Series("row_number", rows).cast(pl.Int32).unique().to_frame()
    columns = columns_of(connection)
    cells = ", ".join(f'"{column}"' for column in columns)
    # Where functions make some of the columns, what was sent stands beside them as a JSON object.
    sent = f"array_to_string({AS_SENT} ->> '$.*', '|')" if AS_SENT in columns else f"concat_ws('|', {cells})"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW sent_text AS SELECT run_no, row_number, {sent} AS cells FROM raw_extract_row"
    )
    connection.register("asked_row", asked.to_arrow())
    found = connection.execute(_LINES, {"run_no": run.run_no}).pl()
    connection.unregister("asked_row")
    names = {name: sanitise(name) for name in found["extract_name"].unique()}
    own = pl.col("run_no") == run.run_no
    return found.select(
        "row_number", "line", of=pl.when(own).then(pl.lit("")).otherwise(pl.col("extract_name").replace(names))
    )


def line_steps(connection: duckdb.DuckDBPyConnection, run: RunRow) -> pl.DataFrame:
    """Where the lines of a run's rows leave the pace of their numbers, for who asks of many rows, some at a time.

    Args:
        connection: as for ``file_lines``.
        run: whose rows.

    Returns:
        ``row_number``, in order, from which on a line is ``ahead`` of the row's number, in the file ``of``; few rows.
    """
    found = file_lines(connection, run, pl.int_range(run.declared_rows, eager=True))
    steps = found.select("row_number", "of", ahead=pl.col("line") - pl.col("row_number"))
    moves = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in ("ahead", "of"))
    return steps.filter(moves).set_sorted("row_number")


def line_words(lines: pl.DataFrame) -> dict[int, str]:
    """By row, ``line 1,824``, and ``line 17 of october.csv`` where it is another file than the run's own."""
    return {row: f"line {line:,}{f' of {of}' if of else ''}" for row, line, of in lines.iter_rows()}


def place_rows(connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> pl.DataFrame:
    """The line of rows of any runs, and whose file that is; rows that their run does not have are left out.

    Args:
        connection: as for ``file_lines``.
        rows: ``run_no`` and ``row_number``.

    Returns:
        ``run_no``, ``row_number``, ``line`` and ``extract_name``, the file's name as it may be shown.
    """
    places = [pl.DataFrame(schema={"run_no": pl.Int32, **FILE_LINES}).rename({"of": "extract_name"})]
    for run_no, run_id in connection.execute("SELECT run_no, run_id FROM run ORDER BY run_no").fetchall():
        own = rows.filter(run_no=run_no)["row_number"]
        if not own.is_empty():
            run = run_row(connection, run_id)
            name = pl.when(pl.col("of") == "").then(pl.lit(sanitise(run.extract_name))).otherwise("of")
            found = file_lines(connection, run, own)
            places.append(
                found.select(pl.lit(run_no, pl.Int32).alias("run_no"), "row_number", "line", extract_name=name)
            )
    return pl.concat(places)


def place_words(places: pl.DataFrame) -> dict[tuple[int, int], str]:
    """By run and row of ``place_rows``: ``line 1,824 of november.csv``."""
    return {(run_no, row): f"line {line:,} of {of}" for run_no, row, line, of in places.iter_rows()}


def row_of_line(connection: duckdb.DuckDBPyConnection, run: RunRow, line: int) -> int | None:
    """The row of a run's own extract that stands at a line, or goes on there; None if none does."""
    rows = pl.int_range(run.declared_rows, eager=True)
    found = file_lines(connection, run, rows).filter(pl.col("of") == "", pl.col("line") <= line)
    if found.is_empty():
        return None
    row, begins = found.select("row_number", "line").row(-1)
    if not run.is_text:
        return int(row) if line == begins else None
    query = "SELECT len(regexp_extract_all(cells, ?)) FROM sent_text WHERE run_no = ? AND row_number = ?"
    [(breaks,)] = connection.execute(query, [_BREAK, run.run_no, row]).fetchall()
    return int(row) if line <= begins + breaks else None
