"""Reading text whose fields have agreed widths."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa

from schemas.extract_files.first_line import check_text
from schemas.extract_files.form import Form
from schemas.extract_files.header import check_header
from schemas.extract_files.stored import batch_of
from schemas.extract_files.text import BLOCK_BYTES, open_text
from schemas.extract_files.wanted import Seen, Wanted
from schemas.no_go import NoGo


def read_fixed_width(
    path: Path, form: Form, wanted: Wanted, sha256: str | None, seen: Seen
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a text of fixed width, without the blanks that fill its fields.

    The arguments, and what it raises, are those of :func:`schemas.extract_files.delimited.read_delimited`.
    """
    check_header(f"the contract's widths for {path.name}", [name for name, _ in form.widths], wanted)
    check_text(path, form)
    line = 2 if form.header_record else 1
    with open_text(path, form) as text:
        rest = b""
        while block := text.read(BLOCK_BYTES):
            *whole, rest = (rest + block).splitlines(keepends=True)
            if len(rest) > BLOCK_BYTES:
                raise NoGo(f"{path.name}: line {line + len(whole)} of the file is longer than {BLOCK_BYTES >> 20} MB.")
            if whole:
                yield _rows(path.name, form, wanted, whole, line)
            line += len(whole)
        if rest:
            yield _rows(path.name, form, wanted, [rest], line)
        if text.fault:
            raise NoGo(f"{path.name} {text.fault}")
        if sha256 and text.sha256 != sha256:
            raise NoGo(f"{path.name} changed while it was being read. Put it back whole and start again.")
        seen.records += text.stated


def _rows(file: str, form: Form, wanted: Wanted, lines: list[bytes], first: int) -> pa.RecordBatch:
    """Cut lines into their fields; a byte that is no character becomes U+FFFD, which the rules refuse.

    Raises:
        NoGo: a line has more or fewer characters than agreed.
    """
    length = sum(width for _, width in form.widths)
    sent = pl.DataFrame({"line": [line.decode(errors="replace").rstrip("\r\n") for line in lines]})
    measured = sent.select(length=pl.col("line").str.len_chars())["length"]
    wrong = (measured != length).arg_max() or 0
    where = f"{file}: line {first + wrong} of the file"
    if measured[wrong] != length:
        stands = "is empty" if measured[wrong] == 0 else f"has {measured[wrong]:,} characters"
        raise NoGo(f"{where} {stands}, and the agreed widths make {length}: correct the extract and send it again.")
    offset, fields = 0, []
    for name, width in form.widths:
        fields.append(pl.col("line").str.slice(offset, width).str.strip_chars(" ").alias(name))
        offset += width
    return batch_of(sent.select(fields).select(wanted.names))
