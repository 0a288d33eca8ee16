"""The same rows laid out twice: as plain tables of an encrypted DuckDB file, and as sealed parts behind views."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from schemas.manifest import PaymentKind
from schemas.money import pence
from schemas.period import Period
from tasks.ledger import engine
from tasks.ledger.attaching import attach
from tasks.ledger.parts import listing, sealing, views
from tasks.ledger.payment_kind import define_payment_kind
from tasks.settings import Settings
from tests.benchmarks.sealed_rows import (
    COLUMNS,
    CORRECTION,
    NOVEMBER,
    OCTOBER,
    SUPPLEMENTARY,
    Runs,
    fill_ledger,
    make_tables,
    typed,
)

KEY = "a" * 43 + "="
_BLOCK = 300_000
_PERIODS = {
    OCTOBER: Period.parsed("2026-10"),
    NOVEMBER: Period.parsed("2026-11"),
    SUPPLEMENTARY: Period.parsed("2026-11"),
}
_LEDGER = "ledger.duckdb"


def lay_out(folder: Path, runs: Runs, size: int = sealing.PART_ROWS) -> None:
    """Seal all runs' rows into parts of one size, as ingest does, and list them in a small ledger beside them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with _ledger(folder / _LEDGER, 2, folder / "spill") as connection:
        make_tables(connection)
        views.keep_columns(connection, COLUMNS)
        for run_no in (OCTOBER, NOVEMBER, SUPPLEMENTARY, CORRECTION):
            if run_no == CORRECTION:
                listing.join(connection, run_no, SUPPLEMENTARY)
            key = listing.key_of(connection, _PERIODS[min(run_no, SUPPLEMENTARY)], PaymentKind.REGULAR)
            listing.keep(connection, run_no, [_seal(each, folder, key) for each in runs.blocks(run_no, size)], key)
            connection.execute("INSERT INTO core_judged (run_no) VALUES (?)", [run_no])
        views.define(connection, folder)
        fill_ledger(connection, runs)


def _seal(block: pl.DataFrame, folder: Path, key: listing.Key) -> sealing.Sealed:
    return sealing.seal(block.drop("line").with_columns(pence=pence("amount")), folder, key.secret)


def lay_out_plainly(file: Path, runs: Runs, spill: Path) -> None:
    """The same rows as ordinary tables of an encrypted ledger."""
    with _ledger(file, 2, spill) as connection:
        make_tables(connection)
        columns = ", ".join(f"{column} VARCHAR" for column in COLUMNS)
        connection.execute(f"CREATE TABLE raw_extract_row (run_no INTEGER, row_number INTEGER, {columns})")
        connection.execute("CREATE TABLE core_payment (run_no INTEGER, row_number INTEGER, amount_pence BIGINT)")
        for run_no in (OCTOBER, NOVEMBER, SUPPLEMENTARY, CORRECTION):
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
def opened_sealed(folder: Path, threads: int, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The small ledger beside the parts of a folder, with siller's views where the ordinary one has tables."""
    pa.set_cpu_count(threads)
    pa.set_io_thread_count(threads)
    with _ledger(folder / _LEDGER, threads, spill) as connection:
        engine.lock(connection, [])
        views.define(connection, folder)
        yield connection


@contextmanager
def _ledger(file: Path, threads: int, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    spill.mkdir(parents=True, exist_ok=True)
    connection = engine.start(Settings(threads=threads), spill)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        attach(connection, file, "ledger", KEY)
        connection.execute("USE ledger")
        define_payment_kind(connection)
        yield connection
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)
