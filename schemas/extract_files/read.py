"""Reading an extract's rows, as sent, in frames: one door to the readers of all forms."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa

from schemas.extract_files.delimited import read_delimited
from schemas.extract_files.fixed_width import read_fixed_width
from schemas.extract_files.form import FileKind, Form
from schemas.extract_files.given_back import form_as_it_came
from schemas.extract_files.parquet import read_parquet
from schemas.extract_files.text_faults import NO_ROWS
from schemas.extract_files.wanted import BREAKS, Seen, Wanted
from schemas.extract_files.workbook import read_workbook
from schemas.no_go import NoGo
from schemas.safe_to_open import as_before

_READERS = {
    FileKind.CSV: read_delimited,
    FileKind.FIXED_WIDTH: read_fixed_width,
    FileKind.XLSX: read_workbook,
    FileKind.PARQUET: read_parquet,
}


def read_rows(
    path: Path, form: Form, wanted: Wanted, sha256: str | None, frame_rows: int, seen: Seen
) -> Iterator[pl.DataFrame]:
    """Yield an extract's rows as they were sent, so many a frame, whatever the form in which they came.

    Args:
        path: the extract.
        form: as its contract agrees it; rows that siller gave back may come in the form in which it did.
        wanted: the contract's columns.
        sha256: of the bytes that are meant, where they have been hashed before.
        frame_rows: of each frame but the last one.
        seen: where it is put down what else was seen; all of it once the last frame has been yielded.

    Yields:
        Frames of ``row_number`` (Int32, the 0-based data row, going on from frame to frame) and the wanted columns
        in their order, by the body's names, all text. An empty cell is empty text; there are no nulls.

    Raises:
        NoGo: the file cannot be read to its end, has no rows, or is not the one that is meant.
    """
    row_number, last = 0, pl.DataFrame()
    form = form_as_it_came(path, form, wanted)
    batches = _READERS[form.kind](path, form, wanted, sha256, seen)
    for table in _tables(batches, frame_rows):
        frame = pl.DataFrame(pl.from_arrow(table, rechunk=False))
        numbers = pl.int_range(row_number, row_number + frame.height, dtype=pl.Int32).alias("row_number")
        if BREAKS in frame.columns:
            seen.broken.append(frame.select(numbers, pl.col(BREAKS).alias("breaks")).filter(pl.col("breaks") > 0))
            frame = frame.drop(BREAKS)
        if wanted.given_back_by in frame.columns:
            seen.given_back_by |= set(frame[wanted.given_back_by].unique())
            _check_not_too_many(path.name, seen)
        frame = frame.select(wanted.names)
        _check_no_second_header(path.name, frame, wanted.names, row_number)
        if seen.added and form.kind is not FileKind.XLSX:  # in a workbook nothing had to be made safe
            frame = frame.with_columns(as_before(pl.col(wanted.names)))
        yield frame.select(numbers, *wanted.names)
        row_number, last = row_number + frame.height, frame.tail(1)
    _check_no_totals(path.name, last)
    if row_number == 0:
        raise NoGo(f"{path.name}: {NO_ROWS}")


_MOST_RUNS = 1_000


def _check_not_too_many(file: str, seen: Seen) -> None:
    """Raises: NoGo: rows come from more runs than a period can have, and would have to be remembered."""
    if len(seen.given_back_by) > _MOST_RUNS:
        raise NoGo(
            f"{file}: its rows name more than {_MOST_RUNS:,} runs that gave them back, which no period has: leave that "
            "column as siller wrote it."
        )


def _tables(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Gather Arrow's small batches to tables of ``rows`` rows; none of them is copied for it."""
    held, missing = list[pa.RecordBatch](), rows
    for batch in batches:
        while batch.num_rows >= missing:
            yield pa.Table.from_batches([*held, batch.slice(0, missing)])
            batch, held, missing = batch.slice(missing), [], rows
        if batch.num_rows:
            held.append(batch)
            missing -= batch.num_rows
    if held:
        yield pa.Table.from_batches(held)


def _check_no_second_header(file: str, frame: pl.DataFrame, names: list[str], before: int) -> None:
    """Raises: NoGo: a row has the columns' names."""
    if not (frame[names[0]] == names[0]).any():
        return
    again = frame.select(pl.all_horizontal(pl.col(name) == name for name in names)).to_series().arg_max() or 0
    if frame[again].row(0) == tuple(frame.columns):
        raise NoGo(
            f"{file}: the header stands there a second time, as row number {before + again + 1:,} after it: two files "
            "may have been put together. Take that line out, see that no row stands twice, and send the extract again."
        )


_TOTALS = r"(?i)^\s*(grand )?totals?\s*:?\s*$"


def _check_no_totals(file: str, last: pl.DataFrame) -> None:
    """Raises: NoGo: the last row is nobody's payment but says what all come to."""
    if last.is_empty() or last.select(pl.any_horizontal(pl.all().str.contains(_TOTALS))).item() is False:
        return
    if 2 * last.select(pl.sum_horizontal(pl.all() == "")).item() >= last.width:
        raise NoGo(
            f"{file}: the last row is no payment but a line of totals, as a spreadsheet writes it: delete it and send "
            "the extract again. What the rows come to stands in the manifest."
        )
