"""Writing an extract in the form that its contract agrees: templates, and samples of what a body is to send.

Nothing in a sample is made safe for a spreadsheet: each cell is read as it is written here, formulas too.
"""

import gzip
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import polars as pl

from schemas.extract_files.form import LINE_ENDS, Compression, Encoding, FileKind, Form, Record
from schemas.tables_for_people.workbook import write_workbook

_CODECS = {Encoding.UTF_8: "utf-8", Encoding.UTF_16: "utf-16", Encoding.WINDOWS_1252: "cp1252"}
_SUFFIXES = {FileKind.CSV: ".csv", FileKind.FIXED_WIDTH: ".txt", FileKind.XLSX: ".xlsx", FileKind.PARQUET: ".parquet"}
_PACKED = {Compression.GZIP: ".gz", Compression.ZIP: ".zip", None: ""}


def suffix_of(form: Form) -> str:
    """How the name of such a file ends."""
    return _SUFFIXES[form.kind] + _PACKED[form.compression]


def write_extract(path: Path, rows: pl.DataFrame, form: Form, pounds: Decimal) -> None:
    """Write rows in an agreed form; the same rows make the same bytes.

    Args:
        path: where.
        rows: the columns under the body's own names, all text; each cell fits the form (:func:`fits`).
        form: as the contract agrees it.
        pounds: what the rows add up to, for header and trailer records.
    """
    if form.kind is FileKind.XLSX:
        file = io.BytesIO()
        write_workbook(file, [rows], path, sheet=form.sheet, header_row=form.header_row)
        path.write_bytes(file.getvalue())
    elif form.kind is FileKind.PARQUET:
        rows.write_parquet(path)
    else:
        path.write_bytes(_packed(_text(rows, form, pounds), form, path.name))


def fits(cell: str, name: str, form: Form) -> bool:
    """Whether a cell can be written in a form so that the same is read."""
    if form.kind in (FileKind.XLSX, FileKind.PARQUET):
        return True
    try:
        cell.encode(_CODECS[form.encoding])
    except UnicodeEncodeError:
        return False
    if form.kind is FileKind.FIXED_WIDTH:
        return len(cell) <= dict(form.widths).get(name, 0) and cell == cell.strip(" ") and "\n" not in cell
    return form.is_quoted or not {form.delimiter, "\n", "\r"} & set(cell)


def _text(rows: pl.DataFrame, form: Form, pounds: Decimal) -> bytes:
    if form.kind is FileKind.FIXED_WIDTH:
        lines = rows.select(pl.concat_str(_filled(rows, name, width) for name, width in form.widths))
    else:
        header = pl.DataFrame([rows.columns], schema=rows.schema, orient="row")
        cells = [_quoted(pl.col(name), form) if form.is_quoted else pl.col(name) for name in rows.columns]
        lines = pl.concat([header, rows]).select(pl.concat_str(cells, separator=form.delimiter))
    before = [_line(form.header_record, form, rows.height, pounds)] if form.header_record else []
    after = [_line(form.trailer_record, form, rows.height, pounds)] if form.trailer_record else []
    end = LINE_ENDS[form.line_end or "CRLF"].decode()
    text = "".join(f"{line}{end}" for line in (*before, *lines.to_series(), *after))
    # A spreadsheet shows accents only behind the mark; a field of fixed width would be one character longer with it.
    has_mark = form.encoding is Encoding.UTF_8 and form.kind is FileKind.CSV
    return (("\ufeff" if has_mark else "") + text).encode(_CODECS[form.encoding])


def _filled(rows: pl.DataFrame, name: str, width: int) -> pl.Expr:
    return (pl.col(name) if name in rows.columns else pl.lit("")).str.pad_end(width, " ")


def _quoted(cell: pl.Expr, form: Form) -> pl.Expr:
    """A cell as RFC 4180 writes it."""
    parts = cell.str.contains_any([form.delimiter, '"', "\r", "\n"])
    return pl.when(parts).then('"' + cell.str.replace_all('"', '""') + '"').otherwise(cell)


def _line(record: Record, form: Form, count: int, pounds: Decimal) -> str:
    """A header or trailer record with its figures in their places."""
    total = f"{pounds * 100:.0f}" if record.in_pence else f"{pounds:.2f}"
    figures = [(place, said) for place, said in ((record.count, str(count)), (record.total, total)) if place]
    if form.kind is FileKind.FIXED_WIDTH:
        line = record.begins
        for place, said in sorted(figures, key=lambda each: each[0].first):
            line = line.ljust(place.first - 1) + said.zfill(place.width or 0)
        return line
    fields = record.begins.split(form.delimiter)
    fields += [""] * (max((place.first for place, _ in figures), default=0) - len(fields))
    for place, said in figures:
        fields[place.first - 1] = said
    return form.delimiter.join(fields)


def _packed(text: bytes, form: Form, name: str) -> bytes:
    if form.compression is Compression.GZIP:
        return gzip.compress(text, mtime=0)
    if form.compression is Compression.ZIP:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(zipfile.ZipInfo(name.removesuffix(".zip")), text, zipfile.ZIP_DEFLATED)
        return file.getvalue()
    return text
