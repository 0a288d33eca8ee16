"""Two people lift what a payment that came back holds: its account, as the bank confirms it, or its payee.

Of what is held run, row, line of the body's own file and the bank's code are told, never a name, reference or account.
"""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from schemas.agreement import Role
from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from schemas.stages import Event
from tasks.exceptions.involved import find_involved
from tasks.exceptions.settle import LONGEST_REFERENCE
from tasks.exceptions.subject import OfRun, find_subject
from tasks.ledger import never_twice, record, sha256_of
from tasks.ledger.bank_rows import HoldLiftRow
from tasks.ledger.catalogue.settling import HoldLifted
from tasks.ledger.counters import next_number
from tasks.ledger.file_line import place_rows, place_words
from tasks.ledger.holds import define_held
from tasks.ledger.parts.views import columns_of
from tasks.ledger.rows import insert
from tasks.people.two_people import Given, check_said, check_two, prove_two
from tasks.tenant_context import TenantContext

DOOR = "siller holds --lift"
_OFFICE = (Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER)
PARTS = {"account": (_OFFICE, (Role.APPROVER, Role.DECISION_OWNER)), "payee": (_OFFICE, (Role.DECISION_OWNER,))}
"""Who may lift what, and who may agree: whether somebody who may have died is paid is for the decision owner."""

_HELD = """
SELECT run_no, run_id, row_number, holds, code FROM held_now() JOIN run USING (run_no) ORDER BY run_no, row_number
"""
_ONE = """
SELECT named.holds, list(DISTINCT held.run_no)
FROM held_now() AS named JOIN held_now() AS held USING (holds, what)
WHERE named.run_no = ? AND named.row_number = ? GROUP BY named.holds
"""
_WHY = {
    "account": "its account is held, whoever the payee is. Another account of the payee's is not; if the bank confirms "
    "this one, two people lift it",
    "payee": "its bank says that the payee has died, which may be wrong. This payee alone is not paid, and nobody else "
    "is held; check with care, and let the decision owner and a second person lift it if there is still to be paid",
}


@dataclass(frozen=True)
class Held:
    """A payment that came back and holds something.

    Attributes:
        subject: what ``--lift`` is given.
        said: what is known.
    """

    subject: str
    said: str


def list_held(context: TenantContext, now: datetime) -> list[Held]:
    """What is held, the earliest run first.

    Args:
        context: the tenant's.
        now: the time that counts.
    """
    with context.ledger.opened() as connection:
        if not _define(connection, context, now):
            return []
        held = connection.execute(_HELD).pl()
        lines = place_words(place_rows(connection, held))
    return [
        _held(run_id, row, holds, code, lines[run_no, row]) for run_no, run_id, row, holds, code in held.iter_rows()
    ]


def _held(run_id: str, row: int, holds: str, code: str | None, line: str) -> Held:
    why = f"code {sanitise(code)}" if code else "without a code"
    return Held(f"{run_id}/{row}", f"{run_id}, row {row} ({line}), came back, {why}: {_WHY[holds]}.")


def lift(
    context: TenantContext,
    named: str,
    reason: str,
    reference: str,
    people: tuple[Given, Given],
    at: datetime,
    now: datetime,
) -> HoldLifted:
    """Lift what a payment holds, and every other that holds the same account or payee by now.

    Args:
        context: the tenant's.
        named: the payment, as RUN/ROW.
        reason: why; nothing of a payee.
        reference: under which the bank confirmed the account, or the body decided.
        people: who says so, and who agrees; neither had a hand in a run whose payments hold it.
        at: when, by a real clock, for their codes.
        now: the time that counts.

    Raises:
        NoGo: it holds nothing, or they are not two who may lift it.
    """
    reason = check_said(reason, "why")
    reference = check_said(reference, "under which reference the bank, or the body, said so", LONGEST_REFERENCE)
    with context.ledger.opened() as connection:
        run_no, row, of, holds, concerned = _find(connection, context, named, now)
        involved = find_involved(connection, context, concerned)
    names = check_two(context, people, PARTS[holds], involved, DOOR)
    prove_two(context, names, people, DOOR, at, now)
    with context.ledger.transaction() as connection:
        number = next_number(connection, Event.HOLD_LIFTED)
        [(last_file,)] = connection.execute("SELECT coalesce(max(bank_file_no), 0) FROM bank_file").fetchall()
        insert(connection, HoldLiftRow(number, holds, run_no, row, reason, reference, *names, last_file, now))
        said = HoldLifted(*names, holds, of, reason, reference)
        run_id = of.partition("/")[0]
        record(connection, run_no, run_id, said, sha256_of(of, holds, reason, reference), now, number)
    return said


def _define(connection: duckdb.DuckDBPyConnection, context: TenantContext, now: datetime) -> bool:
    """Define what is held; false if nothing is, as before the first extract."""
    if not columns_of(connection):
        return False
    never_twice.define(connection, context.agreement.accounts)
    return define_held(connection, now.date())


def _find(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, named: str, now: datetime
) -> tuple[int, int, str, str, list[int]]:
    """The payment's run, row and name, what it holds, and the runs whose payments hold the same."""
    subject = find_subject(connection, context, named, None)
    if not isinstance(subject, OfRun) or subject.row_number is None:
        raise NoGo(f"Name the payment that came back, such as {context.tenant}-2026-11-live-1/17. Nothing was done.")
    found = None
    if _define(connection, context, now):
        found = connection.execute(_ONE, [subject.run.run_no, subject.row_number]).fetchone()
    if found is None:
        raise NoGo(f"{subject.said} holds nothing, or it was lifted. Nothing was done.")
    return subject.run.run_no, subject.row_number, subject.said, *found
