"""What was erased by rule: the periods that have no payees any more, and how their journal stays provable.

An entry of the journal that covered rows which are gone is proven from then on by the digest of what is left of them.
That digest is a row of ``erased_entry``, which the erasure's own entry covers.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

import duckdb

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.stages import Event
from tasks.ledger.rows import Row, columns


@dataclass(frozen=True)
class ErasureRow(Row):
    """That the payees of a period were erased."""

    TABLE: ClassVar[str] = "erasure"

    erasure_no: int
    period: Period
    reason: str
    erased_by: str
    agreed_by: str
    erased_at: datetime

    @property
    def said(self) -> str:
        """That it was done, and when."""
        return f"{self.period.words} was erased on {self.erased_at.astimezone(LONDON):%-d %B %Y} by rule"


@dataclass(frozen=True)
class ErasedEntryRow(Row):
    """What an earlier entry of the journal covers, over the rows as an erasure left them."""

    TABLE: ClassVar[str] = "erased_entry"

    erasure_no: int
    entry: int
    output_digest: str


@dataclass(frozen=True)
class ErasedFileRow(Row):
    """A sealed file that went with an erasure."""

    TABLE: ClassVar[str] = "erased_file"

    erasure_no: int
    sha256: str


RUNS = "SELECT run_no FROM run SEMI JOIN erasure USING (period)"
"""The runs of erased periods, which have neither rows nor payments."""

_PROVEN_ANEW = f"""
SELECT erased.entry, arg_max(event.entry, erasure_no), arg_max(erased.output_digest, erasure_no)
FROM erased_entry AS erased JOIN journal AS event ON event.stage = '{Event.ERASE} ' || erasure_no
GROUP BY erased.entry
"""

Proof = tuple[int, str]
"""A version of the tables, and the digest of an entry's rows over them."""


def find_erasure(connection: duckdb.DuckDBPyConnection, period: Period) -> ErasureRow | None:
    """The erasure of a period, if there was one."""
    return next((each for each in list_erasures(connection) if each.period == period), None)


def list_erasures(connection: duckdb.DuckDBPyConnection) -> list[ErasureRow]:
    """Every erasure, the first one first."""
    found = connection.execute(f"SELECT {columns(ErasureRow)} FROM erasure ORDER BY erasure_no").fetchall()
    return [replace(row, period=Period.parsed(str(row.period))) for row in (ErasureRow(*each) for each in found)]


def list_unfinished(connection: duckdb.DuckDBPyConnection) -> list[ErasureRow]:
    """The erasures after which the ledger was not copied yet, under another key or anew: the last step of each."""
    found = connection.execute(
        "SELECT entry, split_part(stage, ' ', 1), split_part(stage, ' ', 2)::INTEGER FROM journal "
        "WHERE split_part(stage, ' ', 1) IN (?, ?, ?)",
        [Event.ERASE, Event.ROTATE_KEYS, Event.COPIED_ANEW],
    ).fetchall()
    copied = max((entry for entry, event, _ in found if event != Event.ERASE), default=-1)
    begun = {number for entry, event, number in found if event == Event.ERASE and entry > copied}
    return [each for each in list_erasures(connection) if each.erasure_no in begun]


def check_not_erased(connection: duckdb.DuckDBPyConnection, period: Period) -> None:
    """Check that a period still takes runs.

    Raises:
        NoGo: its payees were erased, so nobody could tell who was paid already.
    """
    if erasure := find_erasure(connection, period):
        raise NoGo(
            f"{erasure.said}: nobody can tell any more who was paid for it, so it takes no run of any kind, and no "
            "payment made elsewhere. Nothing was done."
        )


def list_proofs(
    connection: duckdb.DuckDBPyConnection, version_of: Callable[[int], int]
) -> Callable[[int, Iterable[Proof]], list[Proof]]:
    """By what each entry of the journal is proven, given what it and later migrations said of its rows.

    Args:
        connection: an open ledger.
        version_of: the version that the tables had at an entry of the journal.
    """
    found = connection.execute(_PROVEN_ANEW).fetchall()
    anew = {entry: (version_of(erased_in), said) for entry, erased_in, said in found}

    def proofs(entry: int, before: Iterable[Proof]) -> list[Proof]:
        if entry not in anew:
            return list(before)
        return [anew[entry], *(each for each in before if each[0] > anew[entry][0])]

    return proofs
