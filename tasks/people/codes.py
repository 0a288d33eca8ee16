"""One-time codes as they are given: each is judged against what the ledger knows, and every try is kept."""

from datetime import datetime

import duckdb

from schemas.one_time_code import Holder, Proof, proved
from tasks.ledger import record, sha256_of
from tasks.ledger.journal import OF_NO_RUN
from tasks.people.credentials import Kind, value_of

TAKEN, WRONG, UNLOCKED = "taken", "wrong", "unlocked"


def given(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    code: str,
    purpose: str,
    at: datetime,
    now: datetime,
    run: tuple[int, str] = (0, OF_NO_RUN),
) -> Proof:
    """Judge a one-time code and keep the try, whatever it comes to.

    Args:
        connection: an open ledger, in a transaction that is to be committed also if the code is wrong.
        name: who they say to be, as the agreement has it.
        code: as typed.
        purpose: what it was given for.
        at: when it was given, by a real clock.
        now: the moment of the journal; in a rehearsal it may lie on another day.
        run: number and id of the run that it was given for; wrong ones are counted by run.
    """
    proof = proved(code, _holder(connection, name, run[0]), at)
    _keep(connection, name, run, purpose, WRONG if proof.cause else TAKEN, proof.step, now)
    return proof


def unlock(
    connection: duckdb.DuckDBPyConnection, name: str, by: tuple[str, ...], run: tuple[int, str], now: datetime
) -> None:
    """Let the wrong codes that were given for a person count no more."""
    _keep(connection, name, run, f"let in again by {' and '.join(by)}", UNLOCKED, 0, now)


def _holder(connection: duckdb.DuckDBPyConnection, name: str, run_no: int) -> Holder:
    steps = connection.execute("SELECT coalesce(max(step), 0) FROM code_try WHERE name = ?", [name]).fetchone()
    wrong = connection.execute(
        """SELECT count(*) FROM code_try WHERE name = $name AND run_no = $run_no AND code_try_no >
        (SELECT coalesce(max(code_try_no), 0) FROM code_try
         WHERE name = $name AND run_no = $run_no AND outcome <> 'wrong')""",
        {"name": name, "run_no": run_no},
    ).fetchone()
    assert steps is not None
    assert wrong is not None
    return Holder(value_of(connection, name, Kind.ONE_TIME_CODE), steps[0], wrong[0])


def _keep(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    run: tuple[int, str],
    purpose: str,
    outcome: str,
    step: int,
    now: datetime,
) -> None:
    row = connection.execute("SELECT coalesce(max(code_try_no), 0) + 1 FROM code_try").fetchone()
    assert row is not None
    run_no, run_id = run
    connection.execute(
        "INSERT INTO code_try VALUES (?, ?, ?, ?, ?, ?, ?)", [row[0], name, run_no, purpose, outcome, step, now]
    )
    figures = {"by": name, "purpose": purpose, "outcome": outcome}
    record(connection, run_no, run_id, f"code_try {row[0]}", sha256_of(name, purpose, outcome, step), figures, now)
