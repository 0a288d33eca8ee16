"""Do the names of columns and the labels of keys fit the parts? No entry of the journal covers them.

A part that lacks a column is read as one in which it is empty, and a key's label says with which period it is erased.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from tasks.ledger.parts.listing import Part, listed
from tasks.ledger.parts.sealing import has_columns
from tasks.ledger.parts.views import columns_of
from tasks.ledger.problem import Problem

_OF_ANOTHER_KEY = """
SELECT DISTINCT run_id FROM part JOIN run USING (run_no) JOIN part_file USING (file_no) JOIN row_key USING (key_no)
WHERE row_key.period <> run.period OR row_key.payment_kind <> payment_kind(run.kind)
ORDER BY ALL
"""
"""Runs whose rows are under the key of another period or kind of payment. Empty means that all is well."""


def problems(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Problem]:
    """Hold ``row_column`` and ``row_key`` against the parts and their runs; yield what does not hold."""
    for (run_id,) in connection.execute(_OF_ANOTHER_KEY).fetchall():
        yield Problem(run_id, "The key of its parts is said to be of another period or kind of payment: see row_key.")
    columns = columns_of(connection)
    if not all(_has(part, folder, columns) for part in listed(connection)):
        yield Problem("row_column", "It has other columns than the parts: somebody changed it.")


def _has(part: Part, folder: Path, columns: tuple[str, ...]) -> bool:
    try:
        return has_columns(folder / part.name, part.secret, columns)
    except (OSError, ValueError, pa.ArrowException):
        return True  # a part that does not open is told of as such
