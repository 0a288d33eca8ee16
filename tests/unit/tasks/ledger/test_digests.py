"""Digests over tables that several migrations have changed since."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from schemas.no_go import NoGo
from tasks.ledger import migrating, record, versions
from tasks.ledger.catalogue.stages import Instruct, Release
from tasks.ledger.journal import output_digest, version_at
from tests.entries import entry

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
RUN = "ilf-2026-11-rehearsal-1"
FOURTEENTH = """
CREATE TABLE outbox (name VARCHAR NOT NULL);
ALTER TABLE payment_file RENAME COLUMN rail TO scheme;
ALTER TABLE file_day ADD COLUMN more INTEGER DEFAULT 7;
"""
BEFORE_FOURTEENTH = {
    "payment_file": "SELECT run_no, scheme AS rail, service_user_number, serial, file_name, sha256, payments, pence "
    "FROM payment_file",
    "file_day": "SELECT * EXCLUDE (more) FROM file_day",
}


@pytest.fixture
def fourteenth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A siller with one migration more."""
    folder = shutil.copytree(versions._MIGRATIONS, tmp_path / "migrations") / "0014_more"
    (folder / "before").mkdir(parents=True)
    (folder / "migration.sql").write_text(FOURTEENTH)
    (folder / "note.md").write_text("# More\n")
    for table, select in BEFORE_FOURTEENTH.items():
        (folder / "before" / f"{table}.sql").write_text(select)
    with monkeypatch.context() as patched:
        patched.setattr(versions, "_MIGRATIONS", folder.parent)
        _forget()
        yield folder
    _forget()


def _forget() -> None:
    versions.migrations.cache_clear()
    versions._tables.cache_clear()


@pytest.fixture
def third(fourteenth: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A ledger of version 3 with a run whose payment file stands."""
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS ledger; USE ledger; SET TimeZone = 'UTC'")
        connection.execute(versions.migrations()[0].sql)
        connection.execute("CREATE TABLE ledger_version AS SELECT 3 AS version")
        connection.execute(
            "INSERT INTO run VALUES (1, ?, 'ilf', '2026-11', 'rehearsal', 'full', 'sha', 'x.csv', 'somebody', 3, 10, "
            "DATE '2026-11-30', DATE '2026-11-20', ?, NULL)",
            [RUN, AT],
        )
        connection.execute(
            "INSERT INTO payment_file VALUES (1, 'bacs', '123456', 1, 'x.txt', 'sha', 3, 1000, ?, ?)",
            [date(2026, 11, 27), date(2026, 11, 30)],
        )
        instructed = entry(Instruct, input_day=date(2026, 11, 26), returns_closed=date(2026, 12, 2))
        record(connection, 1, RUN, instructed, "asked", AT, version=3)
        record(connection, 1, RUN, entry(Release), "asked", AT, version=3)
        yield connection


def migrated(connection: duckdb.DuckDBPyConnection) -> None:
    for migration in versions.migrations()[1:]:
        connection.begin()
        migrating._step(connection, migration, "somebody", AT, backup_sha256="b")
        connection.commit()


def test_an_entry_is_proven_through_every_migration_since(third: duckdb.DuckDBPyConnection) -> None:
    own = dict(third.execute("SELECT stage, output_digest FROM journal").fetchall())
    migrated(third)
    for stage, digest in own.items():
        assert output_digest(third, stage, 1, 3, 14) == digest
    again = third.execute(
        "SELECT version, stage, again.output_digest FROM migrated_entry AS again JOIN journal USING (entry) "
        "ORDER BY ALL"
    ).fetchall()
    assert [(version, stage) for version, stage, _ in again] == [
        (4, "instruct"),
        (4, "release"),
        (5, "instruct"),
        (11, "instruct"),
        (13, "instruct"),
        (13, "release"),
        (14, "instruct"),
        (14, "release"),
    ]
    for version, stage, digest in again:
        assert output_digest(third, stage, 1, version, 14) == digest
    third.execute("UPDATE payment_file SET scheme = 'chaps'")
    assert output_digest(third, "release", 1, 3, 14) != own["release"]


def test_the_journal_says_which_version_each_entry_has(third: duckdb.DuckDBPyConnection) -> None:
    migrated(third)
    version = version_at(third)
    assert [version(number) for number in range(13)] == [3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]


def test_a_migration_that_loses_something_is_not_kept(third: duckdb.DuckDBPyConnection, fourteenth: Path) -> None:
    (fourteenth / "migration.sql").write_text(FOURTEENTH + "UPDATE payment_file SET scheme = upper(scheme);")
    _forget()
    with pytest.raises(NoGo, match="Version 14 could not tell the rows of payment_file as they were"):
        migrated(third)
    third.rollback()
    assert third.execute("SELECT version FROM ledger_version").fetchone() == (13,)
