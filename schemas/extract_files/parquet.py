"""Reading Parquet."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.extract_files.form import Form
from schemas.extract_files.header import check_header
from schemas.extract_files.stored import batch_of
from schemas.extract_files.wanted import NOT_TEXT, Seen, Stored, Wanted
from schemas.extract_files.whole import whole_file
from schemas.no_go import NoGo

_BATCH_ROWS = 1 << 16
_MOST_ROW_GROUP_BYTES = 2 << 30


def read_parquet(path: Path, _form: Form, wanted: Wanted, sha256: str | None, seen: Seen) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a Parquet file, the wanted columns alone, as text.

    The arguments, and what it raises, are those of :func:`schemas.extract_files.delimited.read_delimited`.
    """
    content = whole_file(path, sha256)
    if not content.startswith(b"PAR1"):
        raise NoGo(f"{path.name} is no Parquet file: write it as Parquet and send that.")
    file = _opened(content)
    if file is None:
        raise _damaged(path)
    schema = file.schema_arrow
    groups = [file.metadata.row_group(each).total_byte_size for each in range(file.num_row_groups)]
    seen.added += check_header(path.name, schema.names, wanted)
    if max(groups, default=0) > _MOST_ROW_GROUP_BYTES:
        raise NoGo(f"{path.name} has more than 2 GB in one row group: write it with smaller ones and send that.")
    columns = wanted.read_of(schema.names)
    for name in columns:
        if not _has_one_value(schema.field(name).type):
            raise NoGo(
                f"{path.name}: the column {name} has lists, records, bytes or lengths of time in it: write it as text "
                "and send that."
            )
    batches = file.iter_batches(_BATCH_ROWS, columns=list(columns))
    while (batch := _next(batches, path)) is not None:
        yield _as_text(batch, columns)


def _opened(content: bytes) -> pq.ParquetFile | None:
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        _ = file.schema_arrow.names  # which may be no text
        return file
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return None


def _next(batches: Iterator[pa.RecordBatch], path: Path) -> pa.RecordBatch | None:
    try:
        batch = next(batches, None)
        if batch is not None:
            batch.validate(full=True)  # Arrow reads texts that are none, and polars would take them for such
        return batch
    except (pa.ArrowException, OSError):
        pass
    raise _damaged(path)


def _damaged(path: Path) -> NoGo:
    return NoGo(f"{path.name} is a damaged Parquet file, or only a part of one: write it again and send that.")


def _has_one_value(kind: pa.DataType) -> bool:
    """Whether each cell is one value that polars can take; what it cannot, it ends the process's thread over."""
    if pa.types.is_dictionary(kind):
        return _has_one_value(kind.value_type)
    known = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_decimal128,
        pa.types.is_boolean,
        pa.types.is_null,
        pa.types.is_date,
        pa.types.is_time,
        pa.types.is_timestamp,
    )
    return any(is_of(kind) for is_of in known)


def _as_text(batch: pa.RecordBatch, columns: Mapping[str, Stored]) -> pa.RecordBatch:
    # What else stands beside the columns of a file is nothing that anybody has looked at.
    alone = pa.RecordBatch.from_arrays(batch.columns, names=batch.schema.names)
    frame = pl.DataFrame(pl.from_arrow(alone))
    texts = frame.select(_text(pl.col(name), frame.schema[name], stored) for name, stored in columns.items())
    return batch_of(texts)


def _text(value: pl.Expr, kind: pl.DataType, stored: Stored) -> pl.Expr:
    """A column as text: exactly, or with :data:`NOT_TEXT` behind each of its cells."""
    known = pl.when(value.is_between(date.min, date.max)).then(value) if kind == pl.Date else value
    if kind in (pl.String, pl.Categorical, pl.Enum) or (kind.is_integer() and stored is Stored.DIGITS):
        text = known.cast(pl.String)
    elif (kind.is_integer() or kind.is_decimal()) and stored is Stored.POUNDS:
        text = known.cast(pl.Decimal(38, max(2, getattr(kind, "scale", 0))), strict=False).cast(pl.String)
    elif kind == pl.Date and stored is Stored.DAY:
        text = known.dt.strftime("%d/%m/%Y")
    else:
        text = known.cast(pl.String) + NOT_TEXT
    return pl.when(value.is_not_null()).then(text.fill_null(NOT_TEXT)).otherwise(pl.lit(""))
