"""Excel workbooks for people."""

import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from schemas.no_go import NoGo

_WIDTH = 18
_TEXT = 49
"""Excel's own number of the format ``@``, text."""
_MADE = datetime(1980, 1, 1)  # noqa: DTZ001  # a fixed day, so that the same rows make the same bytes; Excel has no zones
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write_workbook(
    file: BinaryIO, frames: Iterable[pl.DataFrame], beside: Path, *, sheet: str | None = None, header_row: int = 1
) -> None:
    """Write rows as an Excel workbook (.xlsx) of one sheet whose every cell is text and none a formula.

    Nothing has to be made safe: a cell that is stored as text in a column of texts stays text, also when somebody
    edits it. So each cell is exactly what it is in the rows. Memory does not grow with the rows.

    Args:
        file: open to be written, and whole when the function returns.
        frames: the rows, all texts, under the same names; at least one frame, which may have no rows.
        beside: the path that the workbook will have. Until they are packed the rows lie in a folder ``.NAME.scratch``
            beside it, for whoever runs this alone; what a killed process left of that is gone with the next one.
        sheet: the worksheet's name; ``Sheet1`` if there is none.
        header_row: the row of the columns' names, from 1. It stays in sight, and rows above it are empty.

    Raises:
        NoGo: a workbook cannot hold it: it has a cell or rows too many for one, or no sheet can have that name.
    """
    scratch = beside.with_name(f".{beside.name}.scratch")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    try:
        with Workbook(file, {**_OPTIONS, "tmpdir": str(scratch)}) as workbook:
            workbook.set_properties({"created": _MADE})
            _fill(workbook, frames, sheet, header_row)
    finally:
        shutil.rmtree(scratch)


def _fill(workbook: Workbook, frames: Iterable[pl.DataFrame], sheet: str | None, header_row: int) -> None:
    texts = workbook.add_format({"num_format": _TEXT})
    names = workbook.add_format({"num_format": _TEXT, "bold": True})
    try:
        table = workbook.add_worksheet(sheet)
    except XlsxWriterException:
        raise NoGo(f"No worksheet can be called {sheet}.") from None
    row = header_row
    for frame in frames:
        if row == header_row:
            table.set_column(0, max(frame.width, 1) - 1, _WIDTH, texts)
            table.freeze_panes(row, 0)
            _write(table, row - 1, frame.columns, names)
        for cells in frame.iter_rows():
            _write(table, row, cells, texts)
            row += 1


def _write(table: Worksheet, row: int, cells: Iterable[str | None], form: object) -> None:
    for place, cell in enumerate(cells):
        if table.write_string(row, place, cell or "", form):
            raise NoGo("This does not fit into an Excel workbook: it has too many rows, or a cell of 32,768 signs.")
