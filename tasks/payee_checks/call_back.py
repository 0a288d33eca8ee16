"""That somebody of the body called a payee about their details, on a number that was known before.

Who wants to be paid in a payee's place sends the details and answers every question in the same letter. So the call
goes to a number that the body had before these details came, it is made by somebody other than who sent them, and
somebody of the body says so with a code of their own. It binds payee, name and account, and nothing else.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from schemas.agreement import Role
from schemas.approval import canonical
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.payee_checks.spoke_to import SpokeTo
from schemas.sanitise import sanitise
from schemas.stages import Event
from tasks.exceptions.subject import OfRun, find_subject
from tasks.ledger import record, runs, sha256_of
from tasks.ledger.catalogue.checking import CalledBack
from tasks.ledger.counters import next_number
from tasks.ledger.never_twice import define
from tasks.ledger.payee_rows import CallBackRow
from tasks.ledger.rows import insert
from tasks.ledger.runs import RunRow
from tasks.payee_checks.agreed import terms_of
from tasks.payee_checks.request import find_run
from tasks.people import codes
from tasks.people.identity import record_refusal
from tasks.people.parts import find_people_in_force, say_no_part
from tasks.people.two_people import Given, check_said
from tasks.tenant_context import TenantContext

DOOR = "siller payee-check called"
MAY = (Role.ENQUIRER, Role.APPROVER, Role.DECISION_OWNER)
"""People of the body's, but never who sent the extract."""
LONGEST = 100

_CAME = Path(__file__).with_name("details_came.sql")


@dataclass(frozen=True)
class Call:
    """One call, as somebody of the body says it.

    Attributes:
        called_by: who called.
        called_on: the day.
        spoke_to: whom they reached.
        number_from: where the number is from, such as the award's file; never the number.
        number_known_since: since when the body has had it.
    """

    called_by: str
    called_on: date
    spoke_to: SpokeTo
    number_from: str
    number_known_since: date


def record_call(
    context: TenantContext, named: str, call: Call, given: Given, at: datetime, now: datetime
) -> CalledBack:
    """Record that a payee confirmed the details of a row.

    Args:
        context: the tenant's.
        named: the row, as RUN/ROW.
        call: what is said of the call.
        given: who says so, with their one-time code.
        at: when, by a real clock, for the code.
        now: the time that counts.

    Raises:
        NoGo: there is no such row, the call proves nothing, or it is not theirs to say.
    """
    called_by = check_said(call.called_by, "who called", LONGEST)
    number_from = check_said(call.number_from, "where the number is from", LONGEST)
    people = find_people_in_force(context)
    name = canonical(given.name, people)
    with context.ledger.opened() as connection:
        run, row = _find(connection, context, named)
        came_on, sent_by = _details_came(connection, context, run, row)
        terms = terms_of(context, run)
        senders = {each.submitted_by.casefold() for each in runs.with_joined(connection, run)} | sent_by
    _check_days(call, came_on, now.astimezone(LONDON).date(), terms.binds_days if terms else 0)
    if canonical(called_by, people).casefold() in senders:
        raise NoGo(f"{sanitise(called_by)} sent the extract: somebody else has to call. Nothing was done.")
    if said := say_no_part(context, people, name, MAY):
        raise record_refusal(context, DOOR, said)
    if name.casefold() in senders:
        raise record_refusal(
            context, DOOR, f"{name} sent the extract: somebody else has to say this. Nothing was done."
        )
    with context.ledger.transaction() as connection:
        proof = codes.judge_code(connection, name, given.code, DOOR, at, now)
    if proof.cause:
        raise NoGo(f"{name}: {proof.cause} Nothing was done.")
    with context.ledger.transaction() as connection:
        run, row = _find(connection, context, named)
        number = next_number(connection, Event.CALLED_BACK)
        spoke_to, known_since = str(call.spoke_to), call.number_known_since
        kept = CallBackRow(
            number, run.run_no, row, called_by, spoke_to, number_from, known_since, call.called_on, name, now
        )
        insert(connection, kept)
        figures = CalledBack(name, f"{run.run_id}/{row}", called_by, spoke_to, number_from, call.called_on)
        input_hash = sha256_of(figures.of, called_by, spoke_to, number_from, known_since, call.called_on)
        record(connection, run.run_no, run.run_id, figures, input_hash, now, number)
    return figures


def _find(connection: duckdb.DuckDBPyConnection, context: TenantContext, named: str) -> tuple[RunRow, int]:
    """The run and the row, whose details are among those that were found unproven."""
    subject = find_subject(connection, context, named, None)
    if not isinstance(subject, OfRun) or subject.row_number is None:
        raise NoGo(f"Name one row, such as {context.tenant}-2026-11-live-1/17. Nothing was done.")
    run, _ = find_run(connection, context, subject.run.run_id)
    found = connection.execute(
        "SELECT 1 FROM core_payee_finding WHERE run_no = ? AND row_number = ?", [run.run_no, subject.row_number]
    ).fetchone()
    if found is None:
        raise NoGo(
            f"{subject.said} is no payment to details that siller has not paid its payee by: nobody need be called. "
            f"siller payee-check show {run.run_id} lists those. Nothing was done."
        )
    return run, subject.row_number


def _details_came(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow, row: int
) -> tuple[date, set[str]]:
    """When a row's details first came for its payee since they were last paid there, and everybody who has sent them.

    A later run of the same extract, or a corrected one, makes neither the details nor their sender any older.
    """
    define(connection, context.agreement.accounts)
    known = {"run_no": run.run_no, "row_number": row}
    [(came_on, sent_by)] = connection.execute(_CAME.read_text(), known).fetchall()
    return came_on, {name.casefold() for name in sent_by}


def _check_days(call: Call, came_on: date, today: date, binds_days: int) -> None:
    """A call is no later than today, counts still, and is on a number that came not with the change or after it."""
    if call.called_on > today:
        raise NoGo(f"{call.called_on:%-d %B %Y} is still to come. Nothing was done: say when the payee was called.")
    if call.called_on + timedelta(days=binds_days) < today:
        raise NoGo(
            f"A call counts for {binds_days:,} days, and this one was on {call.called_on:%-d %B %Y}. Call the payee "
            "again. Nothing was done."
        )
    if call.number_known_since >= min(call.called_on, came_on):
        raise NoGo(
            f"The number has been known since {call.number_known_since:%-d %B %Y}, and these details came on "
            f"{came_on:%-d %B %Y}: a number that may have come with the change proves nothing. Call the payee on one "
            "that was known before. Nothing was done."
        )
