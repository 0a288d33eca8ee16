"""Stop one payment of a run that is not released, or lift the stop again.

A run whose file is written is not changed: the same extract, started again, opens the next run, which holds the row and
has a file and an approval of its own; the former run can be neither approved nor released.
"""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from schemas.agreement import Role
from schemas.approval import canonical
from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from schemas.stages import Event
from tasks.ledger import never_twice, record, runs, sha256_of
from tasks.ledger.catalogue.settling import PaymentStopped
from tasks.ledger.counters import next_number
from tasks.ledger.file_line import row_of_line
from tasks.ledger.rows import StopRow, insert
from tasks.ledger.runs import RunRow
from tasks.ledger.stops import list_stopped
from tasks.people import codes
from tasks.people.identity import record_refusal
from tasks.people.parts import find_people_in_force, say_no_part
from tasks.people.two_people import Given, check_said
from tasks.tenant_context import TenantContext

DOOR = "siller stop"
MAY = (Role.OPERATOR, Role.UPLOADER, Role.APPROVER, Role.DECISION_OWNER)
"""Whoever sees that somebody must not be paid: a stop pays nobody, and what is let in again is still approved."""

_BY_REFERENCE = """
SELECT row_number FROM sent_identity WHERE run_no = $run_no AND upper(trim(payee_reference)) = upper(trim($reference))
    AND row_number NOT IN (SELECT row_number FROM core_left_out WHERE run_no = $run_no AND outcome = 'corrected')
ORDER BY row_number
"""

_PAID_COPY = """
SELECT min(row_number) FROM sent_identity SEMI JOIN core_payment USING (run_no, row_number)
SEMI JOIN (FROM sent_identity WHERE run_no = $run_no AND row_number = $row_number) USING (payee_reference, occurrence)
WHERE run_no = $run_no HAVING count(*) > 0
"""
"""Of rows that are one payment the one that is paid: whoever names a copy of it means the payment."""


@dataclass(frozen=True)
class Asked:
    """Which payment is meant.

    Attributes:
        run_id: the run.
        line: of the run's own extract, from 1; None where the reference says it.
        reference: the payee's, whole; it is kept nowhere.
        is_placed: whether it is stopped; else the stop is lifted.
    """

    run_id: str
    line: int | None
    reference: str
    is_placed: bool


def stop(context: TenantContext, asked: Asked, reason: str, given: Given, at: datetime, now: datetime) -> str:
    """Stop a payment or lift its stop, in one transaction.

    Args:
        context: the tenant's.
        asked: which.
        reason: why; nothing of a payee.
        given: who says so, with their one-time code.
        at: when, by a real clock, for the code.
        now: the time that counts.

    Returns:
        what was done, by run and row.

    Raises:
        NoGo: the run has left or was replaced, no one row is meant, or it is not theirs to say.
    """
    reason = check_said(reason, "why")
    people = find_people_in_force(context)
    name = canonical(given.name, people)
    if said := say_no_part(context, people, name, MAY):
        raise record_refusal(context, DOOR, said)
    with context.ledger.opened() as connection:
        _find_run(connection, asked)
        if asked.line is not None:  # whose reference is in a run is told to nobody who has not proved who they are
            _find_row(connection, context, asked)
    with context.ledger.transaction() as connection:
        proof = codes.judge_code(connection, name, given.code, DOOR, at, now)
    if proof.cause:
        raise NoGo(f"{name}: {proof.cause} Nothing was done.")
    with context.ledger.transaction() as connection:
        run, row = _find_row(connection, context, asked)
        did = "stopped" if asked.is_placed else "lifted the stop of"
        said = f"{did} {run.run_id}/{row}"
        number = next_number(connection, Event.PAYMENT_STOPPED)
        insert(connection, StopRow(number, run.run_no, row, asked.is_placed, reason, name, now))
        figures = PaymentStopped(name, said, reason)
        record(connection, run.run_no, run.run_id, figures, sha256_of(said, reason), now, number)
    return said


def _find_run(connection: duckdb.DuckDBPyConnection, asked: Asked) -> RunRow:
    run = runs.run_row(connection, asked.run_id)
    if asked.is_placed and runs.may_have_left(connection, run.run_id):
        raise NoGo(
            f"{run.run_id} has been released, or its release has begun. Nothing was done. Whoever must not be paid is "
            "recalled at the bank: siller recall."
        )
    later = runs.successor(connection, run)
    if asked.is_placed and later:
        raise NoGo(f"{later.run_id} has taken the place of {run.run_id}: name that one. Nothing was done.")
    return run


def _find_row(connection: duckdb.DuckDBPyConnection, context: TenantContext, asked: Asked) -> tuple[RunRow, int]:
    run = _find_run(connection, asked)
    never_twice.define(connection, context.agreement.accounts)
    row = _of_line(connection, run, asked.line) if asked.line is not None else _of_reference(connection, run, asked)
    if (row in list_stopped(connection, run)) is asked.is_placed:
        raise NoGo(
            f"{run.run_id}/{row} is {'stopped already' if asked.is_placed else 'not stopped'}. Nothing was done."
        )
    return run, row


def _of_line(connection: duckdb.DuckDBPyConnection, run: RunRow, line: int) -> int:
    row = row_of_line(connection, run, line)
    if row is None:
        raise NoGo(
            f"{sanitise(run.extract_name)} has no row in line {line}: lines count from 1, as the file has them. "
            "Nothing was done."
        )
    paid = connection.execute(_PAID_COPY, {"run_no": run.run_no, "row_number": row}).fetchone()
    return paid[0] if paid else row


def _of_reference(connection: duckdb.DuckDBPyConnection, run: RunRow, asked: Asked) -> int:
    known = {"run_no": run.run_no, "reference": asked.reference}
    found = [row for (row,) in connection.execute(_BY_REFERENCE, known).fetchall()]
    if len(found) != 1:
        many = f"{len(found)} rows of {run.run_id} have that reference" if found else f"No row of {run.run_id} has it"
        raise NoGo(f"{many}: name the line in the body's own file (--line). Nothing was done.")
    return int(found[0])
