"""The first line of a delimited text, once it is known to be text: the names of the columns."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from schemas.extract_files.form import LINE_ENDS, Encoding, Form
from schemas.extract_files.text import first_bytes
from schemas.no_go import NoGo

HEAD_BYTES = 1 << 16
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_NO_TEXT = {
    b"PK\x03\x04": "an Excel workbook or another ZIP file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook or another Office file",
    b"\x1f\x8b": "a compressed file",
    b"%PDF": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"PAR1": "a Parquet file",
}


def check_text(path: Path, form: Form) -> bytes:
    """Make sure that a file is text as agreed, and return how it begins, in UTF-8.

    Raises:
        NoGo: it is empty, something else than text, or in another encoding than agreed.
    """
    raw, head, fault = first_bytes(path, form, HEAD_BYTES)
    said = f"{save_as(form)} and send that."
    if not raw.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise NoGo(f"{path.name} is empty: send the extract again.")
    if not form.compression:
        for magic, kind in _NO_TEXT.items():
            if raw.startswith(magic):
                raise NoGo(f"{path.name} is {kind}, not {described(form)}: {said}")
        if form.encoding is Encoding.UTF_16 and not raw.startswith(_UTF_16):
            raise NoGo(f"{path.name} does not begin with the byte order mark of UTF-16: {said}")
        if form.encoding is not Encoding.UTF_16 and raw.startswith(_UTF_16):
            raise NoGo(f"{path.name} is text in UTF-16, not {described(form)}: {said}")
        if form.encoding is Encoding.WINDOWS_1252 and raw.startswith(b"\xef\xbb\xbf"):
            raise NoGo(f"{path.name} is text in UTF-8, not {described(form)}: {said}")
    if fault:
        raise NoGo(f"{path.name} {fault}")
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise NoGo(f"{path.name} is empty: send the extract again.")
    if b"\0" in head:
        raise NoGo(f"{path.name} is no text: {said.replace('save it', 'save the extract')}")
    _check_line_end(path.name, head, form)
    return head


def described(form: Form) -> str:
    """What a file of text is to be, in words."""
    if form.widths:
        return "text of fixed width"
    return f"{'comma' if form.delimiter == ',' else repr(form.delimiter).strip(chr(39))}-separated text"


def save_as(form: Form) -> str:
    """How to save a file of text as agreed."""
    packed = f", packed with {form.compression}" if form.compression else ""
    if form.widths:
        return f"write it in {form.encoding}{packed} as agreed"
    if form.delimiter == ",":
        return f"save it as CSV {form.encoding}{packed}"
    return f"save it as text in {form.encoding} with {said_of(form.delimiter)} between the fields{packed}"


def said_of(delimiter: str) -> str:
    """A delimiter as people call several of it."""
    return _SEPARATORS.get(delimiter, f"the sign {delimiter}")


def header_of(path: Path, form: Form, names: Sequence[str]) -> list[str]:
    """The fields of the first line.

    Raises:
        NoGo: the file is no text as agreed, or its first line cannot be the header.
    """
    head = check_text(path, form)
    text = head.decode("utf-8-sig", errors="replace")
    rows = csv.reader(StringIO(text, newline=""), dialect(form))
    try:
        header = next(rows)
    except csv.Error:
        header = []
    if len(head) == HEAD_BYTES and rows.line_num >= len(text.splitlines()):
        raise NoGo(
            f"{path.name}: the first line is longer than {HEAD_BYTES >> 10} kB, which no header is: see what the file "
            "is, and send the extract again."
        )
    _check_it_is_the_header(path.name, text, header, form, names)
    return header


def dialect(form: Form) -> type[csv.Dialect]:
    """The form as Python's csv module takes it."""

    class Agreed(csv.Dialect):
        delimiter = form.delimiter
        quoting = csv.QUOTE_MINIMAL if form.is_quoted else csv.QUOTE_NONE
        quotechar = '"'
        doublequote = True
        skipinitialspace = False
        lineterminator = "\r\n"
        strict = True

    return Agreed


def _check_it_is_the_header(file: str, text: str, header: Sequence[str], form: Form, names: Sequence[str]) -> None:
    first, *others = text.splitlines() or [""]
    if first.lower().startswith("sep="):
        raise NoGo(
            f'{file}: the first line is the "sep=" that Excel writes for itself, and not the header: delete that line '
            "and send the extract again."
        )
    if set(header) & set(names):
        return
    for sign, said in _SEPARATORS.items():
        if sign != form.delimiter and {part.strip('"') for part in first.split(sign)} & set(names):
            raise NoGo(
                f"{file}: the fields are separated by {said}, not by {said_of(form.delimiter)}: {save_as(form)}"
                f"{' with commas' if form.delimiter == ',' else ''} and send that."
            )
    for line, other in enumerate(others[:20], start=2):
        if len({part.strip('"') for part in other.split(form.delimiter)} & set(names)) > len(names) // 2:
            raise NoGo(
                f"{file}: the header stands on line {line} and not on the first: delete what is above it and send the "
                "extract again."
            )


def _check_line_end(file: str, head: bytes, form: Form) -> None:
    if form.line_end is None:
        return
    first = head.splitlines(keepends=True)[0]
    end = next((name for name in ("CRLF", "LF", "CR") if first.endswith(LINE_ENDS[name])), None)
    if end != form.line_end:
        stands = f"ends with {end}" if end else "has no end"
        raise NoGo(
            f"{file}: its first line {stands}, and lines end with {form.line_end} as agreed: write it so and send that."
        )
