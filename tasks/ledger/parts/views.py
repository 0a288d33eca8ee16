"""The rows of all parts, for SQL: ``raw_extract_row`` as sent, and ``core_payment``, what of them is paid.

All parts of a tenant are one lazy dataset, a fragment a part. A query's conditions on run and row number say which
fragments it needs; no other file is opened.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs

from tasks.ledger.parts.listing import Part, listed
from tasks.ledger.parts.sealing import opening, schema_of

_PAYMENTS = """
CREATE OR REPLACE TEMP VIEW core_payment AS
SELECT run_no, row_number, pence AS amount_pence
FROM part_row SEMI JOIN core_judged USING (run_no) ANTI JOIN core_left_out USING (run_no, row_number)
WHERE pence IS NOT NULL
UNION ALL
SELECT run_no, row_number, amount_pence FROM earlier_paid
"""
_EARLIER_PAID = """
CREATE OR REPLACE TEMP VIEW earlier_paid AS
SELECT run_no, row_number, amount_pence FROM earlier_payment
"""
_OF_EARLIER_ROWS = """
UNION ALL
SELECT run_no, row_number, TRY_CAST(replace(amount, '.', '') AS BIGINT) AS pence
FROM earlier_row SEMI JOIN core_judged USING (run_no) ANTI JOIN core_left_out USING (run_no, row_number)
WHERE regexp_full_match(amount, '[0-9]+[.][0-9]{2}') AND pence IS NOT NULL
"""
"""Of a run that an earlier siller took in, and this one has judged."""

_NO_EARLIER_ROW = "SELECT NULL::INTEGER AS run_no, NULL::INTEGER AS row_number, NULL AS amount WHERE false"


def define(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Give an open ledger ``raw_extract_row`` and ``core_payment``, for this connection alone.

    ``raw_extract_row``: ``run_no``, ``row_number`` and, once an extract was ever taken in, the contract's columns as
    text, exactly as sent. ``core_payment``: ``run_no``, ``row_number``, ``amount_pence`` of the judged
    rows that are not left out. Of these, ``earlier_sent`` and ``earlier_paid`` are what an earlier siller took in.

    Args:
        connection: an open ledger.
        folder: where the tenant's parts stand.
    """
    columns, has_earlier = columns_of(connection), _has_earlier_rows(connection)
    connection.register("part_row", _dataset(listed(connection), columns, folder))
    connection.execute(_EARLIER_PAID + (_OF_EARLIER_ROWS if has_earlier else ""))
    sent = "SELECT run_no, row_number, amount FROM earlier_row" if has_earlier else _NO_EARLIER_ROW
    connection.execute(f"CREATE OR REPLACE TEMP VIEW earlier_sent AS {sent}")
    connection.execute(_PAYMENTS)
    named = ", ".join(("run_no", "row_number", *columns))
    earlier = f"UNION ALL SELECT {named} FROM earlier_row" if has_earlier else ""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW raw_extract_row AS SELECT {named} FROM part_row {earlier}")


def columns_of(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The columns of the contract that every row of the ledger has; none if no extract was ever taken in."""
    rows = connection.execute("SELECT name FROM row_column ORDER BY place").fetchall()
    return tuple(name for (name,) in rows)


def keep_columns(connection: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> None:
    """Note which columns rows have, with the first extract."""
    connection.executemany("INSERT INTO row_column (place, name) VALUES (?, ?)", list(enumerate(columns, start=1)))


def _has_earlier_rows(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'earlier_row'").fetchone()
    return found is not None


def _dataset(parts: Sequence[Part], columns: tuple[str, ...], folder: Path) -> ds.Dataset:
    files = pyarrow.fs.LocalFileSystem()
    schema = schema_of(columns).insert(0, pa.field("run_no", pa.int32()))
    return ds.FileSystemDataset(
        [_fragment(part, folder, files) for part in parts], schema, ds.ParquetFileFormat(), files
    )


def _fragment(part: Part, folder: Path, files: pyarrow.fs.FileSystem) -> ds.Fragment:
    """One part, with what is known of all its rows; pyarrow believes that, so it is proven by ``proof``."""
    scan = ds.ParquetFragmentScanOptions(pre_buffer=False, decryption_properties=opening(part.name, part.secret))
    run, row = ds.field("run_no"), ds.field("row_number")
    holds = (
        (run == pa.scalar(part.run_no, pa.int32()))
        & (row >= pa.scalar(part.first_row, pa.int32()))
        & (row <= pa.scalar(part.last_row, pa.int32()))
    )
    return ds.ParquetFileFormat(default_fragment_scan_options=scan).make_fragment(
        str(folder / part.name), filesystem=files, partition_expression=holds
    )
