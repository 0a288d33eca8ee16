"""Bring a ledger's tables to this siller's version, so that every entry of its journal stays provable.

A migration is an event of the journal. It names the end of the chain that it found, and the digest of each table that
it changes, before and after. For every earlier entry that covers such a table it keeps a second digest, over the rows
as they are from then on: the first one proves that nothing was lost on the way, the second what the migration added.
"""

from datetime import datetime

import duckdb

from schemas.no_go import NoGo
from tasks.ledger import checkpoint, versions
from tasks.ledger.catalogue import row_of
from tasks.ledger.catalogue.events import Migrate
from tasks.ledger.digests import digest, sha256_of
from tasks.ledger.journal import GENESIS, OF_NO_RUN, output_digest, record
from tasks.ledger.rows import MigratedEntryRow, MigrationRow, insert
from tasks.ledger.versions import Migration


def migrate(connection: duckdb.DuckDBPyConnection, by: str, at: datetime, backup_sha256: str) -> None:
    """Take every step from the ledger's version to this siller's, each in a transaction of its own.

    Args:
        connection: an open ledger, of an older version.
        by: the account that does it.
        at: when.
        backup_sha256: of the backup that was made first.

    Raises:
        NoGo: the rows of a table could not be told again as they were.
    """
    for migration in versions.after(versions.version_of(connection) or 0):
        connection.begin()
        try:
            _step(connection, migration, by, at, backup_sha256)
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


def _step(
    connection: duckdb.DuckDBPyConnection, migration: Migration, by: str, at: datetime, backup_sha256: str
) -> None:
    version, earlier = migration.version, migration.version - 1
    entry, entry_hash = checkpoint.read_last(connection) or (-1, GENESIS)
    before = {table: digest(connection, table, "true", earlier, earlier) for table in migration.before}
    connection.execute(migration.sql)
    for table, was in before.items():
        if digest(connection, table, "true", earlier, version) != was:
            raise NoGo(
                f"Version {version} could not tell the rows of {table} as they were, so the ledger stays as it is. "
                "It was changed behind siller's back, or the migration does not fit it: ask who maintains siller."
            )
    connection.execute("UPDATE ledger_version SET version = ?", [version])
    insert(connection, MigrationRow(version, migration.folder.name, migration.sha256, by, at))
    _digest_again(connection, migration)
    left = sorted(migration.touched & versions.tables(version).keys())
    after = {table: digest(connection, table, "true", version, version) for table in left}
    digests = {f"{table}_digest_before": was for table, was in before.items()}
    digests |= {f"{table}_digest_after": now for table, now in after.items()}
    said = Migrate(by, earlier, entry, entry_hash, backup_sha256, digests)
    input_hash = sha256_of(migration.sha256, entry_hash)
    record(connection, 0, OF_NO_RUN, said, input_hash, at, number=version, version=version)


def _digest_again(connection: duckdb.DuckDBPyConnection, migration: Migration) -> None:
    """Keep the digest of each entry that covers a table of the migration's, over the tables as they are now."""
    version = migration.version
    entries = connection.execute(
        "SELECT entry, stage, coalesce(run_no, 0) FROM journal LEFT JOIN run USING (run_id) ORDER BY entry"
    ).fetchall()
    again = [
        MigratedEntryRow(version, entry, output_digest(connection, stage, run_no, version, version))
        for entry, stage, run_no in entries
        if (row := row_of(stage)) and migration.touched & set(row.tables)
    ]
    insert(connection, *again)
