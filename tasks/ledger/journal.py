"""The journal: which stage of which run did what, chained so that nothing can be taken out unseen.

A stage is one transaction with its journal entry written last. Before it works, it asks
:func:`standing`: the same run and the same input return what stands, another input is an error. So a
flow may be started, killed, resumed and retried at any line.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from schemas.no_go import NoGo
from tasks.ledger.digests import digest, of_version, sha256_of
from tasks.ledger.versions import VERSION

GENESIS = "0" * 64

WRITES = {
    "ingest": ("run", "raw_extract_row", "part", "part_file"),
    "validate": ("core_payment", "core_judged", "core_left_out", "core_referred"),
    "instruct": (
        "core_payment",
        "part",
        "submission_serial",
        "payment_file",
        "file_day",
        "out_written_character",
        "out_alike_reference",
    ),
    "assess": ("out_gate", "out_pack"),
    "approve": ("payment_file", "file_day", "out_pack"),
    "continuity": ("payment_file", "file_day"),
    "release_pending": ("core_payment", "part", "payment_file", "file_day"),
    "release": ("payment_file", "file_day"),
    "publish": ("payment_file", "file_day"),
}
"""What each stage's entry covers: the tables that it wrote, and those that must not have changed before it."""

EVENTS = {
    "continuity_settled": ("settlement_no", ("continuity_settlement",)),
    "submitted": ("submission_no", ("submission",)),
    "approval": ("approval_no", ("approval",)),
    "credential": ("credential_no", ("credential",)),
    "code_try": ("code_try_no", ("code_try",)),
    "bank_file": ("bank_file_no", ("bank_file", "core_bank_answer")),
    "paid_elsewhere": ("paid_elsewhere_no", ("paid_elsewhere", "core_paid_elsewhere", "core_paid_elsewhere_too")),
    "rotate_keys": ("act_no", ("act", "part_file")),
    "backup": ("act_no", ("act",)),
    "restore": ("act_no", ("act",)),
    "stopped": ("act_no", ("act",)),
    "turned_away": ("act_no", ("act",)),
    "door": ("act_no", ("act",)),
    "at_the_door": ("act_no", ("act",)),
    "signed": ("act_no", ("act",)),
    "shown": ("act_no", ("act",)),
    "migrate": ("version", ("migration", "migrated_entry")),
}
"""What can happen more than once, to a run or to the tenant: the column that numbers it, and the tables that its entry
covers. The entry of the third file from the bank is called ``bank_file 3``. What concerns no one run has the run id
``OF_NO_RUN``."""

OF_NO_RUN = ""

Figures = Mapping[str, int | str]


@dataclass(frozen=True)
class Entry:
    """What one stage of one run did.

    Attributes:
        run_id: the run.
        stage: the stage's name.
        input_hash: SHA-256 over all that the stage was given.
        output_digest: digest of the rows that it wrote.
        figures: counts and pence, and hashes; nothing of a single payee.
    """

    run_id: str
    stage: str
    input_hash: str
    output_digest: str
    figures: Figures


def standing(connection: duckdb.DuckDBPyConnection, run_id: str, stage: str, input_hash: str) -> Entry | None:
    """Return what this stage of this run already did, or None.

    Raises:
        NoGo: it was done with another input; the message names both hashes.
    """
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
    return Entry(run_id, stage, input_hash, row[1], json.loads(row[2]))


def record(
    connection: duckdb.DuckDBPyConnection,
    run_no: int,
    run_id: str,
    stage: str,
    input_hash: str,
    figures: Figures,
    at: datetime,
    version: int = VERSION,
) -> Entry:
    """Write a stage's or an event's entry, the last act of its transaction, over the rows that it wrote.

    Args:
        connection: an open ledger, in the transaction.
        run_no: the run's number; 0 for an event of no one run.
        run_id: the run; ``OF_NO_RUN`` likewise.
        stage: the stage, or the event and its number.
        input_hash: SHA-256 over all that it was given.
        figures: counts and pence, hashes and names of officers; nothing of a payee.
        at: when.
        version: of the tables as they are; while they are migrated, the one that they have come to.
    """
    row = connection.execute("SELECT entry + 1, entry_hash FROM journal ORDER BY entry DESC LIMIT 1").fetchone()
    number, previous = row or (0, GENESIS)
    entry = Entry(run_id, stage, input_hash, output_digest(connection, stage, run_no, version, version), figures)
    values = [
        number,
        run_id,
        stage,
        input_hash,
        entry.output_digest,
        json.dumps(dict(figures), sort_keys=True),
        at.astimezone(UTC),
        previous,
    ]
    connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [*values, _entry_hash(values)])
    return entry


def link(connection: duckdb.DuckDBPyConnection, run_id: str, stage: str) -> tuple[int, str]:
    """The number and the hash of a stage's entry, which has been recorded: its place in the chain."""
    row = connection.execute(
        "SELECT entry, entry_hash FROM journal WHERE run_id = ? AND stage = ?", [run_id, stage]
    ).fetchone()
    assert row is not None
    return row[0], row[1]


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
    event, _, number = stage.partition(" ")
    which = f"{EVENTS[event][0]} = {int(number)}" if number else f"run_no = {run_no}"
    return sha256_of(*(digest(connection, table, which, version, now) for table in of_version(written(stage), version)))


def version_at(connection: duckdb.DuckDBPyConnection) -> Callable[[int], int]:
    """Which version the tables had when an entry was made, by its number: the journal has each migration."""
    found = connection.execute(
        "SELECT entry, split_part(stage, ' ', 2)::INTEGER FROM journal WHERE stage LIKE 'migrate %' ORDER BY entry"
    ).fetchall()
    first = found[0][1] - 1 if found else VERSION
    return lambda number: next((version for entry, version in reversed(found) if entry <= number), first)


def broken_link(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Walk the chain from its beginning; None, or a sentence that names the first entry that does not fit."""
    previous = GENESIS
    rows = connection.execute(
        "SELECT entry, run_id, stage, input_hash, output_digest, figures, recorded_at, previous_hash, entry_hash "
        "FROM journal ORDER BY entry"
    ).fetchall()
    for expected, row in enumerate(rows):
        *values, entry_hash = row
        values[6] = values[6].astimezone(UTC)
        if values[0] != expected or values[7] != previous or _entry_hash(values) != entry_hash:
            return f"The journal is broken at entry {expected} ({values[1]}, {values[2]})."
        previous = entry_hash
    return None


def written(stage: str) -> tuple[str, ...]:
    """The tables that the entry of a stage or an event covers."""
    event, _, number = stage.partition(" ")
    return EVENTS[event][1] if number else WRITES[stage]


def known(stage: str) -> bool:
    """Whether there is such a stage, or such an event with a number."""
    event, _, number = stage.partition(" ")
    return (event in EVENTS and number.isdecimal()) if number else stage in WRITES


def covered(table: str) -> bool:
    """Whether the entry of any stage or event covers a table."""
    return any(table in tables for tables in (*WRITES.values(), *(tables for _, tables in EVENTS.values())))


def _entry_hash(values: list[object]) -> str:
    at = values[6]
    assert isinstance(at, datetime)
    return sha256_of(*values[:6], at.isoformat(), values[7])
