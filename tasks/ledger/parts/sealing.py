"""One sealed part: rows in an encrypted Parquet file.

AES-256-GCM by pyarrow, under the key of the rows' period and kind of payment. The file's own name is part of what is
authenticated, and no name is given twice: a file that stands in another's place does not open.
"""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

from schemas.no_go import NoGo
from tasks.storage.atomic_write import open_atomic

PART_ROWS = 1 << 18
"""Rows of one part, but for a run's last one; some 25 megabytes."""

_AS_PARQUET = {
    "compression": "none",  # AES is quicker than any compression, and so is the disk
    "row_group_size": PART_ROWS // 2,
    "write_statistics": ["row_number"],
    "column_encoding": {"row_number": "DELTA_BINARY_PACKED"},
    "dictionary_pagesize_limit": 1 << 30,
}
_FEW_VALUES = frozenset({"payee_name", "sort_code", "roll_number", "pay_date", "occurrence", "paying_account"})
"""Columns that take less room with a dictionary; of unique text one only doubles it."""


@dataclass(frozen=True)
class Sealed:
    """A part that was written.

    Attributes:
        name: of its file.
        sha256: of the file.
        first_row: the number of its first row; the others follow without a gap.
        rows: how many.
        payments: those of them whose amount reads as whole pence.
        pence: their sum.
        content_digest: SHA-256 over what its rows say, whatever key or format they are kept in.
    """

    name: str
    sha256: str
    first_row: int
    rows: int
    payments: int
    pence: int
    content_digest: str


def schema_of(columns: tuple[str, ...]) -> pa.Schema:
    """What a part has of each row.

    Args:
        columns: the contract's, by siller's names.
    """
    return pa.schema([("row_number", pa.int32()), ("pence", pa.int64()), *((name, pa.string()) for name in columns)])


def seal(rows: pl.DataFrame, folder: Path, key: bytes) -> Sealed:
    """Write some rows as one part, which is on disk before it has its name.

    Args:
        rows: ``row_number``, going up by one, ``pence`` (null where the amount is not whole pence), and text columns.
        folder: where the tenant's parts stand.
        key: 32 bytes.
    """
    table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
    columns = tuple(name for name in table.column_names if name not in ("row_number", "pence"))
    return _seal(table.select(schema_of(columns).names).cast(schema_of(columns)), folder, key)


def reseal(path: Path, old: bytes, new: bytes, digest: str) -> Sealed:
    """Write a part again beside itself, under another key.

    Raises:
        NoGo: it does not open with the old one, or what it says has not this digest: what somebody has changed would
            count as written by siller from then on.
    """
    try:
        rows = read(path, old)
    except (OSError, ValueError, pa.ArrowException):
        rows = None
    if rows is None or content_digest(rows) != digest:
        raise NoGo(f"The part {path.name} is gone, or is not what was written. The old keys stay: siller verify.")
    return _seal(rows, path.parent, new)


def _seal(table: pa.Table, folder: Path, key: bytes) -> Sealed:
    name = f"{secrets.token_hex(16)}.parquet"
    sink = pa.BufferOutputStream()
    sealing = pe.create_encryption_properties(footer_key=key, aad_prefix=_bound_to(name), store_aad_prefix=False)
    few = [column for column in table.column_names if column in _FEW_VALUES]
    pq.write_table(table, sink, encryption_properties=sealing, use_dictionary=few, **_AS_PARQUET)
    content = sink.getvalue()
    with open_atomic(folder / name) as file:
        file.write(content)
    pence = table["pence"]
    return Sealed(
        name,
        hashlib.sha256(content).hexdigest(),
        table["row_number"][0].as_py(),
        table.num_rows,
        table.num_rows - pence.null_count,
        pc.sum(pence).as_py() or 0,
        content_digest(table),
    )


def opening(name: str, key: bytes) -> Any:
    """What pyarrow needs to read a part."""
    return pe.create_decryption_properties(footer_key=key, aad_prefix=_bound_to(name))


def read(path: Path, key: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """A part's rows, all columns or some.

    Raises:
        OSError: it is gone, or what was read of it is not what was written under this name and key.
    """
    chosen = list(columns) if columns else None
    return pq.read_table(path, columns=chosen, decryption_properties=opening(path.name, key), partitioning=None)


def opened(content: bytes, name: str, key: bytes) -> pa.Table:
    """All of a part whose bytes have been read.

    Raises:
        OSError: they are not what was written under this name and key.
    """
    file = pq.ParquetFile(pa.BufferReader(content), decryption_properties=opening(name, key))
    return file.read(use_threads=False)


def content_digest(table: pa.Table) -> str:
    """Digest what rows say: of each column its name, its values one after the other, and which of them are null.

    Nothing of them is copied: that would cost more than the hashing.
    """
    digest = hashlib.sha256()
    for name, column in zip(table.column_names, table.columns, strict=True):
        digest.update(f"{name} {column.type} {len(column)} {column.null_count}\n".encode())
        if column.null_count:
            for nulls in column.is_null().chunks:
                digest.update(nulls.cast(pa.uint8()).buffers()[1])
            column = column.fill_null("" if pa.types.is_string(column.type) else 0)
        for values in _texts(column.chunks) if pa.types.is_string(column.type) else map(_numbers, column.chunks):
            digest.update(values)
    return digest.hexdigest()


def has_columns(path: Path, key: bytes, columns: tuple[str, ...]) -> bool:
    """Whether a part has these columns of the contract, in this order; only its end is read.

    Raises:
        OSError: it is gone, or does not open.
    """
    names = pq.read_schema(path, decryption_properties=opening(path.name, key)).names
    return bool(names == schema_of(columns).names)


def _numbers(chunk: pa.Array) -> memoryview:
    width = chunk.type.bit_width // 8
    return memoryview(chunk.buffers()[1])[width * chunk.offset : width * (chunk.offset + len(chunk))]


def _texts(chunks: list[pa.Array]) -> Iterator[bytes | memoryview]:
    """Where each text of a column ends, from its beginning, and then the texts: wherever they were cut out of."""
    ends, texts, before = [np.zeros(1, np.int32)], [], 0
    for chunk in chunks:
        _, offsets, text = chunk.buffers()
        own = np.frombuffer(offsets, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        ends.append(own[1:] - own[0] + before)
        before += int(own[-1] - own[0])
        texts.append(memoryview(text or b"")[own[0] : own[-1]])
    yield from (each.tobytes() for each in ends)
    yield from texts


def _bound_to(name: str) -> bytes:
    return f"siller part {name}".encode()
