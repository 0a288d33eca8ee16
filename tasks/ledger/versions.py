"""The versions of a ledger's tables, and what leads from each one to the next.

Each has a folder in ``migrations``, named by its number: ``migration.sql`` makes it from the one before, the first one
from nothing; ``note.md`` says in its first line what for; ``before/TABLE.sql`` selects, of each table that it changes,
the rows as they were, so that what older entries of the journal say of them stays provable.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import duckdb

from schemas.no_go import NoGo

VERSION = 13
"""Of the tables that this siller works with: that of the last migration."""

IN_PARTS = 5
"""From this version on the rows of extracts are in sealed parts, and the ledger has no wide table of the contract's."""

_MIGRATIONS = Path(__file__).with_name("migrations")

Columns = tuple[tuple[str, str], ...]
"""Name and type of each column of a table, in their order."""


class OtherVersion(NoGo):
    """A ledger has other tables than this siller works with."""


class OlderVersion(OtherVersion):
    """A ledger is to be upgraded before this siller works with it.

    Attributes:
        version: that it has.
    """

    def __init__(self, said: str, version: int) -> None:
        super().__init__(said)
        self.version = version


@dataclass(frozen=True)
class Migration:
    """What makes one version of the tables.

    Attributes:
        folder: where it stands; its name is the number of the version and a word for it.
    """

    folder: Path

    @property
    def version(self) -> int:
        """The number of the version that it makes."""
        return int(self.folder.name.partition("_")[0])

    @property
    def title(self) -> str:
        """What it is for, in one line."""
        return (self.folder / "note.md").read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")

    @cached_property
    def sql(self) -> str:
        """The statements that make the version."""
        return (self.folder / "migration.sql").read_text(encoding="utf-8")

    @property
    def sha256(self) -> str:
        """The SHA-256 of the statements."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @cached_property
    def before(self) -> Mapping[str, str]:
        """For each table that it changes, the query that gives its rows as they were."""
        return {path.stem: path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("before/*.sql"))}

    @property
    def touched(self) -> frozenset[str]:
        """The tables that it changes or makes."""
        return frozenset(self.before) | tables(self.version).keys() - tables(self.version - 1).keys()


@cache
def migrations() -> tuple[Migration, ...]:
    """Every migration, the first version first."""
    return tuple(Migration(folder) for folder in sorted(_MIGRATIONS.iterdir()))


def after(version: int, until: int = VERSION) -> Iterator[Migration]:
    """The migrations that lead from one version to another, in their order."""
    return (each for each in migrations() if version < each.version <= until)


def tables(version: int) -> Mapping[str, Columns]:
    """The tables of a version and their columns, as its migrations make them; the wide table is the contract's."""
    return _tables()[version]


@cache
def _tables() -> Mapping[int, Mapping[str, Columns]]:
    """The tables of every version: what the migrations make of an empty database, a twentieth of a second once."""
    found: dict[int, Mapping[str, Columns]] = {}
    with duckdb.connect(config={"threads": 1}) as connection:
        for migration in migrations():
            connection.execute(migration.sql)
            found[migration.version] = columns(connection)
    return found


def columns(connection: duckdb.DuckDBPyConnection) -> dict[str, Columns]:
    """The tables that are there, each with its columns."""
    found = connection.execute(
        "SELECT table_name, list((column_name, data_type) ORDER BY column_index) FROM duckdb_columns() "
        "JOIN duckdb_tables() USING (database_name, table_oid, table_name) "
        "WHERE database_name = current_database() AND NOT temporary GROUP BY ALL"
    ).fetchall()
    return {table: tuple(each) for table, each in found}


def version_of(connection: duckdb.DuckDBPyConnection) -> int | None:
    """The version of an attached ledger's tables; None if nothing was ever made in it."""
    try:
        row = connection.execute("SELECT version FROM ledger_version").fetchone()
    except duckdb.CatalogException:  # a new one, or one of the first, which did not say
        has_tables = "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() LIMIT 1"
        return 1 if connection.execute(has_tables).fetchone() else None
    return int(row[0]) if row else 1


def check(tenant: str, version: int) -> None:
    """Check that this siller works with a ledger.

    Raises:
        OlderVersion: it is to be upgraded.
        OtherVersion: it is newer, or older than every ledger that can be upgraded.
    """
    has = f"The ledger of {tenant} has version {version}, and this siller works with version {VERSION}."
    if version > VERSION:
        raise OtherVersion(
            f"{has} Nothing was changed: a newer siller has upgraded it. Use that one, or a newer one; what this one "
            "could write, that one could not prove."
        )
    if version < migrations()[0].version:
        raise OtherVersion(
            f"{has} Nothing was changed. It is from before version {migrations()[0].version}, the first that can be "
            "upgraded: only the siller that made it opens it."
        )
    if version < VERSION:
        said = f"{has} Nothing was changed. Upgrade it, which makes a backup first: siller upgrade"
        raise OlderVersion(said, version)
