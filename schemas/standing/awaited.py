"""What is awaited of a payment file that has left, by when, and what of it is overdue: one rule, asked per file day.

    released, submitted, taken at input, credited with no return by a day, returns closed, closed by two people

Of vouchers their provider is to say that they were issued, and, once none can be cashed any more, what became of each.
Nothing of this frees anybody, and what comes after its time still counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.bank_messages.bank_file import Message
from schemas.key_dates import BodyCalendar
from schemas.key_moments import MORNING_OVER, Moment, until_closed
from schemas.pay_run import Mode, PayRun
from schemas.standing.records import FileDay, Recorded, Standing
from schemas.standing.tables import Near, Stand, Urgency
from schemas.standing.vouchers import VouchersOut

DAYS_TO_UPDATE = 3
"""Working days in which a body changes the details that an AWACS advises of. Source: the rule of Bacs."""

_REPORTS = {Message.INPUT_REPORT: "input report", Message.PAIN002: "status report (pain.002)"}


@dataclass(frozen=True)
class Awaited:
    """One thing that the bank, a provider of vouchers or the body has still to do.

    Attributes:
        what: a few words, which tell it from all else that is awaited of the run.
        until: by when.
        stand: where the run stands once that is over.
        next_step: what to do then.
        moment: the key moment of the period that is late with it, if one is.
    """

    what: str
    until: datetime
    stand: Stand
    next_step: str
    moment: Moment | None = None


def list_awaited(run: Recorded, calendar: BodyCalendar) -> Iterator[Awaited]:
    """What has still to come of a run that was sent, whether its time is over or not.

    Of a rehearsal nothing is sent, and nothing awaited; of a file that nobody says was sent, that word alone, which
    is the sender's. A bank's file and that of vouchers are awaited each by itself.

    Args:
        run: what the ledger says.
        calendar: the body's, with its agreement.
    """
    if PayRun.of(run.run_id).mode is Mode.REHEARSAL or run.is_withdrawn:
        return
    of_the_provider = list(_of_vouchers(run.vouchers, calendar)) if run.vouchers else []
    yield from of_the_provider
    by_voucher_alone = run.vouchers_until is not None and not run.days
    if not (run.submission or run.bank_files or (by_voucher_alone and not run.vouchers_wait)):
        return
    of_the_bank = [each for day in run.days for each in _of_day(day, calendar)]
    yield from of_the_bank
    ends = [*(day.returns_closed for day in run.days), *([run.vouchers_until] if run.vouchers_until else [])]
    if ends and not (of_the_bank or of_the_provider or run.closed or run.disputed or run.is_turned_away):
        yield _close(run, calendar, max(ends))
    if run.advised_on:
        yield _details(run, run.advised_on, calendar)


def list_overdue(run: Recorded, calendar: BodyCalendar, now: datetime) -> Iterator[Standing]:
    """What of a run is overdue, and details to change from the first day on: a standing each, beside the run's own.

    Args:
        run: what the ledger says.
        calendar: the body's.
        now: the time that counts.
    """
    name = PayRun.of(run.run_id)
    for each in list_awaited(run, calendar):
        is_over = each.until <= now
        if not is_over and each.stand in (Stand.OVERDUE, Stand.TO_CLOSE):
            continue
        had = f"It had to come by {_hour(each.until)}. " if each.stand is Stand.OVERDUE else ""
        late = f" That was to be done by {_hour(each.until)}{_ago(each.until, now)}." if is_over and not had else ""
        yield Standing(
            run.run_id,
            run.kind.label(name.period),
            each.stand,
            f"{had}{each.next_step}{late}",
            name.tenant,
            name.mode,
            # Nobody loses by a close that comes late, and an enquiry may keep it waiting.
            urgency=Urgency.AWAITED if each.stand is Stand.TO_CLOSE else Urgency.ACT,
            role=Role.OPERATOR,
            people=calendar.agreement.people_with(Role.OPERATOR),
            until=None if is_over else each.until,
            near=Near.FAR,
            run=run,
            about=each.what,
            moment=each.moment,
        )


def _of_day(day: FileDay, calendar: BodyCalendar) -> Iterator[Awaited]:
    agreement = calendar.agreement
    if day.terms.answered_by and not day.has_report:
        report = _REPORTS[day.terms.answered_by]
        yield Awaited(
            f"{report} of {_day(day.processing_date)}",
            _noon(day.processing_date),
            Stand.OVERDUE,
            f"Without the {report} nobody knows what {day.terms.taken_by} took. Fetch it, or ask the bank.",
            Moment.PROCESSING,
        )
    if agreement.bank_gives_statements and not day.has_statement:
        yield Awaited(
            f"statement of {_day(day.entry_date)}",
            _noon(calendar.bank_days.next(day.entry_date)),
            Stand.OVERDUE,
            "Without the statement of the entry day nothing proves what left the account, what came back or was "
            "rejected. Fetch it, or ask the bank; if the bank gives none, the agreement says so "
            "(bank_gives_statements: false).",
            Moment.ENTRY,
        )


def _of_vouchers(vouchers: VouchersOut, calendar: BodyCalendar) -> Iterator[Awaited]:
    """A provider says of each voucher that it was issued, and of none that it expired before its last day is over."""
    if vouchers.silent:
        silent = "1 voucher" if vouchers.silent == 1 else f"{vouchers.silent:,} vouchers"
        yield Awaited(
            f"provider's answer about {silent}",
            _noon(calendar.bank_days.next(vouchers.pay_date)),
            Stand.OVERDUE,
            "The provider has not said that it issued them, so nobody knows whether their payees have anything. Fetch "
            "its answer, or ask it (siller vouchers answers).",
            Moment.ENTRY,
        )
    out = "1 voucher" if vouchers.out == 1 else f"{vouchers.out:,} vouchers"
    yield Awaited(
        f"provider's last word on {out}",
        _noon(calendar.bank_days.next(vouchers.expires)),
        Stand.OVERDUE,
        f"Their last day was {_day(vouchers.expires)}, and the provider has not said what was cashed of them. Nobody "
        "is paid again before it does: ask it (siller vouchers show, siller vouchers answers).",
        Moment.CLOSED,
    )


def _details(run: Recorded, advised_on: date, calendar: BodyCalendar) -> Awaited:
    day = advised_on
    for _ in range(DAYS_TO_UPDATE):
        day = calendar.bank_days.next(day)
    payees = "1 payee" if run.advised == 1 else f"{run.advised:,} payees"
    return Awaited(
        f"details of {payees}",
        datetime.combine(day, calendar.agreement.approve_by.time, LONDON),
        Stand.TO_UPDATE,
        "The bank paid them into another account than was sent, and advises the body to change its records: the report "
        "names rows and accounts. Pay nobody again. It is done once an extract no longer has the old accounts, or two "
        "people have said why none will (siller exceptions).",
    )


def _close(run: Recorded, calendar: BodyCalendar, end: date) -> Awaited:
    """The bank has said what it had to say, and no voucher can be cashed; the command says first what is still open.

    Args:
        run: what the ledger says.
        calendar: the body's.
        end: the last day on which anything of it can come back, or be cashed.
    """
    *_, close = until_closed(calendar, end)
    return Awaited(
        "its close",
        close.until,
        Stand.TO_CLOSE,
        f"Two people close it: siller close {run.run_id} --as NAME --agreeing NAME says what is still open.",
        Moment.CLOSED,
    )


def _ago(until: datetime, now: datetime) -> str:
    days = (now.astimezone(LONDON).date() - until.astimezone(LONDON).date()).days
    return f", {days:,} day{'' if days == 1 else 's'} ago" if days else ""


def _noon(day: date) -> datetime:
    return datetime.combine(day, MORNING_OVER, LONDON)


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%H:%M on %-d %B %Y}"
