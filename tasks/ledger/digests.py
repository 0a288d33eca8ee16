"""Digests of rows: what an entry of the journal says of the tables that its stage wrote.

A digest names its columns, those of the version of the tables at which its entry was made. So a migration that adds,
moves or takes away a column leaves every older entry as provable as it was.
"""

import hashlib
from collections.abc import Iterable

import duckdb

from tasks.ledger.versions import VERSION, Columns, after, migrations, tables


def digest(
    connection: duckdb.DuckDBPyConnection, table: str, which: str, version: int = VERSION, now: int = VERSION
) -> str:
    """Digest the rows of a table that ``which`` picks, whatever their order.

    The 64-bit halves of each row's MD5 are added up as whole numbers: equal rows add where a plain XOR
    would let them cancel.

    Args:
        connection: an open ledger.
        table: whose rows.
        which: a condition.
        version: of the tables, as the digest is to see them.
        now: of the tables, as they are.
    """
    row = connection.execute(
        _as_of(
            version,
            now,
            f"SELECT count(*), sum((number & {2**64 - 1}::UHUGEINT)::HUGEINT), sum((number >> 64)::HUGEINT) "
            f"FROM (SELECT md5_number({_row_as_text(_columns(connection, table, version))}) AS number FROM {table} "
            f"WHERE {which})",
        )
    ).fetchone()
    return sha256_of(table, *(row or ()))


def of_version(names: Iterable[str], version: int) -> tuple[str, ...]:
    """Those of these tables that a version has."""
    ever = {name for migration in migrations() for name in tables(migration.version)}
    return tuple(name for name in names if name in tables(version) or name not in ever)


def sha256_of(*parts: object) -> str:
    """SHA-256 over parts, each on a line of its own."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def _as_of(version: int, now: int, query: str) -> str:
    """A query over the tables of a version, where they are those of a later one by now."""
    for migration in after(version, now):
        if migration.before:
            before = ", ".join(f"{table} AS ({select})" for table, select in migration.before.items())
            query = f"WITH {before} SELECT * FROM ({query})"
    return query


def _columns(connection: duckdb.DuckDBPyConnection, table: str, version: int) -> Columns:
    known = tables(version).get(table)
    if known is None:  # the wide table's are the contract's
        known = tuple((name, dtype) for name, dtype, *_ in connection.execute(f"DESCRIBE {table}").fetchall())
    return known


def _row_as_text(columns: Columns) -> str:
    """An expression for a row of the table as text that no other row has.

    Texts come last and all their lengths before them, so that no two rows run together into the same text
    wherever their cells begin and end. Half the cost of casting a whole row, which puts quotation marks
    around what needs them.
    """
    texts = [name for name, dtype in columns if dtype == "VARCHAR"]
    # A moment as text depends on the session's time zone; as microseconds it does not.
    others = [
        f"coalesce({f'epoch_us({name})' if dtype.startswith('TIMESTAMP') else name}::VARCHAR, '')"
        for name, dtype in columns
        if dtype != "VARCHAR"
    ]
    lengths = [f"coalesce(strlen({text}), -1)" for text in texts]
    return f"concat_ws(',', {', '.join(others + lengths + texts)})"
