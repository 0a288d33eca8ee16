"""CSV for people."""

from io import BytesIO

import polars as pl

from schemas.extract_files.form import Encoding
from schemas.tables_for_people.safe import safe_to_open

_MARK = "\ufeff"
"""The byte order mark, which spreadsheets need to show accents."""


def csv_text(
    rows: pl.DataFrame, *, delimiter: str = ",", encoding: Encoding = Encoding.UTF_8, is_marked: bool = True
) -> bytes:
    """Return rows as CSV that is safe to open, with quotation marks as RFC 4180 has them.

    Args:
        rows: texts and numbers.
        delimiter: the one sign between cells.
        encoding: of the text. What Windows-1252 cannot hold is written in UTF-8 all the same, the whole file: a sign
            that is lost would be another name, and who expects Windows-1252 sees by the first bytes that it is none.
        is_marked: whether UTF-8 begins with a byte order mark; without it programs read a file more easily.

    Returns:
        the bytes; lines end with CRLF.
    """
    text = _MARK + _written(rows, delimiter).decode()
    if encoding is Encoding.UTF_16:
        return text.encode("utf-16-le")
    if encoding is Encoding.WINDOWS_1252:
        try:
            return text.removeprefix(_MARK).encode("cp1252")
        except UnicodeEncodeError:
            pass
    return (text if is_marked else text.removeprefix(_MARK)).encode()


def csv_lines(rows: pl.DataFrame) -> bytes:
    """Return rows without their names, to go on with what :func:`csv_text` began with none of its choices made."""
    return _written(rows, ",", has_names=False)


def _written(rows: pl.DataFrame, delimiter: str, *, has_names: bool = True) -> bytes:
    file = BytesIO()
    safe_to_open(rows).write_csv(file, separator=delimiter, line_terminator="\r\n", include_header=has_names)
    return file.getvalue()
