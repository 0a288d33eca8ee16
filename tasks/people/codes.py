"""One-time codes as they are given: each is judged against what the ledger knows, and every try is kept."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from schemas.one_time_code import MOST_WRONG, Holder, Proof, prove
from schemas.stages import Event
from tasks.ledger import audit_log, record, sha256_of
from tasks.ledger.catalogue.events import CodeTry, TurnedAway
from tasks.ledger.counters import next_number
from tasks.ledger.journal import OF_NO_RUN, entries_since
from tasks.ledger.rows import CodeTryRow, insert
from tasks.people.credentials import Kind, value_of

TAKEN, WRONG, UNLOCKED = "taken", "wrong", "unlocked"

_LOCKED = (
    "{wrong} wrong one-time codes came in as {giver}, so no answer that comes in so is taken for this run any more. "
    "Two others unlock: siller people unlock {giver} --run {run}."
)


def judge_code(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    code: str,
    purpose: str,
    at: datetime,
    now: datetime,
    run: tuple[int, str] = (0, OF_NO_RUN),
    came_through: str = "",
) -> Proof:
    """Judge a one-time code and keep the try, whatever it comes to.

    A wrong code counts against whoever is known to have given it. Else anybody with a password of their own could
    lock the others out, who would read that they themselves had typed it.

    Args:
        connection: an open ledger, in a transaction that is to be committed also if the code is wrong.
        name: who they say to be, as the agreement has it.
        code: as typed.
        purpose: what it was given for.
        at: when it was given, by a real clock.
        now: the moment of the journal; in a rehearsal it may lie on another day.
        run: number and id of the run that it was given for; wrong ones are counted by run.
        came_through: by whose password it came through the server's door; empty where that is not known.
    """
    giver = came_through or name
    if giver != name and _wrong(connection, giver, run[0]) >= MOST_WRONG:
        proof = Proof(0, _LOCKED.format(wrong=MOST_WRONG, giver=giver, run=run[1]))
    else:
        proof = prove(code, _holder(connection, name, run[0]), at)
    if not proof.cause:
        _keep(connection, name, run, purpose, TAKEN, proof.step, now)
    elif giver == name:
        _keep(connection, name, run, purpose, WRONG, 0, now)
    else:
        _keep(connection, giver, run, f"{purpose}, in the name of {name}", WRONG, 0, now)
        if proof.is_wrong:
            _tell(connection, giver, name, run, at, now)
    return proof


def unlock(
    connection: duckdb.DuckDBPyConnection, name: str, by: tuple[str, ...], run: tuple[int, str], now: datetime
) -> None:
    """Let the wrong codes that were given for a person count no more."""
    _keep(connection, name, run, f"let in again by {' and '.join(by)}", UNLOCKED, 0, now)


@dataclass(frozen=True)
class WrongCode:
    """A wrong one-time code that somebody gave in another's name.

    Attributes:
        giver: by whose password it came through the server's door.
        name: in whose name.
        run_id: on the form of which run.
        at: when, by a real clock.
    """

    giver: str
    name: str
    run_id: str
    at: datetime


def in_anothers_name(connection: duckdb.DuckDBPyConnection, since: datetime) -> list[WrongCode]:
    """The wrong codes that somebody gave in another's name, whatever the run, the latest first."""
    return [
        WrongCode(said.by, said.in_the_name_of, run_id, said.given_at)
        for run_id, said in entries_since(connection, TurnedAway, since)
        if said.in_the_name_of and said.given_at
    ]


def _holder(connection: duckdb.DuckDBPyConnection, name: str, run_no: int) -> Holder:
    steps = connection.execute("SELECT coalesce(max(step), 0) FROM code_try WHERE name = ?", [name]).fetchone()
    assert steps is not None
    return Holder(value_of(connection, name, Kind.ONE_TIME_CODE), steps[0], _wrong(connection, name, run_no))


def _wrong(connection: duckdb.DuckDBPyConnection, name: str, run_no: int) -> int:
    """How many wrong codes in a row count against somebody, for a run."""
    wrong = connection.execute(
        """SELECT count(*) FROM code_try WHERE name = $name AND run_no = $run_no AND code_try_no >
        (SELECT coalesce(max(code_try_no), 0) FROM code_try
         WHERE name = $name AND run_no = $run_no AND outcome <> 'wrong')""",
        {"name": name, "run_no": run_no},
    ).fetchone()
    assert wrong is not None
    return int(wrong[0])


def _tell(
    connection: duckdb.DuckDBPyConnection, giver: str, name: str, run: tuple[int, str], at: datetime, now: datetime
) -> None:
    """Keep, for the person named, that somebody else gave a wrong code as if they were them."""
    run_no, run_id = run
    said = f"the form of {run_id}: a wrong one-time code, in the name of {name}"
    audit_log.keep(connection, TurnedAway(giver, said, name, at), now, (run_no, run_id))


def _keep(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    run: tuple[int, str],
    purpose: str,
    outcome: str,
    step: int,
    now: datetime,
) -> None:
    number = next_number(connection, Event.CODE_TRY)
    run_no, run_id = run
    insert(connection, CodeTryRow(number, name, run_no, purpose, outcome, step, now))
    input_hash = sha256_of(name, purpose, outcome, step)
    record(connection, run_no, run_id, CodeTry(name, purpose, outcome), input_hash, now, number)
