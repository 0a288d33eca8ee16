"""Two people close a run: one prepares the certificate, another reviews it.

Only what is explained, settled and past its returns is closed. What the bank or people say of it afterwards is still
taken, and opens it again for everybody to see (:mod:`tasks.close.closed`); it is then closed once more.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pyrage

from schemas.agreement import Role
from schemas.no_go import NoGo
from schemas.reconciliation.figures import Reconciliation
from schemas.standing.records import Closed
from tasks.close.certificate import Signed, certificate
from tasks.close.closed import find_closed
from tasks.correction_file.carried import list_carried
from tasks.enquiries.enquiry import list_enquiries
from tasks.exceptions.involved import find_involved
from tasks.exceptions.waiting import ADVISED, list_waiting
from tasks.ledger import audit_log, runs
from tasks.ledger.catalogue.closing import RunClosed
from tasks.ledger.file_progress import follow
from tasks.ledger.journal import list_events
from tasks.ledger.runs import RunRow
from tasks.overpayments.register import find_overpayments, sum_up
from tasks.people.two_people import Given, check_two, prove_two
from tasks.reconcile import wording
from tasks.reconcile.stage import as_at
from tasks.storage.atomic_write import write_atomic
from tasks.storage.custody import Sealed, identities, seal, still_sealed
from tasks.tenant_context import TenantContext

DOOR = "siller close"
PARTS = (
    (Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER),
    (Role.APPROVER, Role.DECISION_OWNER),
)
"""Who may prepare, and who may review: it is the body's money, so somebody of the body's is always among the two."""


@dataclass(frozen=True)
class _Seen:
    """A run before it is looked into.

    Attributes:
        run: the run.
        upto: the journal's last entry by then.
        involved: who had a hand in the run, and closes nothing of it.
        closed: by whom it was closed last; None if nobody has.
        certificate: the SHA-256 of that certificate; empty if there is none.
    """

    run: RunRow
    upto: int
    involved: dict[str, str]
    closed: Closed | None
    certificate: str


def check_may_close(context: TenantContext, run_id: str, now: datetime) -> None:
    """See that a run can be closed, before anybody gives a code.

    Args:
        context: the tenant's.
        run_id: the run.
        now: the time that counts.

    Raises:
        NoGo: it is closed already, or something of it is open; the message says all of it.
    """
    _check_open(context, run_id, _look(context, run_id), now)


def close(context: TenantContext, run_id: str, people: tuple[Given, Given], at: datetime, now: datetime) -> Path:
    """Close a run, and write its certificate beside its report; returns where it stands.

    Args:
        context: the tenant's.
        run_id: the run.
        people: who prepares and who reviews; neither had a hand in the run.
        at: when, by a real clock, for their codes.
        now: the time that counts.

    Raises:
        NoGo: it is closed already, something of it is not explained, not settled or may still come, or they are not
            two who may close it.
    """
    seen = _look(context, run_id)
    names = check_two(context, people, PARTS, seen.involved, DOOR)
    found = _check_open(context, run_id, seen, now)
    prove_two(context, names, people, DOOR, at, now)
    carried = list_carried(context, seen.run.period, now)
    overpaid = sum_up(find_overpayments(context, now).filter(run_id=run_id))
    content = certificate(context, found, seen.run.period, carried, overpaid, Signed(*names, now)).encode()
    sha256 = hashlib.sha256(content).hexdigest()
    seal(Sealed.CLOSE_CERTIFICATE, BytesIO(content), f"of {run_id}", context.paths, context.tenant, sha256)
    with context.ledger.transaction() as connection:
        closed = RunClosed(names[0], f"closed {run_id}", names[1], sha256, seen.upto)
        audit_log.keep(connection, closed, now, (seen.run.run_no, run_id))
    return _put_beside(context, run_id, sha256)


def _check_open(context: TenantContext, run_id: str, seen: _Seen, now: datetime) -> Reconciliation:
    """What a run that can be closed comes to.

    Raises:
        NoGo: it is closed already, or something of it is open.
    """
    if seen.closed and not seen.closed.came_since:
        by, on = f"{seen.closed.by}, reviewed by {seen.closed.agreed_by}", f"{seen.closed.on:%-d %B %Y}"
        # Once more beside the report: a kill may have kept it from standing there.
        page = _put_beside(context, run_id, seen.certificate)
        raise NoGo(f"{run_id} is closed: by {by}, on {on}. Nothing has come since. Its certificate: {page}")
    found = as_at(context, run_id, now)
    if reasons := list(_list_open(context, seen.run, found, now)):
        raise NoGo(f"{run_id} cannot be closed. {' '.join(reasons)} Nothing was done.")
    return found


def _look(context: TenantContext, run_id: str) -> _Seen:
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        [(upto,)] = connection.execute("SELECT max(entry) FROM journal").fetchall()
        certificates = [each.page_sha256 for of, each, _ in list_events(connection, RunClosed) if of == run_id]
        return _Seen(
            run,
            upto,
            find_involved(connection, context, [run.run_no]),
            find_closed(connection).get(run_id),
            certificates[-1] if certificates else "",
        )


def _list_open(context: TenantContext, run: RunRow, found: Reconciliation, now: datetime) -> Iterator[str]:
    """What of a run is still open, a sentence each."""
    if (found.sent is None and found.vouchers is None) or (found.sent and found.sent.is_withdrawn):
        yield "Nothing of it was sent to the bank, so there is nothing to close."
        return
    if found.sent and found.as_at.date() <= found.sent.final_on:
        yield f"Payments of it may still come back until {wording.day(found.sent.final_on)}."
    elif not found.final:
        yield f"Vouchers of it can still be cashed, as far as is known: siller vouchers show {run.run_id}."
    yield from _list_missing(context, found.run_id, now)
    if found.unexplained:
        yield f"{wording.pounds(found.unexplained_pounds)} is unexplained: siller reconcile {found.run_id} says what."
    elif not wording.is_settled(found):
        yield f"Not everything is settled: {wording.sentence(found)}."
    if asked := sum(each.run_no == run.run_no and each.is_voucher for each, _ in list_enquiries(context, now)):
        yield f"{asked:,} of its vouchers are asked about: siller enquiries {context.tenant}."
    waiting = [each for each in list_waiting(context, now) if each.kind != ADVISED]
    # What concerns no run that is known may concern this one.
    if open_now := sum(not each.run_nos or run.run_no in each.run_nos for each in waiting):
        waits = "1 thing waits" if open_now == 1 else f"{open_now:,} things wait"
        yield f"{waits} for two people: siller exceptions {context.tenant} says what."


def _list_missing(context: TenantContext, run_id: str, now: datetime) -> Iterator[str]:
    """What the bank has not sent yet of the days of a run's file."""
    with context.ledger.opened() as connection:
        progress = follow(connection, now.date()).get(run_id)
    for day in progress.days if progress else ():
        if not day.has_report and not day.terms.answered_by:
            yield f"No statement shows that all of the file of {wording.day(day.entry_date)} was debited."
        elif not day.has_report:
            yield f"The bank's report of {wording.day(day.processing_date)} has not come."
        if context.agreement.bank_gives_statements and not day.has_statement:
            yield f"The bank's statement of {wording.day(day.entry_date)} has not come."


def _put_beside(context: TenantContext, run_id: str, sha256: str) -> Path:
    """Write the sealed certificate beside the run's report.

    Raises:
        NoGo: it is not what was sealed.
    """
    if not still_sealed(context.paths, context.tenant, sha256):
        raise NoGo(
            f"The certificate of {run_id} is missing, or is not what was sealed. Ask the operator: siller verify."
        )
    sealed = context.paths.sealed(context.tenant, sha256).read_bytes()
    path = context.paths.reports(run_id) / "close-certificate.html"
    write_atomic(path, bytes(pyrage.decrypt(sealed, identities(context.paths, context.tenant))))
    return path
