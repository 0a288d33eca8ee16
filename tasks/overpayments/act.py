"""People say that too much was paid, what of it came back, and what of it is given up.

What came back, and what two people give up, is a sum and no state: an overpayment is paid back in parts. No part is
more than is still owed, as the ledger says in the same transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import duckdb

from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.control_total import typed_total
from schemas.money import pounds
from schemas.no_go import NoGo
from tasks.exceptions.involved import find_involved
from tasks.exceptions.subject import OfRun, find_subject
from tasks.ledger import audit_log, runs
from tasks.ledger.catalogue.events import Act
from tasks.ledger.catalogue.overpaying import OverpaymentFound, OverpaymentRecovered, OverpaymentWrittenOff
from tasks.ledger.journal import list_events
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.runs import RunRow
from tasks.overpayments.register import find_in
from tasks.people.identity import identify
from tasks.people.two_people import Given, check_said, check_two, prove_two
from tasks.tenant_context import TenantContext

DOOR = "siller overpayments"
ROLES = (Role.OPERATOR, Role.UPLOADER, Role.APPROVER, Role.DECISION_OWNER)
"""Who may say that too much was paid, and that it came back: it pays nobody."""
PARTS = ((Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER), (Role.DECISION_OWNER,))
"""Who gives money up, and who agrees: it is the body's, so its decision owner is always one of the two."""

_PAYMENT = """
SELECT amount_pence, is_proven FROM payment_state($today) WHERE run_no = $run_no AND row_number = $row_number
"""


class Reason(StrEnum):
    """Why a payment should not have been made, where a person says so."""

    LEAVER = "leaver"
    PAYEE_DECEASED = "payee_deceased"
    NOT_ENTITLED = "not_entitled"
    WRONG_AMOUNT = "wrong_amount"
    PAID_TWICE = "paid_twice"
    OTHER = "other"


class Through(StrEnum):
    """How money came back."""

    BANK = "bank"
    BODY = "body"


@dataclass(frozen=True)
class Asked:
    """Of which payment somebody says what.

    Attributes:
        named: the payment, as RUN/ROW.
        amount: how much of it, as typed, in pounds.
        said: in a sentence: what was found, or under which reference it came back; nothing of a payee.
    """

    named: str
    amount: str
    said: str


def record_found(context: TenantContext, asked: Asked, reason: Reason, who: str, now: datetime) -> str:
    """Keep that a payment should not have been made, or not so much of it; returns what was kept.

    Args:
        context: the tenant's.
        asked: of which payment.
        reason: why.
        who: who says so.
        now: the time that counts.

    Raises:
        NoGo: there is no such payment, it has not left or has come back, it came to less, the register has as much of
            it already, or it is not theirs to say.
    """
    pence, said = _sum(asked.amount), check_said(asked.said, "what was found")
    with context.ledger.opened() as connection:
        _check_found(connection, context, asked.named, pence, now)
    by = identify(context, who, DOOR, *ROLES)
    with context.ledger.transaction() as connection:
        run, row = _check_found(connection, context, asked.named, pence, now)
        what = f"found {pounds(pence)} of {asked.named} overpaid, {reason.replace('_', ' ')}: {said}"
        audit_log.keep(connection, OverpaymentFound(by, what, row, pence, reason), now, (run.run_no, run.run_id))
    return what


def record_recovered(context: TenantContext, asked: Asked, through: Through, who: str, now: datetime) -> str:
    """Keep that so much of an overpayment came back; returns what was kept.

    Args:
        context: the tenant's.
        asked: of which payment.
        through: how it came back.
        who: who says so.
        now: the time that counts.

    Raises:
        NoGo: the register has no such overpayment, less of it is still owed, or it is not theirs to say.
    """
    pence, said = _sum(asked.amount), check_said(asked.said, "under which reference it came back")
    with context.ledger.opened() as connection:
        _find_owed(connection, context, asked.named, pence, now)
    by = identify(context, who, DOOR, *ROLES)
    what = f"recovered {pounds(pence)} of what {asked.named} was overpaid, through the {through}: {said}"
    _keep(context, asked, pence, lambda row: OverpaymentRecovered(by, what, row, pence, through), now)
    return what


def write_off(context: TenantContext, asked: Asked, people: tuple[Given, Given], at: datetime, now: datetime) -> str:
    """Two people give up so much of an overpayment; returns what was kept.

    Args:
        context: the tenant's.
        asked: of which payment.
        people: who says so, and who agrees; neither had a hand in the run.
        at: when, by a real clock, for their codes.
        now: the time that counts.

    Raises:
        NoGo: the register has no such overpayment, less of it is still owed, or they are not two who may give it up.
    """
    pence, said = _sum(asked.amount), check_said(asked.said, "why it is given up")
    with context.ledger.opened() as connection:
        run, _ = _find_owed(connection, context, asked.named, pence, now)
        involved = find_involved(connection, context, [run.run_no])
    by, agreed_by = check_two(context, people, PARTS, involved, DOOR)
    prove_two(context, (by, agreed_by), people, DOOR, at, now)
    what = f"wrote off {pounds(pence)} of what {asked.named} was overpaid: {said}"
    _keep(context, asked, pence, lambda row: OverpaymentWrittenOff(by, what, agreed_by, row, pence), now)
    return what


def _keep(context: TenantContext, asked: Asked, pence: int, act: Callable[[int], Act], now: datetime) -> None:
    """Write it down, if as much is still owed now that nobody else is at the ledger, and nobody has said it before."""
    with context.ledger.transaction() as connection:
        run, row = _find_owed(connection, context, asked.named, pence, now)
        entry = act(row)
        if any(before.said == entry.said for _, before, _ in list_events(connection, type(entry))):
            raise NoGo(
                f"It is kept already: {entry.said}. Nothing was done. If as much came back once more, or is given up "
                "once more, say it by the reference or the reason that it has of its own."
            )
        audit_log.keep(connection, entry, now, (run.run_no, run.run_id))


def _sum(amount: str) -> int:
    try:
        pence = typed_total(amount)
    except ValueError as error:
        raise NoGo(f"The amount cannot be read. {error} Nothing was done.") from None
    if not pence:
        raise NoGo("£0.00 is nothing. Nothing was done.")
    return pence


def _find(connection: duckdb.DuckDBPyConnection, context: TenantContext, named: str) -> tuple[RunRow, int]:
    subject = find_subject(connection, context, named, None)
    if not isinstance(subject, OfRun) or subject.row_number is None:
        raise NoGo(f"Name one payment, such as {context.tenant}-2026-11-live-1/17. Nothing was done.")
    return subject.run, subject.row_number


def _check_found(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, named: str, pence: int, now: datetime
) -> tuple[RunRow, int]:
    run, row = _find(connection, context, named)
    define_payment_state(connection)
    known = {"today": now.astimezone(LONDON).date(), "run_no": run.run_no, "row_number": row}
    found = connection.execute(_PAYMENT, known).fetchone()
    if found is None or found[0] is None or not runs.may_have_left(connection, run.run_id):
        raise NoGo(f"{named} is no payment that has been released, so nothing of it was overpaid. Nothing was done.")
    amount, is_back = found
    if is_back:
        raise NoGo(f"{named} did not arrive, or has come back, so nothing of it was overpaid. Nothing was done.")
    if pence > amount:
        raise NoGo(f"{named} paid {pounds(amount)}, which is less than {pounds(pence)}. Nothing was done.")
    standing = find_in(connection, context, now).filter(run_id=run.run_id, row_number=row)
    if not standing.is_empty() and standing["overpaid_pence"].item() >= pence:
        raise NoGo(
            f"The register has {pounds(standing['overpaid_pence'].item())} of {named} already "
            f"({standing['reasons'].item().replace('_', ' ')}). Nothing was done: nothing is counted twice."
        )
    return run, row


def _find_owed(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, named: str, pence: int, now: datetime
) -> tuple[RunRow, int]:
    run, row = _find(connection, context, named)
    found = find_in(connection, context, now).filter(run_id=run.run_id, row_number=row)
    if found.is_empty():
        raise NoGo(f"The register has no overpayment of {named}. Nothing was done.")
    owed = found["still_owed_pence"].item()
    if pence > owed:
        raise NoGo(
            f"{pounds(owed)} of what {named} was overpaid is still owed, which is less than {pounds(pence)}. Nothing "
            "was done."
        )
    return run, row
