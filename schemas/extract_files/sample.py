"""A look at a sample of a body's extract, before any contract says how it is written.

What is found is told by counts and forms; no cell of a row is kept in what is drafted from it.
"""

import codecs
import csv
import datetime
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, pairwise
from pathlib import Path

import polars as pl

from schemas.extract_files.form import Encoding, FileKind
from schemas.extract_files.whole import whole_file
from schemas.extract_files.workbook import first_rows
from schemas.incoming import Incoming, open_incoming
from schemas.no_go import NoGo

ROWS = 1_000
"""So many rows are looked at."""

_LOOKED_AT = 1 << 20
_DELIMITERS = ",;\t|"
_FEWEST_COLUMNS = 5
_HEADER_WITHIN = 20
_TEXT_HEADER_WITHIN = 2
"""Before the header of text one line can stand, and no more: the contract's headerRecord."""
_IS_DATA = re.compile(r"[-£0-9.,/: ]*[0-9][-£0-9.,/: ]*|.*[0-9]{6}.*", re.DOTALL)
"""What stands in a row and in no header: without one the first row would be taken for the names of columns."""


_FIRST_DAY, _LAST_DAY = datetime.date(1, 1, 2), datetime.date(9999, 12, 30)  # a zone may move it by a day
_PARTS_OF_A_DAY = {"Date": 1, "ms": 86_400_000, "us": 86_400_000_000}
"""Into how many parts a column stores a day, by its unit; nanoseconds reach no such year."""


@dataclass(frozen=True)
class Sample:
    """What a sample shows.

    Attributes:
        kind: what the file is.
        header: the columns' names, as they stand there.
        cells: of each column, as text; a number or a day of a workbook as the reader would write it.
        as_numbers: the columns in which a workbook has stored numbers, which lose the zeros in front.
        as_days: the columns in which only days are stored as such, so that no order of day and month is asked.
        delimiter: of text.
        encoding: of text.
        header_row: the row that has the columns' names, from 1.
    """

    kind: FileKind
    header: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    as_numbers: frozenset[str] = frozenset()
    as_days: frozenset[str] = frozenset()
    delimiter: str = ","
    encoding: Encoding = Encoding.UTF_8
    header_row: int = 1

    def column(self, name: str) -> list[str]:
        """What stands in a column, without the empty cells."""
        return [cell for cell in self.cells[self.header.index(name)] if cell.strip()]


def look_at(path: Path) -> Sample:
    """Look at a sample: text with a delimiter, an Excel workbook or a Parquet file.

    Raises:
        NoGo: it is none of these, has no row of column names or no rows, or cannot be read.
    """
    with open_incoming(path, Incoming.EXTRACT) as file:
        begins = file.read(_LOOKED_AT)
    if begins.startswith(b"PAR1"):
        frame = _parquet(path)
        return _of_cells(path.name, FileKind.PARQUET, [frame.columns, *map(list, frame.iter_rows())], 0)
    if begins.startswith((b"PK", b"\xd0\xcf")):
        rows = first_rows(path, ROWS + _HEADER_WITHIN)
        return _of_cells(path.name, FileKind.XLSX, rows, _header_place(rows, _HEADER_WITHIN))
    if begins.startswith(b"\x1f\x8b"):
        raise NoGo(f"{path.name} is packed: give the file that is in it as the sample.")
    return _of_text(path.name, begins)


def _parquet(path: Path) -> pl.DataFrame:
    content = whole_file(path, None)
    with suppress(pl.exceptions.PolarsError):  # its text could hold a value
        return _without_days_of_no_calendar(pl.read_parquet(io.BytesIO(content), n_rows=ROWS))
    raise NoGo(f"{path.name} is a damaged Parquet file: write it again.")


def _without_days_of_no_calendar(frame: pl.DataFrame) -> pl.DataFrame:
    """The same with nothing in the place of days before year 1 or after 9999, over which polars ends the process."""
    first, last = (day.toordinal() - datetime.date(1970, 1, 1).toordinal() for day in (_FIRST_DAY, _LAST_DAY))
    parts = {name: _PARTS_OF_A_DAY.get(str(getattr(kind, "time_unit", kind))) for name, kind in frame.schema.items()}
    return frame.with_columns(
        pl.when(pl.col(name).to_physical().is_between(first * part, last * part)).then(pl.col(name))
        for name, part in parts.items()
        if part and frame.schema[name].is_temporal()
    )


def _of_text(file: str, begins: bytes) -> Sample:
    if not begins:
        raise NoGo(f"{file} is empty: give a sample with rows.")
    encoding, text = _decoded(file, begins)
    lines = text.splitlines(keepends=True)
    if len(begins) == _LOOKED_AT:
        lines = lines[:-1]
    delimiter = max(
        _DELIMITERS, key=lambda sign: max((line.count(sign) for line in lines[:_TEXT_HEADER_WITHIN]), default=0)
    )
    try:
        rows = list(islice(csv.reader(iter(lines), delimiter=delimiter), ROWS + 1))
    except csv.Error:
        raise NoGo(f"{file} is no text with a delimiter that can be read: give a sample that is.") from None
    found = _of_cells(file, FileKind.CSV, rows, _header_place(rows, _TEXT_HEADER_WITHIN))
    return replace(found, delimiter=delimiter, encoding=encoding)


def _decoded(file: str, begins: bytes) -> tuple[Encoding, str]:
    """The text and its encoding: UTF-16 has its mark, and what is no UTF-8 can only be Windows-1252 here."""
    if begins.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding.UTF_16, begins[: len(begins) // 2 * 2].decode("utf-16", errors="replace")
    decoder = codecs.getincrementaldecoder("utf-8-sig")()  # the last letter may be cut off
    for encoding, decode in ((Encoding.UTF_8, decoder.decode), (Encoding.WINDOWS_1252, _windows)):
        try:
            text = decode(begins)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return encoding, text
    raise NoGo(f"{file} is neither text nor a workbook nor a Parquet file that siller reads.")


def _windows(begins: bytes) -> str:
    return begins.decode("cp1252")


def _of_cells(file: str, kind: FileKind, rows: Sequence[Sequence[object]], header_at: int) -> Sample:
    """A sample of rows of which one has the columns' names."""
    header = [str(cell) for cell in rows[header_at]] if rows else []
    while header and not header[-1].strip():
        header.pop()
    if not _is_header(header) or len(set(header)) < len(header):
        raise NoGo(
            f"{file} has no row of column names, each once, of {_FEWEST_COLUMNS} columns or more, that could be told "
            "from its rows. Give a sample that begins with one; before it text may have one line, and a worksheet some "
            "rows. Fixed widths are not guessed: docs/extracts.md says how their contract is written."
        )
    width = len(header)
    kept = [[*row, *[""] * width][:width] for row in rows[header_at + 1 :] if any(map(_written, row))][:ROWS]
    if kept and _is_header(kept[0]):
        raise NoGo(
            f"{file} has words alone in the row under what would be its columns' names, so these may be somebody's "
            "name and street. Give a sample in which a row of an account and an amount stands under them."
        )
    if not kept:
        raise NoGo(f"{file} has column names and no rows: give a sample with rows.")
    columns = list(zip(*kept, strict=True))
    numbers = (name for name, cells in zip(header, columns, strict=True) if any(map(_is_number, cells)))
    days = (
        name
        for name, cells in zip(header, columns, strict=True)
        if {type(cell) for cell in cells if cell not in ("", None)} <= {datetime.date, datetime.datetime} and any(cells)
    )
    texts = tuple(tuple(map(_written, cells)) for cells in columns)
    return Sample(kind, tuple(header), texts, frozenset(numbers), frozenset(days), header_row=header_at + 1)


def _header_place(rows: Sequence[Sequence[object]], within: int) -> int:
    """The first row that may have the columns' names and has a row of data under it: others are a title, or people."""
    written = [(place, row) for place, row in enumerate(rows[: within + 1]) if any(map(_written, row))]
    found = (place for (place, row), (_, below) in pairwise(written) if _is_header(row) and not _is_header(below))
    return next(found, 0)


def _is_header(row: Sequence[object]) -> bool:
    names = list(_without_the_last_empty(row))
    return len(names) >= _FEWEST_COLUMNS and all(
        isinstance(name, str) and name.strip() and not _IS_DATA.fullmatch(name) for name in names
    )


def _without_the_last_empty(row: Sequence[object]) -> Iterator[object]:
    last = max((place for place, cell in enumerate(row) if cell not in ("", None)), default=-1)
    yield from row[: last + 1]


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def _written(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime.date):
        return f"{cell:%d/%m/}{cell.year:04}"
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return str(cell)
