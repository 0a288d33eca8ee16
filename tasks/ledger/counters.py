"""The ledger's counters: numbers from 1 on, each given once, without a gap."""

import duckdb

from schemas.stages import Event
from tasks.ledger.catalogue import CATALOGUE


def next_number(connection: duckdb.DuckDBPyConnection, event: Event) -> int:
    """The number of the next event of a kind; all that stand in one table count together."""
    row = CATALOGUE[event]
    assert row.numbered_by is not None
    return next_in(connection, row.tables[0], row.numbered_by)


def next_in(connection: duckdb.DuckDBPyConnection, table: str, column: str, **of: str) -> int:
    """The number after the highest in a column.

    Args:
        connection: an open ledger, in the transaction in which the number is given.
        table: the table.
        column: the column.
        of: column and value, where the numbers of each value are counted apart.
    """
    which = " AND ".join(f"{name} = ${name}" for name in of) or "true"
    found = connection.execute(f"SELECT coalesce(max({column}), 0) + 1 FROM {table} WHERE {which}", of).fetchone()
    assert found is not None
    return int(found[0])
