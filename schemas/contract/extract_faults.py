"""Finding the row to name, once an extract is known not to be readable."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

from schemas.incoming import Incoming, open_incoming

NO_ROWS = "there is a header and no rows: send the extract again with its payments."
_END_OF_FILE_MARK = "\x1a"
_TO_DO = "correct the extract and send it again."


def first_fault(path: Path, header: list[str]) -> str | None:
    """Say where the first row stands that is no proper row, what is wrong with it, and what to do.

    This reads the file a second time, row by row with Python's csv module, and is only called for a
    file that is already in doubt.

    Args:
        path: the extract.
        header: its header's fields, known to be the contract's.

    Returns:
        The sentence, without any value of the row; None if every row is proper.
    """
    with open_incoming(path, Incoming.EXTRACT) as file:
        rows = csv.reader(TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline=""))
        next(rows)
        line = rows.line_num + 1
        row = None
        for row in _until_broken(rows):
            fault = _fault(row, header)
            if fault:
                return f"line {line} of the file {fault}: {_TO_DO}"
            line = rows.line_num + 1
    return NO_ROWS if row is None else None


def _until_broken(rows: Iterator[list[str]]) -> Iterator[list[str] | None]:
    """Yield the rows, and None for one that runs on beyond any sense."""
    try:
        yield from rows
    except csv.Error:
        yield None


def _fault(row: list[str] | None, header: list[str]) -> str | None:
    if row is None:
        return "opens a quotation mark that is never closed"
    if not row:
        return "is an empty line"
    if row == [_END_OF_FILE_MARK]:
        return "is no row but an end-of-file mark (Ctrl-Z), which programs of the days of DOS write"
    if len(row) != len(header):
        swallowed = any("\n" in cell for cell in row)
        why = " (a quotation mark is opened there and not closed on its line)" if swallowed else ""
        return f"has {len(row)} fields and not {len(header)}{why}"
    for name, cell in zip(header, row, strict=True):
        if any("\udc80" <= character <= "\udcff" for character in cell):
            return f"has a character in the column {name} that is not UTF-8 (save the file as CSV UTF-8)"
    return None
