"""Two people ask the sponsoring bank to stop a payment or a file, and say later what it answered.

siller sends nothing and writes no recall file, whose layout is not public: it writes a sheet for the bank.
"""

from datetime import datetime
from pathlib import Path

import duckdb

from schemas.agreement import Role
from schemas.no_go import NoGo
from schemas.stages import Event
from tasks.exceptions.involved import find_involved
from tasks.ledger import record, runs, sha256_of
from tasks.ledger.bank_rows import RecallOutcomeRow, RecallRow
from tasks.ledger.catalogue.settling import Recalled, RecallEnded
from tasks.ledger.counters import next_number
from tasks.ledger.recalls import OUTCOMES, Recall, find_overlapping, list_standing
from tasks.ledger.rows import insert
from tasks.people.two_people import Given, check_said, check_two, prove_two
from tasks.recall.sheet import write_sheets
from tasks.recall.subject import Subject, find_subject, read_named
from tasks.tenant_context import TenantContext

DOOR = "siller recall"
LONGEST_REFERENCE = 100
PARTS = (
    (Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER),
    (Role.APPROVER, Role.DECISION_OWNER),
)
"""Who may ask, and who may agree: somebody of the body's is always among the two."""


def ask(
    context: TenantContext, named: str, reason: str, people: tuple[Given, Given], at: datetime, now: datetime
) -> list[Path]:
    """Record a recall, in one transaction, and write the sheet for the bank.

    Args:
        context: the tenant's.
        named: a run, or a payment of it by its row.
        reason: why; nothing of a payee.
        people: who asks and who agrees; neither sender, approver nor uploader of the run.
        at: when, by a real clock, for their codes.
        now: the time that counts.

    Returns:
        the sheet's page and CSV file.

    Raises:
        NoGo: there is nothing to recall, it is recalled already, or they are not two who may.
    """
    reason = check_said(reason, "why it is recalled")
    with context.ledger.opened() as connection:
        subject = _check_may_be_recalled(connection, context, named, now)
        involved = find_involved(connection, context, [subject.run.run_no])
    names = check_two(context, people, PARTS, involved, DOOR)
    prove_two(context, names, people, DOOR, at, now)
    with context.ledger.transaction() as connection:
        subject = _check_may_be_recalled(connection, context, named, now)
        number = next_number(connection, Event.RECALLED)
        what = (subject.payments, subject.pence)
        day_no = subject.day_no if subject.pay_day else None
        row = RecallRow(
            number, subject.run.run_no, subject.row_number, *what, reason, subject.recall_by, *names, now, day_no
        )
        insert(connection, row)
        said = Recalled(*names, reason, *what, subject.recall_by)
        input_hash = sha256_of(subject.said, reason)
        record(connection, subject.run.run_no, subject.run.run_id, said, input_hash, now, number)
    return write_sheets(context, subject.run.run_id, now.date())[number]


def end(
    context: TenantContext,
    named: str,
    outcome: str,
    bank_reference: str,
    people: tuple[Given, Given],
    at: datetime,
    now: datetime,
) -> Recall:
    """Record what the bank answered. It frees nobody: the bank's own messages and statements do.

    Args:
        context: the tenant's.
        named: what was recalled, as it was named then.
        outcome: ``confirmed`` or ``failed``.
        bank_reference: under which the bank said so.
        people: who says so, and who agrees; as for :func:`ask`.
        at: when, by a real clock, for their codes.
        now: the time that counts.

    Raises:
        NoGo: nothing of that name is recalled, or they are not two who may say so.
    """
    reference = check_said(bank_reference, "under which reference the bank answered", LONGEST_REFERENCE)
    if outcome not in OUTCOMES:
        raise NoGo(f"The bank's answer is one of {', '.join(OUTCOMES)}. Nothing was done.")
    with context.ledger.opened() as connection:
        recall = _find_standing(connection, named, now)
        involved = find_involved(connection, context, [recall.run_no])
    names = check_two(context, people, PARTS, involved, DOOR)
    prove_two(context, names, people, DOOR, at, now)
    with context.ledger.transaction() as connection:
        recall = _find_standing(connection, named, now)
        number = next_number(connection, Event.RECALL_ENDED)
        insert(connection, RecallOutcomeRow(number, recall.recall_no, outcome, reference, *names, now))
        said = RecallEnded(*names, recall.recall_no, outcome, reference)
        input_hash = sha256_of(recall.recall_no, outcome, reference)
        record(connection, recall.run_no, recall.run_id, said, input_hash, now, number)
    return recall


def _check_may_be_recalled(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, named: str, now: datetime
) -> Subject:
    subject = find_subject(connection, context, named, now.date())
    standing = list_standing(connection, now.date(), subject.run.run_no)
    if already := find_overlapping(standing, subject.row_number, subject.day_no):
        raise NoGo(f"{already.said} Nothing was done again; the sheet for the bank stands where it was.")
    return subject


def _find_standing(connection: duckdb.DuckDBPyConnection, named: str, now: datetime) -> Recall:
    which = read_named(named)
    run = runs.run_row(connection, which.run_id)
    for recall in list_standing(connection, now.date(), run.run_no):
        if (recall.row_number, recall.pay_day) == (which.row_number, which.pay_day):
            return recall
    raise NoGo(
        f"No recall of {named} stands: none was asked for, it failed, or the bank's files have proven it. Nothing was "
        "done."
    )
