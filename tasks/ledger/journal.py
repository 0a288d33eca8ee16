"""The journal: which stage of which run did what, chained so that nothing can be taken out unseen.

A stage is one transaction with its journal entry written last. Before it works, it asks
:func:`standing`: the same run and the same input return what stands, another input is an error. So a
flow may be started, killed, resumed and retried at any line.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Generic, TypeVar

import duckdb

from schemas.no_go import NoGo
from schemas.stages import Event
from tasks.ledger.catalogue import can_move_a_payment, named, row_of
from tasks.ledger.catalogue.figures import Figures
from tasks.ledger.digests import digest, of_version, sha256_of
from tasks.ledger.rows import JournalRow, columns, insert
from tasks.ledger.versions import VERSION

GENESIS = "0" * 64

OF_NO_RUN = ""
"""The run id of what concerns no one run; the run's number is then 0."""

F = TypeVar("F", bound=Figures)


@dataclass(frozen=True)
class Entry(Generic[F]):
    """What one stage of one run did.

    Attributes:
        run_id: the run.
        stage: the stage's name.
        input_hash: SHA-256 over all that the stage was given.
        output_digest: digest of the rows that it wrote.
        figures: what it holds, as the catalogue's class for the stage has it.
    """

    run_id: str
    stage: str
    input_hash: str
    output_digest: str
    figures: F


def standing(
    connection: duckdb.DuckDBPyConnection, run_id: str, kind: type[F], input_hash: str, number: int | None = None
) -> Entry[F] | None:
    """Return what this stage of this run already did, or None.

    Args:
        connection: an open ledger.
        run_id: the run.
        kind: which stage or event: the class of what its entry holds.
        input_hash: SHA-256 over all that it is given now.
        number: the event's.

    Raises:
        NoGo: it was done with another input; the message names both hashes.
    """
    stage = named(kind, number)
    row = connection.execute(
        "SELECT input_hash, output_digest, figures FROM journal WHERE run_id = ? AND stage = ?",
        [run_id, stage],
    ).fetchone()
    if row is None:
        return None
    if row[0] != input_hash:
        raise NoGo(
            f"The stage {stage} of {run_id} was done with other input: it stands for {row[0]}, and was asked for "
            f"{input_hash}. The extract, the contract, the agreement or the account table has changed since."
        )
    return Entry(run_id, stage, input_hash, row[1], _read(kind, row[2], run_id, stage))


def entry_of(connection: duckdb.DuckDBPyConnection, run_id: str, kind: type[F], number: int | None = None) -> F:
    """What a stage of a run, or an event by its number, recorded in the journal.

    Raises:
        NoGo: it has not been done.
    """
    stage = named(kind, number)
    row = connection.execute("SELECT figures FROM journal WHERE run_id = ? AND stage = ?", [run_id, stage]).fetchone()
    if row is None:
        raise NoGo(f"The stage {stage} of {run_id} has not been done yet.")
    return _read(kind, row[0], run_id, stage)


def entries_since(connection: duckdb.DuckDBPyConnection, kind: type[F], since: datetime) -> list[tuple[str, F]]:
    """What every event of a kind has recorded since a moment, with the run that it was of; the latest first."""
    rows = connection.execute(
        "SELECT run_id, figures, stage FROM journal WHERE starts_with(stage, ? || ' ') AND recorded_at >= ? "
        "ORDER BY entry DESC",
        [named(kind), since],
    ).fetchall()
    return [(run_id, _read(kind, figures, run_id, stage)) for run_id, figures, stage in rows]


def latest_of(connection: duckdb.DuckDBPyConnection, kind: type[F]) -> tuple[int, F, datetime] | None:
    """The latest event of a kind: its number, what it recorded, and when; None if there was none."""
    row = connection.execute(
        "SELECT run_id, stage, figures, recorded_at FROM journal WHERE starts_with(stage, ? || ' ') "
        "ORDER BY entry DESC LIMIT 1",
        [named(kind)],
    ).fetchone()
    if row is None:
        return None
    run_id, stage, figures, at = row
    return int(stage.partition(" ")[2]), _read(kind, figures, run_id, stage), at


def list_events(connection: duckdb.DuckDBPyConnection, kind: type[F]) -> list[tuple[str, F, datetime]]:
    """Every event of a kind, the earliest first: the run that it was of, what it recorded, and when."""
    rows = connection.execute(
        "SELECT run_id, figures, stage, recorded_at FROM journal WHERE starts_with(stage, ? || ' ') ORDER BY entry",
        [named(kind)],
    ).fetchall()
    return [(run_id, _read(kind, figures, run_id, stage), at) for run_id, figures, stage, at in rows]


def _read(kind: type[F], figures: str, run_id: str, stage: str) -> F:
    try:
        return kind.read(json.loads(figures))
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError):
        raise NoGo(
            f"The entry {stage} of {run_id or 'the tenant'} in the journal does not hold what siller writes there: "
            "somebody changed it. Find out who changed what and when (siller verify, siller audit)."
        ) from None


def record(
    connection: duckdb.DuckDBPyConnection,
    run_no: int,
    run_id: str,
    figures: F,
    input_hash: str,
    at: datetime,
    number: int | None = None,
    version: int = VERSION,
) -> Entry[F]:
    """Write a stage's or an event's entry, the last act of its transaction, over the rows that it wrote.

    Args:
        connection: an open ledger, in the transaction.
        run_no: the run's number; 0 for an event of no one run.
        run_id: the run; ``OF_NO_RUN`` likewise.
        figures: what the entry holds; its class says which stage or event it is.
        input_hash: SHA-256 over all that it was given.
        at: when.
        number: the event's.
        version: of the tables as they are; while they are migrated, the one that they have come to.
    """
    stage = named(type(figures), number)
    last = connection.execute("SELECT entry + 1, entry_hash FROM journal ORDER BY entry DESC LIMIT 1").fetchone()
    place, previous = last or (0, GENESIS)
    output = output_digest(connection, stage, run_no, version, version)
    entry = JournalRow(
        place, run_id, stage, input_hash, output, figures.as_json(), at.astimezone(UTC), previous, entry_hash=""
    )
    insert(connection, replace(entry, entry_hash=_entry_hash(entry)))
    return Entry(run_id, stage, input_hash, output, figures)


def link(connection: duckdb.DuckDBPyConnection, run_id: str, stage: str) -> tuple[int, str]:
    """The number and the hash of a stage's entry, which has been recorded: its place in the chain."""
    row = connection.execute(
        "SELECT entry, entry_hash FROM journal WHERE run_id = ? AND stage = ?", [run_id, stage]
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def may_have_moved(connection: duckdb.DuckDBPyConnection, since: int, but: str) -> bool:
    """Whether anything was recorded after an entry that can move a payment, other than by the run ``but`` itself."""
    recorded = connection.execute("SELECT stage FROM journal WHERE entry > ? AND run_id <> ?", [since, but]).fetchall()
    return any(can_move_a_payment(stage) for (stage,) in recorded)


def output_digest(
    connection: duckdb.DuckDBPyConnection, stage: str, run_no: int, version: int = VERSION, now: int = VERSION
) -> str:
    """Digest the rows that a stage or an event wrote, or found unchanged; verifying asks for the same again.

    Args:
        connection: an open ledger.
        stage: the stage, or the event and its number.
        run_no: the run's number; 0 for an event of no one run.
        version: of the tables when it wrote.
        now: of the tables as they are.
    """
    row = row_of(stage)
    assert row is not None
    which = f"{row.numbered_by} = {int(stage.partition(' ')[2])}" if row.numbered_by else f"run_no = {run_no}"
    return sha256_of(*(digest(connection, table, which, version, now) for table in of_version(row.tables, version)))


def version_at(connection: duckdb.DuckDBPyConnection) -> Callable[[int], int]:
    """Which version the tables had when an entry was made, by its number: the journal has each migration."""
    found = connection.execute(
        "SELECT entry, split_part(stage, ' ', 2)::INTEGER FROM journal WHERE starts_with(stage, ? || ' ') "
        "ORDER BY entry",
        [Event.MIGRATE],
    ).fetchall()
    first = found[0][1] - 1 if found else VERSION
    return lambda number: next((version for entry, version in reversed(found) if entry <= number), first)


def broken_link(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Walk the chain from its beginning; None, or a sentence that names the first entry that does not fit."""
    previous = GENESIS
    rows = connection.execute(f"SELECT {columns(JournalRow)} FROM journal ORDER BY entry").fetchall()
    for expected, row in enumerate(rows):
        entry = JournalRow(*row)
        if entry.entry != expected or entry.previous_hash != previous or _entry_hash(entry) != entry.entry_hash:
            return f"The journal is broken at entry {expected} ({entry.run_id}, {entry.stage})."
        previous = entry.entry_hash
    return None


def _entry_hash(entry: JournalRow) -> str:
    return sha256_of(
        entry.entry,
        entry.run_id,
        entry.stage,
        entry.input_hash,
        entry.output_digest,
        entry.figures,
        entry.recorded_at.astimezone(UTC).isoformat(),
        entry.previous_hash,
    )
