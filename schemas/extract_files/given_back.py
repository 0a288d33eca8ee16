"""Telling a file that siller wrote, and that comes back corrected, from an extract in the agreed form."""

import csv
from codecs import BOM_UTF8
from dataclasses import replace
from io import StringIO
from pathlib import Path

from schemas.extract_files.first_line import HEAD_BYTES, dialect
from schemas.extract_files.form import Encoding, FileKind, Form
from schemas.extract_files.text import first_bytes
from schemas.extract_files.wanted import Wanted
from schemas.no_go import NoGo

_CODECS = {Encoding.UTF_8: "utf-8-sig", Encoding.UTF_16: "utf-16", Encoding.WINDOWS_1252: "cp1252"}


def form_as_it_came(path: Path, form: Form, wanted: Wanted) -> Form:
    """Return the form in which a file came: as agreed, or that in which rows come again that siller gave back.

    A file that siller gave back is known by its first line, which names a column of siller's beside the body's own.
    Such a line is no row of fixed width, no Parquet and no record, so one form is never taken for the other. It is in
    the body's encoding, or in UTF-8 where that could not hold a sign (:func:`schemas.tables_for_people.csv_text`).

    Args:
        path: the file.
        form: as its contract agrees it.
        wanted: the contract's columns.

    Raises:
        NoGo: there is no file that can be opened, or the rows come in the open where an encrypted archive is agreed.
    """
    back = form.given_back
    if back.kind is not FileKind.CSV or not wanted.added:
        return form
    if back.compression and _found(path, form.for_people, wanted):
        raise NoGo(
            f"{path.name} has rows that siller gave back, in the open: the extract comes in an archive encrypted with "
            "AES, as agreed, and so does this. Pack it with the agreed password and send that."
        )
    return _found(path, back, wanted) or form


def _found(path: Path, back: Form, wanted: Wanted) -> Form | None:
    """The form of a file that siller gave back, in the encoding that it has; None if it is none."""
    # As bytes, whatever the encoding: only they say which of the two it is.
    _, head, _ = first_bytes(path, replace(back, encoding=Encoding.UTF_8), HEAD_BYTES)
    if head.startswith(BOM_UTF8):
        back = replace(back, encoding=Encoding.UTF_8)
    header = _header(head, back)
    return back if wanted.added & header and header & set(wanted.names) else None


def _header(head: bytes, form: Form) -> set[str]:
    try:
        text = head.decode(_CODECS[form.encoding], errors="replace")
        return set(next(csv.reader(StringIO(text, newline=""), dialect(form)), ()))
    except (csv.Error, UnicodeError):
        return set()
