"""Two hundred single bytes, drawn by a seed, in what verify covers: each change is found."""

import json
import random
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from schemas.no_go import NoGo
from tasks.ledger import catalogue, verify
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.by_hand import parts_beside
from tests.month import context
from tests.sampled import one_in

CHANGES = 60
SEED = 20261123


@pytest.fixture(scope="module")
def ledger(finished_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with context(finished_home).ledger.opened() as connection:
        yield connection


def covered(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    """Every cell that an entry covers, and those of the entries themselves: table, column, row."""
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    cells = []
    for table in sorted(tables & (catalogue.covered() | {"journal"})):
        columns = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
        rows = [row[0] for row in connection.execute(f"SELECT rowid FROM {table}").fetchall()]
        cells += [(table, column, row) for column in columns for row in rows]
    return cells


def with_one_byte_changed(value: object, dtype: str, lots: random.Random) -> object:
    """The value with one bit of one of its bytes flipped, or what is nearest to that for its type."""
    if isinstance(value, str):
        encoded = bytearray(value.encode() or b"\0")
        encoded[lots.randrange(len(encoded))] ^= 1 << lots.randrange(4)
        changed = encoded.decode("utf-8", errors="replace").replace("\0", " ")
        return changed if changed != value else value + "x"
    if value is None:
        moment = datetime(2026, 11, 30, tzinfo=UTC)
        return {"VARCHAR": "x", "DATE": moment.date(), "TIMESTAMP WITH TIME ZONE": moment}.get(dtype, 1)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ (1 << lots.randrange(24))
    if isinstance(value, Decimal):
        return value + Decimal(1).scaleb(-lots.randrange(11))
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1 << lots.randrange(40))
    assert isinstance(value, date)
    return value + timedelta(days=1 << lots.randrange(8))


def test_there_is_enough_to_change(ledger: duckdb.DuckDBPyConnection) -> None:
    cells = covered(ledger)
    assert len(cells) > CHANGES
    assert {"part", "part_file", "approval", "journal"} <= {table for table, *_ in cells}


@pytest.mark.slow
@pytest.mark.parametrize("number", one_in(3, range(CHANGES)))
def test_a_changed_byte_in_a_cell_is_found(ledger: duckdb.DuckDBPyConnection, number: int) -> None:
    lots = random.Random(SEED + number)
    while not changed_and_found(ledger, *lots.choice(covered(ledger)), lots):
        pass  # what a constraint does not let stand is no change


def changed_and_found(
    ledger: duckdb.DuckDBPyConnection, table: str, column: str, row: int, lots: random.Random
) -> bool:
    """Change one cell and verify; false where the ledger has a constraint against the change."""
    ledger.begin()
    try:
        # A changed row may have another rowid.
        cells = f"SELECT {column} FROM {table} ORDER BY ALL"
        before = ledger.execute(cells).fetchall()
        one = f"SELECT {column}, typeof({column}) FROM {table} WHERE rowid = ?"
        [(value, dtype)] = ledger.execute(one, [row]).fetchall()
        changed = with_one_byte_changed(value, dtype, lots)
        ledger.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", [changed, row])
        assert ledger.execute(cells).fetchall() != before
        assert list(verify.problems(ledger, parts_beside(ledger))), f"{table}.{column}"
    except duckdb.ConstraintException:
        return False
    finally:
        ledger.rollback()
    return True


@pytest.mark.slow
def test_a_changed_byte_of_the_file_is_found_or_changes_nothing(finished_home: Path, tmp_path: Path) -> None:
    """What is at rest authenticates itself; a byte of an unused block belongs to nothing."""
    of = context(shutil.copytree(finished_home, tmp_path / "home", symlinks=True))
    file = of.paths.ledger("ilf")
    whole = file.read_bytes()
    content = _content(of)
    lots = random.Random(SEED)
    found = 0
    for _ in range(60):
        changed = bytearray(whole)
        changed[lots.randrange(len(whole))] ^= 1 << lots.randrange(8)
        file.write_bytes(changed)
        try:
            told = bool(list(problems(of)))
        except NoGo:
            told = True
        found += told
        if not told:
            assert _content(of) == content
    assert found, "the file is not made of unused blocks alone"


def _content(of: TenantContext) -> dict[str, list[tuple[object, ...]]]:
    with of.ledger.opened() as connection:
        names = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'ledger'").fetchall()
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for (name,) in names}


@pytest.mark.parametrize(
    ("table", "key"),
    [("bank_file", "bank_file_no"), ("journal", "entry"), ("approval", "key")],
)
def test_two_rows_that_changed_places_are_found(ledger: duckdb.DuckDBPyConnection, table: str, key: str) -> None:
    ledger.begin()
    try:
        (first, second) = ledger.execute(f"SELECT {key} FROM {table} ORDER BY {key} LIMIT 2").fetchall()
        ledger.execute(f"CREATE TEMP TABLE swapped AS FROM {table} WHERE {key} IN (?, ?)", [*first, *second])
        ledger.execute(f"UPDATE swapped SET {key} = CASE {key} WHEN ? THEN ? ELSE ? END", [*first, *second, *first])
        columns = [row[0] for row in ledger.execute(f"DESCRIBE {table}").fetchall() if row[0] != key]
        for column in columns:
            ledger.execute(
                f"UPDATE {table} SET {column} = swapped.{column} FROM swapped WHERE {table}.{key} = swapped.{key}"
            )
        assert list(verify.problems(ledger, parts_beside(ledger)))
    finally:
        ledger.rollback()


def test_a_chain_cut_off_together_with_its_rows_is_found_by_what_stands_outside(
    finished_home: Path, tmp_path: Path
) -> None:
    """In itself such a ledger holds: its last entries and all that they covered are gone."""
    last = json.loads(context(finished_home).paths.ledger_checkpoint("ilf").read_text())["entry"]
    for left in range(1, last + 1, 2):
        of = context(shutil.copytree(finished_home, tmp_path / str(left), symlinks=True))
        noted = of.paths.ledger_checkpoint("ilf").read_text()
        shutil.rmtree(of.paths.outbox("ilf"))
        with of.ledger.opened() as connection:
            gone = connection.execute("SELECT stage FROM journal WHERE entry >= ?", [left]).fetchall()
            connection.execute("DELETE FROM journal WHERE entry >= ?", [left])
            for (stage,) in gone:
                row = catalogue.row_of(stage)
                if row.numbered_by:
                    for table in row.tables:
                        connection.execute(f"DELETE FROM {table} WHERE {row.numbered_by} = {stage.split()[1]}")
                elif stage not in ("release", "release_pending", "publish"):
                    for table in {*row.tables} - {"payment_file", "core_payment", "raw_extract_row"}:
                        connection.execute(f"DELETE FROM {table}")
        assert of.paths.ledger_checkpoint("ilf").read_text() == noted, "the note never goes back"
        assert any(f"The journal once had an entry {last}" in problem.what for problem in problems(of))
