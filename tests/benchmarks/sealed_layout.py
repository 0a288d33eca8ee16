"""The same rows laid out twice: as plain tables of an encrypted DuckDB file, and as sealed parts behind views."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

from schemas.contract.table import duckdb_table
from tasks.ledger import engine
from tasks.ledger.attaching import attach
from tasks.settings import Settings
from tests.benchmarks.sealed_rows import (
    COLUMNS,
    CONTRACT,
    CORRECTION,
    SUPPLEMENTARY,
    Runs,
    as_sent,
    fill_ledger,
    make_tables,
    typed,
)

KEY = "a" * 43 + "="
_BLOCK = 300_000
_FEW = ("payee_name", "sort_code", "roll_number", "pay_date")
"""Columns with few values; a dictionary of unique text costs twice its room."""
_AS_PARQUET = {
    "compression": "none",
    "row_group_size": 1 << 17,
    "use_dictionary": list(_FEW),
    "dictionary_pagesize_limit": 1 << 30,
    "column_encoding": {"row_number": "DELTA_BINARY_PACKED", "line": "DELTA_BINARY_PACKED"},
    "write_statistics": ["row_number"],
}


@dataclass(frozen=True)
class Part:
    """A sealed file of rows.

    Attributes:
        run_no: the run that lists it; a correction lists those of the run that it joins, under its own number.
        sealed_for: the run that it was written by, which its authenticated data names.
        number: which of that run's parts.
        path: the file.
        sha256: of the file.
        first: its first row number.
        last: its last row number.
        rows: how many it has; fewer where some could not be typed.
    """

    run_no: int
    sealed_for: int
    number: int
    path: str
    sha256: str
    first: int
    last: int
    rows: int


def key_of(run_no: int) -> bytes:
    """A run's key: one of its period and kind, so a correction's is that of the run that it joins."""
    return sha256(f"{SUPPLEMENTARY if run_no == CORRECTION else run_no}".encode()).digest()


def aad_of(sealed_for: int, number: int, attempt: int = 1) -> bytes:
    """The authenticated data that binds a file to its place."""
    return f"siller|run {sealed_for}|part {number}|attempt {attempt}".encode()


def seal(rows: pl.DataFrame, path: Path, run_no: int, number: int, attempt: int = 1) -> Part:
    """Write one part."""
    table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
    table = table.cast(_schema(*table.column_names))
    sealing = pe.create_encryption_properties(
        footer_key=key_of(run_no), aad_prefix=aad_of(run_no, number, attempt), store_aad_prefix=False
    )
    pq.write_table(table, path, encryption_properties=sealing, **_AS_PARQUET)
    first, last = rows["row_number"][0], rows["row_number"][-1]
    return Part(run_no, run_no, number, str(path), sha256(path.read_bytes()).hexdigest(), first, last, rows.height)


def lay_out(folder: Path, runs: Runs, size: int = _BLOCK) -> list[Part]:
    """Seal all runs' rows into parts of one size, and list them; a correction's run lists those that it joins too."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    parts = [
        seal(typed(block), folder / f"run-{run_no}-{number:05d}.parquet", run_no, number)
        for run_no in (1, 2, 3, 4)
        for number, block in enumerate(runs.blocks(run_no, size))
    ]
    joined = [Part(**{**asdict(part), "run_no": CORRECTION}) for part in parts if part.run_no == SUPPLEMENTARY]
    (folder / "parts.json").write_text(json.dumps([asdict(part) for part in parts + joined]))
    return parts + joined


def listed(folder: Path) -> list[Part]:
    """The parts that were laid out in a folder."""
    return [Part(**part) for part in json.loads((folder / "parts.json").read_text())]


def dataset_of(parts: list[Part]) -> ds.Dataset:
    """All parts as one lazy dataset: a fragment a part, with its own key, and opened only when a query asks for it."""
    files = pyarrow.fs.LocalFileSystem()
    schema = _schema("run_no", "row_number", "line", "pence", *COLUMNS)
    return ds.FileSystemDataset([_fragment(part, files) for part in parts], schema, ds.ParquetFileFormat(), files)


def _schema(*columns: str) -> pa.Schema:
    types = {"run_no": pa.int32(), "row_number": pa.int32(), "line": pa.int32(), "pence": pa.int64()}
    return pa.schema([(name, types.get(name, pa.string())) for name in columns])


def _fragment(part: Part, files: pyarrow.fs.FileSystem) -> ds.Fragment:
    opening = pe.create_decryption_properties(
        footer_key=key_of(part.sealed_for), aad_prefix=aad_of(part.sealed_for, part.number)
    )
    scan = ds.ParquetFragmentScanOptions(pre_buffer=False, decryption_properties=opening)
    row, run = ds.field("row_number"), ds.field("run_no")
    holds = (
        (run == pa.scalar(part.run_no, pa.int32()))
        & (row >= pa.scalar(part.first, pa.int32()))
        & (row <= pa.scalar(part.last, pa.int32()))
    )
    return ds.ParquetFileFormat(default_fragment_scan_options=scan).make_fragment(
        part.path, filesystem=files, partition_expression=holds
    )


def lay_out_plainly(file: Path, runs: Runs, spill: Path) -> None:
    """The same rows as ordinary tables of an encrypted ledger."""
    with _ledger(file, 2, spill) as connection:
        make_tables(connection)
        connection.execute(duckdb_table(CONTRACT))
        connection.execute("CREATE TABLE core_payment (run_no INTEGER, row_number INTEGER, amount_pence BIGINT)")
        for run_no in (1, 2, 3, 4):
            listed_by = [run_no] if run_no != SUPPLEMENTARY else [run_no, CORRECTION]
            for block in runs.blocks(run_no, _BLOCK):
                connection.register("block", block.to_arrow())
                connection.register("payments", typed(block).to_arrow())
                for number in listed_by:
                    columns = ", ".join(COLUMNS)
                    connection.execute(f"INSERT INTO raw_extract_row SELECT {number}, row_number, {columns} FROM block")
                    # Left out, by fill_ledger, are those too that were refused by the account check, or are held.
                    corrected = " AND row_number % 1000 <> 250" if number == CORRECTION else ""
                    connection.execute(
                        f"INSERT INTO core_payment SELECT {number}, row_number, pence FROM payments "
                        f"WHERE row_number % 1000 <> 500 AND row_number % 2000 <> 1250{corrected}"
                    )
                connection.unregister("block")
                connection.unregister("payments")
        fill_ledger(connection, runs)


@contextmanager
def opened_plainly(file: Path, threads: int, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The ledger with ordinary tables."""
    with _ledger(file, threads, spill) as connection:
        engine.lock(connection, [])
        yield connection


@contextmanager
def opened_sealed(folder: Path, runs: Runs, threads: int, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A small ledger beside the parts of a folder, with views where the ordinary one has tables."""
    pa.set_cpu_count(threads)
    pa.set_io_thread_count(threads)
    with _ledger(None, threads, spill) as connection:
        # The larger side of a join is the dataset's, of which DuckDB cannot know that: small ones stand on the right.
        connection.execute("SET disabled_optimizers = 'build_side_probe_side,join_filter_pushdown'")
        engine.lock(connection, [])
        make_tables(connection)
        connection.register("part_row", dataset_of(listed(folder)))
        _keep_as_sent(connection, runs)
        columns = ", ".join(("run_no", "row_number", *COLUMNS))
        connection.execute(
            f"CREATE TEMP VIEW raw_extract_row AS SELECT {columns} FROM part_row "
            f"UNION ALL SELECT {columns} FROM as_sent_row"
        )
        connection.execute(
            "CREATE TEMP VIEW core_payment AS SELECT run_no, row_number, pence AS amount_pence FROM part_row "
            "ANTI JOIN core_left_out USING (run_no, row_number)"
        )
        fill_ledger(connection, runs)
        yield connection


def _keep_as_sent(connection: duckdb.DuckDBPyConnection, runs: Runs) -> None:
    connection.execute(duckdb_table(CONTRACT).replace("raw_extract_row", "as_sent_row"))
    for run_no in (1, 2, 3, 4):
        for block in runs.blocks(run_no, _BLOCK):
            connection.register("block", as_sent(block).to_arrow())
            for number in [run_no] if run_no != SUPPLEMENTARY else [run_no, CORRECTION]:
                columns = ", ".join(COLUMNS)
                connection.execute(f"INSERT INTO as_sent_row SELECT {number}, row_number, {columns} FROM block")
            connection.unregister("block")


@contextmanager
def _ledger(file: Path | None, threads: int, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    spill.mkdir(parents=True, exist_ok=True)
    connection = engine.start(Settings(threads=threads), spill)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        if file is None:
            connection.execute("ATTACH ':memory:' AS ledger")
        else:
            attach(connection, file, "ledger", KEY)
        connection.execute("USE ledger")
        yield connection
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)
