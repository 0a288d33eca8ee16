"""How long there is to approve a run, and when one approver is not enough."""

from datetime import date, datetime, timedelta

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.ledger import entry_of
from tasks.ledger.catalogue.stages import Instruct
from tasks.office import Office

TOO_LATE = "Nothing was released; agree with the body what to do next."


def deadline(office: Office, processing_date: date) -> datetime:
    """The latest moment of an approval: the agreement's hour on its last day before processing."""
    return office.calendar.latest(office.agreement.approve_by, processing_date)


def two_needed(office: Office, pence: int) -> bool:
    """Whether a payment file of this sum needs two different approvers."""
    return pence > office.agreement.two_approvers_above * 100


def time_left(office: Office, run_id: str, now: datetime) -> timedelta:
    """How long an approver has: until the agreement's hour on its last day before processing.

    Raises:
        NoGo: the time is over.
    """
    with office.ledger.opened() as connection:
        processing_date = entry_of(connection, run_id, Instruct).processing_date
    latest = deadline(office, processing_date)
    if now >= latest:
        raise NoGo(
            f"{run_id} had to be approved by {latest:%H:%M on %-d %B %Y} to be paid on its day, and was not. {TOO_LATE}"
        )
    return latest - now


def in_run_time(office: Office, moment: datetime, now: datetime) -> datetime:
    """A real moment in the time of the run: a rehearsal may be held on another day."""
    if office.mode is Mode.LIVE:
        return moment
    return datetime.combine(now.date(), moment.astimezone(LONDON).timetz())
