"""Do the files of the parts still hold what the ledger says of them?

Each file is read once, whatever is asked of it: its bytes are hashed, and the same bytes are opened.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.money import pence
from schemas.no_go import NoGo
from tasks.ledger.parts.listing import Part, listed
from tasks.ledger.parts.sealing import content_digest, opened
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

_LEFT_OUT = "SELECT DISTINCT row_number FROM core_left_out WHERE run_no = ? AND row_number BETWEEN ? AND ?"


@dataclass(frozen=True)
class PartSum:
    """What a run has of one part.

    Attributes:
        run_no: the run that lists it.
        rows: all of them.
        payments: those that read as payments, if the run is judged, less the ones that it leaves out.
        pence: their sum.
        is_known: whether the part could be read; the figures are zero if it could not.
    """

    run_no: int
    rows: int = 0
    payments: int = 0
    pence: int = 0
    is_known: bool = False


@dataclass(frozen=True)
class Proof:
    """What came of reading every part.

    Attributes:
        problems: what does not hold.
        sums: of every run and part, whatever does not hold.
    """

    problems: list[Problem]
    sums: list[PartSum]


class _NotAsWrittenError(Exception):
    """A part's file is not what the ledger says; the sentence says how."""


def changed_files(connection: duckdb.DuckDBPyConnection, folder: Path, run_id: str) -> Iterator[str]:
    """The parts of a run whose file is gone, or has not the SHA-256 that it was written with: a sentence each."""
    row = connection.execute("SELECT run_no FROM run WHERE run_id = ?", [run_id]).fetchone()
    for part in listed(connection, row[0]) if row else ():
        try:
            _bytes(part, folder)
        except _NotAsWrittenError as changed:
            yield str(changed)


def prove(connection: duckdb.DuckDBPyConnection, folder: Path) -> Proof:
    """Read every part to its end and hold it against the ledger.

    A file that several runs list is read once for all of them; one part is in memory at a time.
    """
    proof = Proof([], [])
    for (run_id,) in connection.execute(_GAPS).fetchall():
        proof.problems.append(Problem(run_id, "Its parts do not have each of its rows once."))
    run_ids = dict(connection.execute("SELECT run_no, run_id FROM run").fetchall())
    judged = {run_no for (run_no,) in connection.execute("SELECT run_no FROM core_judged").fetchall()}
    try:
        every = sorted(listed(connection), key=attrgetter("name", "run_no"))
    except NoGo as lost:
        proof.problems.append(Problem("part", str(lost)))
        proof.sums.extend(PartSum(run_no) for run_no in run_ids)
        return proof
    for _, same in groupby(every, attrgetter("name")):
        parts = list(same)
        for part, found in zip(parts, _held(parts, folder), strict=True):
            if isinstance(found, str):
                proof.problems.append(Problem(run_ids.get(part.run_no, "part"), found))
                proof.sums.append(PartSum(part.run_no))
            else:
                proof.sums.append(_sum_of(connection, part, found, part.run_no in judged))
    return proof


def _held(parts: list[Part], folder: Path) -> Iterator[pa.ChunkedArray | str]:
    """For each listing of a file the pence of its rows, or the sentence that says what does not hold."""
    try:
        rows = _rows(parts[0], folder)
        digest, otherwise = content_digest(rows), _of_another_amount(rows)
    except _NotAsWrittenError as changed:
        yield from (str(changed) for _ in parts)
        return
    for part in parts:
        if not _is_as_listed(rows, part) or digest != part.content_digest:
            yield f"The part {part.name} has other rows than the ledger says."
        elif otherwise:
            yield f"The part {part.name} has {otherwise:,} rows of another amount than was sent."
        else:
            yield rows["pence"]


def _bytes(part: Part, folder: Path) -> bytes:
    try:
        content = (folder / part.name).read_bytes()
    except FileNotFoundError:
        raise _NotAsWrittenError(f"The part {part.name} is gone.") from None
    if hashlib.sha256(content).hexdigest() != part.sha256:
        raise _NotAsWrittenError(f"The bytes of the part {part.name} have changed.")
    return content


def _rows(part: Part, folder: Path) -> pa.Table:
    content = _bytes(part, folder)
    try:
        return opened(content, part.name, part.secret)
    except (OSError, ValueError, pa.ArrowException):
        said = f"The part {part.name} does not open with the key that the ledger has for it."
    raise _NotAsWrittenError(said)


def _is_as_listed(rows: pa.Table, part: Part) -> bool:
    """Each row number once and in its place: that pyarrow believes the listing is safe only then."""
    numbers, amounts = rows["row_number"].to_numpy(), rows["pence"]
    return (
        np.array_equal(numbers, np.arange(part.first_row, part.first_row + part.rows, dtype=numbers.dtype))
        and rows.num_rows - amounts.null_count == part.payments
        and (pc.sum(amounts).as_py() or 0) == part.pence
    )


def _of_another_amount(rows: pa.Table) -> int:
    """How many rows have other pence than their amount says, as it was sent."""
    frame = pl.DataFrame(pl.from_arrow(rows.select(["amount", "pence"])))
    return int(frame.select(pence("amount").ne_missing(pl.col("pence")).sum()).item())


def _sum_of(connection: duckdb.DuckDBPyConnection, part: Part, amounts: pa.ChunkedArray, is_judged: bool) -> PartSum:
    if not is_judged:
        return PartSum(part.run_no, part.rows, is_known=True)
    left_out = connection.execute(_LEFT_OUT, [part.run_no, part.first_row, part.last_row]).fetchnumpy()["row_number"]
    unpaid = amounts.take(pa.array(left_out - part.first_row))
    payments = part.payments - (len(unpaid) - unpaid.null_count)
    return PartSum(part.run_no, part.rows, payments, part.pence - (pc.sum(unpaid).as_py() or 0), is_known=True)
