"""Do the files of the parts still hold what the ledger says of them?"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from tasks.ledger.parts.listing import Part, listed
from tasks.ledger.parts.sealing import content_digest, read
from tasks.ledger.problem import Problem

_GAPS = """
SELECT run_id FROM run JOIN (
    SELECT run_no, sum(rows) AS rows, max(first_row + rows) AS until, count(*) AS parts,
        count(DISTINCT first_row) AS ways
    FROM part GROUP BY run_no
) AS of_parts USING (run_no)
WHERE of_parts.rows <> declared_rows OR until <> declared_rows OR parts <> ways
ORDER BY ALL
"""
"""Runs whose parts do not have each of their rows once. Empty means that all is well."""


def changed_files(connection: duckdb.DuckDBPyConnection, folder: Path, run_id: str) -> Iterator[str]:
    """The parts of a run whose file is gone, or has not the SHA-256 that it was written with: a sentence each."""
    row = connection.execute("SELECT run_no FROM run WHERE run_id = ?", [run_id]).fetchone()
    for part in listed(connection, row[0]) if row else ():
        if said := _changed(part, folder):
            yield said


def problems(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Problem]:
    """Read every part to its end and hold it against the ledger; yield what does not hold."""
    for (run_id,) in connection.execute(_GAPS).fetchall():
        yield Problem(run_id, "Its parts do not have each of its rows once.")
    seen: dict[str, str | None] = {}
    run_ids = dict(connection.execute("SELECT run_no, run_id FROM run").fetchall())
    for part in listed(connection):
        if part.name not in seen:
            seen[part.name] = _changed(part, folder) or _other_rows(part, folder)
        if said := seen[part.name]:
            yield Problem(run_ids.get(part.run_no, "part"), said)


def _changed(part: Part, folder: Path) -> str | None:
    path = folder / part.name
    if not path.exists():
        return f"The part {part.name} is gone."
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != part.sha256:
            return f"The bytes of the part {part.name} have changed."
    return None


def _other_rows(part: Part, folder: Path) -> str | None:
    try:
        rows = read(folder / part.name, part.secret)
    except (OSError, ValueError, pa.ArrowException):
        return f"The part {part.name} does not open with the key that the ledger has for it."
    numbers = rows["row_number"]
    between = pc.min_max(numbers).as_py()
    found = (between["min"], between["max"], rows.num_rows, pc.count_distinct(numbers).as_py())
    pence = rows["pence"]
    found_pence = (rows.num_rows - pence.null_count, pc.sum(pence).as_py() or 0)
    if (
        found != (part.first_row, part.last_row, part.rows, part.rows)
        or found_pence != (part.payments, part.pence)
        or content_digest(rows) != part.content_digest
    ):
        return f"The part {part.name} has other rows than the ledger says."
    return None
