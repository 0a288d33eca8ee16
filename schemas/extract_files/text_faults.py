"""Finding the row to name, once a text is known not to be readable."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from schemas.extract_files import text as streams
from schemas.extract_files.first_line import dialect
from schemas.extract_files.form import Encoding, Form
from schemas.extract_files.place import at
from schemas.extract_files.text import lines, open_text

NO_ROWS = "there is a header and no rows: send the extract again with its payments."
_END_OF_FILE_MARK = "\x1a"
_TO_DO = "correct the extract and send it again."
_TOO_LONG = "\0too long"


def first_fault(path: Path, form: Form, header: Sequence[str]) -> str | None:
    """Say where the first row stands that is no proper row, what is wrong with it, and what to do.

    This reads the file a second time, row by row with Python's csv module, and is only called for a
    file that is already in doubt.

    Args:
        path: the extract.
        form: as its contract agrees it.
        header: its header's fields, known to be the contract's.

    Returns:
        The sentence, without any value of the row; None if every row is proper.
    """
    before = 1 if form.header_record else 0
    with open_text(path, form) as text:
        handed = _Handed(lines(text))
        rows = csv.reader(handed, dialect(form))
        next(rows)
        line, row = rows.line_num + 1, None
        while True:
            handed.forget()
            try:
                row = next(rows)
                fault = _fault(row, header, form)
            except StopIteration:
                break
            except csv.Error as error:
                row, fault = [], _broken(str(error), handed, form, header)
            if fault:
                return f"line {line + before} of the file {fault}: {_TO_DO}"
            line = rows.line_num + 1
        if text.fault:
            return None
    return NO_ROWS if row is None else None


class _Handed:
    """The lines that csv's reader takes, and those of the row that it is at."""

    def __init__(self, of_the_file: Iterator[bytes]) -> None:
        self._lines = of_the_file
        self._first = True
        self.row = ""

    def forget(self) -> None:
        """Begin a row."""
        self.row = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if len(line) > streams.BLOCK_BYTES:
            self.row = _TOO_LONG
            raise csv.Error(_TOO_LONG)
        text = line.decode("utf-8-sig" if self._first else "utf-8", errors="surrogateescape")
        self._first = False
        if len(self.row) <= streams.BLOCK_BYTES:
            self.row += text
        return text


def _broken(error: str, handed: _Handed, form: Form, header: Sequence[str]) -> str:
    """What is wrong with a row that csv's reader gives up."""
    if handed.row == _TOO_LONG:
        return f"is longer than {streams.BLOCK_BYTES >> 20} MB, which no row is"
    if "expected after" not in error:
        return "opens a quotation mark that is never closed"
    place = _after_the_mark(handed.row, form.delimiter)
    name = f" {header[place]}" if place < len(header) else ""
    return (
        f"has text after the closing quotation mark in {at(place + 1)}{name}; a quotation mark within a cell is "
        "written twice"
    )


def _after_the_mark(row: str, delimiter: str) -> int:
    """The place from 0 of the first field of a row that goes on after its closing quotation mark."""
    sign = re.escape(delimiter)
    proper = re.compile(rf'(?:"(?:[^"]|"")*"|[^"{sign}\r\n][^{sign}\r\n]*|)(?:{sign}|\r?\n|\r|$)')
    place, position = 0, 0
    while (field := proper.match(row, position)) and field.end() > position:
        place, position = place + 1, field.end()
    return place


def _fault(row: Sequence[str], header: Sequence[str], form: Form) -> str | None:
    if not row:
        return "is an empty line"
    if list(row) == [_END_OF_FILE_MARK]:
        return "is no row but an end-of-file mark (Ctrl-Z), which programs of the days of DOS write"
    if len(row) != len(header):
        swallowed = any("\n" in cell for cell in row)
        why = " (a quotation mark is opened there and not closed on its line)" if swallowed else ""
        return f"has {_fields(len(row))} and not {len(header)}{why}"
    for place, (name, cell) in enumerate(zip(header, row, strict=True), start=1):
        if any("\udc80" <= character <= "\udcff" for character in cell):
            return f"has a character in {at(place)} {name} that is not {_not_written(form)}"
        if "\0" in cell:
            return f"has a byte of 0 in {at(place)} {name}, which is no character: the file may be damaged"
    return None


def _fields(number: int) -> str:
    return f"{number:,} field{'' if number == 1 else 's'}"


def _not_written(form: Form) -> str:
    if form.encoding is Encoding.WINDOWS_1252:
        return "of Windows-1252, as agreed (a byte that it does not define stands there)"
    return "UTF-8 (save the file as CSV UTF-8)"
