"""Reading delimited text as Arrow batches of text."""

from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from schemas.extract_files import text as streams
from schemas.extract_files.first_line import described, header_of
from schemas.extract_files.form import Form
from schemas.extract_files.header import check_header
from schemas.extract_files.text import Text, open_text
from schemas.extract_files.text_faults import first_fault
from schemas.extract_files.wanted import BREAKS, Seen, Wanted
from schemas.no_go import NoGo


def read_delimited(path: Path, form: Form, wanted: Wanted, sha256: str | None, seen: Seen) -> Iterator[pa.RecordBatch]:
    """Yield a delimited text's rows as Arrow batches, what is read of it alone, and ``BREAKS`` where others may stand.

    Arrow's reader refuses short rows, which polars' own fills with nulls, and reads quotation marks as
    Python's csv module does. Its messages quote the row, so they end here.

    Args:
        path: the extract.
        form: as its contract agrees it.
        wanted: the contract's columns.
        sha256: of the bytes that are meant; None if nobody has hashed them before.
        seen: where it is put down what else was seen.

    Raises:
        NoGo: the file cannot be read to its end, or is not the one that is meant.
    """
    header = header_of(path, form, wanted.names)
    seen.added += check_header(path.name, header, wanted)
    names = list(wanted.read_of(header))
    others = (wanted.ignored | wanted.added) - {*names}
    ignored = [name for name in header if name in others] if form.is_quoted else []
    looked_for_empty_lines = False
    with open_text(path, form) as text:
        for batch in _batches(text, form, names, ignored):
            if not looked_for_empty_lines and _has_an_empty_row(batch.select(wanted.names)):
                _refuse_fault(path, form, header)
                looked_for_empty_lines = True
            yield _with_breaks(batch, names, ignored)
        if text.fault:
            raise NoGo(f"{path.name} {text.fault}")
        if text.is_broken or text.has_nul or text.has_stray_quotes:
            _refuse_fault(path, form, header)
        if text.is_broken:
            raise NoGo(
                f"{path.name} cannot be read as {described(form)}, most likely because a quotation mark is"
                " opened and never closed: write the file again and send that."
            )
        if sha256 and text.sha256 != sha256:
            raise NoGo(f"{path.name} changed while it was being read. Put it back whole and start again.")
        seen.records += text.stated


def _batches(text: Text, form: Form, names: list[str], ignored: list[str]) -> Iterator[pa.RecordBatch]:
    try:
        with arrow_csv.open_csv(
            pa.PythonFile(text, mode="r"),
            read_options=arrow_csv.ReadOptions(block_size=streams.BLOCK_BYTES),
            parse_options=arrow_csv.ParseOptions(
                delimiter=form.delimiter,
                quote_char='"' if form.is_quoted else False,
                newlines_in_values=form.is_quoted,
                ignore_empty_lines=False,
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=[*names, *ignored],
                # What is ignored may be of any encoding.
                column_types=dict.fromkeys(names, pa.string()) | dict.fromkeys(ignored, pa.binary()),
                strings_can_be_null=False,
                check_utf8=True,
            ),
        ) as reader:
            yield from reader
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        text.is_broken = True


def _with_breaks(batch: pa.RecordBatch, names: list[str], ignored: list[str]) -> pa.RecordBatch:
    """The columns that are kept, and how many line breaks each row has in the others."""
    if not ignored:
        return batch
    counts = [
        pc.subtract(
            pc.add(pc.count_substring(batch[name], b"\n"), pc.count_substring(batch[name], b"\r")),
            pc.count_substring(batch[name], b"\r\n"),
        )
        for name in ignored
    ]
    return batch.select(names).append_column(BREAKS, reduce(pc.add, counts))


def _refuse_fault(path: Path, form: Form, header: list[str]) -> None:
    fault = first_fault(path, form, header)
    if fault is not None:
        raise NoGo(f"{path.name}: {fault}")


def _has_an_empty_row(batch: pa.RecordBatch) -> bool:
    """Say whether any row has nothing in any cell, as Arrow gives back an empty line."""
    if batch.num_rows == 0 or pc.min(pc.binary_length(batch.column(0))).as_py() > 0:
        return False
    return pl.DataFrame(pl.from_arrow(batch)).filter(pl.all_horizontal(pl.all() == "")).height > 0
