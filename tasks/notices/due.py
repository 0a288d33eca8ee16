"""What is due to be told: it follows from where the runs stand, the plan and what the ledger says, and from no memory.

What asks something of somebody is told for as long as it does. What asks nothing is news for a week: so an outage
loses nothing, and whoever agrees on notices today is not told of last year.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from schemas.agreement import Agreement
from schemas.bank_days import LONDON
from schemas.key_dates import BodyCalendar
from schemas.key_moments import Moment
from schemas.notices.catalogue import NoticeEvent
from schemas.pay_run import PayRun
from schemas.period import Period
from schemas.planned_periods import list_planned
from schemas.standing.records import Recorded, Standing
from schemas.standing.tables import Stand
from tasks.carried_data import State, Stock

NEWS = timedelta(days=7)
"""How long what asks nothing of anybody is still told."""

BY_STAND: Mapping[Stand, NoticeEvent] = {
    Stand.PAID_TWICE: NoticeEvent.PAID_TWICE,
    Stand.NOT_APPROVED: NoticeEvent.NOT_APPROVED_IN_TIME,
    Stand.DISPUTED: NoticeEvent.DISPUTED,
    Stand.TURNED_AWAY: NoticeEvent.REJECTED,
    Stand.VOUCHERS_ISSUED: NoticeEvent.VOUCHERS_ISSUED,
    Stand.NOT_SENT: NoticeEvent.NEVER_SENT,
    Stand.PERHAPS_NOT_SENT: NoticeEvent.NOT_SUBMITTED_IN_TIME,
    Stand.PERHAPS_HANDED_OVER: NoticeEvent.PERHAPS_HANDED_OVER,
    Stand.UNSETTLED: NoticeEvent.UNSETTLED,
    Stand.OVERDUE: NoticeEvent.SILENCE,
    Stand.TO_UPDATE: NoticeEvent.DETAILS_TO_CHANGE,
    Stand.TO_REVIEW: NoticeEvent.ENQUIRY,
    Stand.VOUCHERS_WAIT: NoticeEvent.TO_BE_SUBMITTED,
    Stand.NO_FORM: NoticeEvent.STOPPED,
    Stand.GIVEN_UP: NoticeEvent.STOPPED,
    Stand.STOPPED: NoticeEvent.STOPPED,
    Stand.NOT_JUDGED: NoticeEvent.STOPPED,
    Stand.NOT_REPLACED: NoticeEvent.TURNED_DOWN,
    Stand.REOPENED: NoticeEvent.REOPENED,
    Stand.HUNG: NoticeEvent.STOPPED,
    Stand.FIRST: NoticeEvent.WAITING_FOR_APPROVAL,
    Stand.WAITS: NoticeEvent.WAITING_FOR_APPROVAL,
    Stand.CORRECTING: NoticeEvent.WAITING_FOR_CORRECTION,
    Stand.UNFUNDED: NoticeEvent.WAITING_FOR_FUNDING,
    Stand.RELEASED: NoticeEvent.TO_BE_SUBMITTED,
}
"""What people are told of a standing; of the others nothing is to be done. Not known without Prefect is no news."""
_HAS_A_DEADLINE = (Stand.FIRST, Stand.WAITS, Stand.CORRECTING, Stand.UNFUNDED, Stand.RELEASED)
_CAME_BACK = ("returned", "rejected")


@dataclass(frozen=True)
class Due:
    """Something that is to be told.

    Attributes:
        event: what has come to pass.
        about: the run, or what else it is about; with event and occasion it tells this from everything else.
        period: the pay period that it belongs to.
        occasion: which of several: a day, a deadline, a count.
        until: by when something is to be done.
        payments: of the run; None where there is none.
        pence: their sum.
        count: how many it tells of, as people read it.
        not_for: whose turn it is not, whatever role they have.
        flow_run_id: the page to open.
        command: the next step.
    """

    event: NoticeEvent
    about: str
    period: Period
    occasion: str = ""
    until: datetime | None = None
    payments: int | None = None
    pence: int | None = None
    count: str = ""
    not_for: frozenset[str] = frozenset()
    flow_run_id: str = ""
    command: str = ""


@dataclass(frozen=True)
class Done:
    """When a run came to what is told as news, and how many of its rows were refused or held; None where it has not."""

    judged: datetime | None = None
    approved: datetime | None = None
    turned_down: datetime | None = None
    released: datetime | None = None
    answered: datetime | None = None
    left_out: int = 0


@dataclass(frozen=True)
class Aside:
    """A file of the bank's that was set aside.

    Attributes:
        sha256: which.
        until: by when two people settle it.
    """

    sha256: str
    until: datetime


@dataclass(frozen=True)
class Known:
    """What the ledger and this machine say of a body, beside the standings of its runs.

    Attributes:
        agreement: the one that was adopted last: it alone says whom to tell.
        since: when the body first adopted one; of what was before nobody is told.
        done: by run.
        aside: files of the bank's that were set aside.
        arrived: the periods whose own extract has arrived, which is asked while no ledger is held.
        stock: what siller carries, by this ledger and others; None where that cannot be said.
    """

    agreement: Agreement
    since: datetime
    done: Mapping[str, Done] = field(default_factory=dict)
    aside: tuple[Aside, ...] = ()
    arrived: frozenset[Period] = frozenset()
    stock: Stock | None = None


def list_due(known: Known, calendar: BodyCalendar, standings: Sequence[Standing], now: datetime) -> Iterator[Due]:
    """Everything that is to be told of a body now, whether it was told already or not.

    Args:
        known: what the ledger says.
        calendar: the body's.
        standings: of its live runs, and of what is open beside them.
        now: the time that counts.
    """
    today = now.astimezone(LONDON).date()
    around = known.agreement.periods.around(today)
    for standing in standings:
        if standing.moment is Moment.EXTRACT_DUE:
            yield from _of_late_extract(standing, known, calendar, now)
        else:
            yield from _of_standing(standing, around, known, now)
        if standing.run and not standing.about:
            yield from _of_run(standing.run, known, now)
    for file in known.aside:
        yield Due(
            NoticeEvent.FILE_SET_ASIDE,
            f"file {file.sha256[:12]}",
            around,
            until=file.until,
            command=f"siller exceptions {known.agreement.tenant}",
        )
    yield from _of_extracts_to_come(known, calendar, standings, now)
    if known.stock:
        yield from _of_data(known.stock, around, today)


def _of_standing(standing: Standing, around: Period, known: Known, now: datetime) -> Iterator[Due]:
    event = BY_STAND.get(standing.stand)
    if event is None:
        return
    run = standing.run
    if event is NoticeEvent.STOPPED and run and run.no_gos:
        event = NoticeEvent.NO_GO
    due = Due(
        event,
        standing.subject,
        standing.period or around,
        _occasion(standing, event),
        standing.until,
        run.payments if run else None,
        run.pence if run else None,
        f"{run.advised:,}" if run and event is NoticeEvent.DETAILS_TO_CHANGE else "",
        standing.excluded,
        standing.flow_run_id,
        standing.command,
    )
    yield due
    lead = timedelta(hours=known.agreement.notices.runs_out_hours if known.agreement.notices else 0)
    if standing.stand in _HAS_A_DEADLINE and standing.until and standing.until - lead <= now:
        yield replace(due, event=NoticeEvent.ABOUT_TO_RUN_OUT)


def _occasion(standing: Standing, event: NoticeEvent) -> str:
    """Which of several: what is open beside a run by what it is about and whose turn it is.

    A form by its deadline, and by what has turned about it since. What stopped by the flow run: another start of the
    same run may stop too. Of all else only what is known without Prefect may be in it.
    """
    if standing.about:
        named = sha256(f"{standing.key}{standing.which}".encode()).hexdigest()[:12]  # a file's name may stand in it
        return f"{named} {standing.role or ''}".strip()
    if standing.run and event is NoticeEvent.DISPUTED and standing.run.disputed:
        return sha256(standing.run.disputed.encode()).hexdigest()[:12]  # of more, or of others, it is told again
    if standing.run and standing.run.closed and event is NoticeEvent.REOPENED:
        return standing.run.closed.on.isoformat()
    if standing.stand in _HAS_A_DEADLINE:
        until = f"{standing.until.astimezone(LONDON):%Y-%m-%d}" if standing.until else ""
        return " ".join(filter(None, (*_turns(standing), until)))
    return standing.flow_run_id if standing.run is None or event is NoticeEvent.STOPPED else ""


def _turns(standing: Standing) -> Iterator[str]:
    """What has turned since people were told the same of a form: a choice, or an approval that counts no more."""
    run, stand = standing.run, standing.stand
    start = "".join(run.first_approver[:2]) if run else ""
    first = sha256(start.encode()).hexdigest()[:12] if start else ""
    if stand is Stand.FIRST:
        yield f"second {first}".strip()
    if stand is Stand.WAITS and first:
        yield f"after {first}"
    if run and run.choice_no and stand is not Stand.RELEASED:
        yield f"choice {run.choice_no}"


def _of_run(run: Recorded, known: Known, now: datetime) -> Iterator[Due]:
    """What asks nothing of anybody, as long as it is news."""
    done = known.done.get(run.run_id, Done())
    plain = Due(NoticeEvent.APPROVED, run.run_id, PayRun.of(run.run_id).period, "", None, run.payments, run.pence)

    def is_news(moment: datetime | None) -> bool:
        return moment is not None and max(now - NEWS, known.since) <= moment

    if done.left_out and is_news(done.judged) and not run.is_over and not run.has_left:
        yield replace(plain, event=NoticeEvent.REFUSED_ROWS, count=f"{done.left_out:,}")
    if is_news(done.approved):
        yield plain
    if is_news(done.turned_down):
        yield replace(plain, event=NoticeEvent.TURNED_DOWN)
    if is_news(done.released):
        yield replace(plain, event=NoticeEvent.RELEASED)
    if done.answered and is_news(done.answered):
        yield replace(plain, event=NoticeEvent.ANSWERS_IN, occasion=f"{done.answered.astimezone(LONDON):%Y-%m-%d}")
        if back := sum(each.payments for each in run.states if each.state in _CAME_BACK):
            yield replace(plain, event=NoticeEvent.RETURNS, occasion=str(back), count=f"{back:,}")
    if run.closed and run.is_closed and is_news(datetime.combine(run.closed.on, time.max, LONDON)):
        yield replace(plain, event=NoticeEvent.CLOSED, occasion=run.closed.on.isoformat())
    if not run.closed and (final := _final_on(run, known.agreement)):
        midnight = datetime.combine(final, time(), LONDON) + timedelta(days=1)
        known_since = max(midnight, done.answered or midnight)  # the last of the bank's word may come late
        if midnight <= now and is_news(known_since):
            yield replace(plain, event=NoticeEvent.TO_BE_CLOSED, command=f"siller close {run.run_id}")


def _final_on(run: Recorded, agreement: Agreement) -> date | None:
    """The day after which nothing of a run can come back any more; None as long as the bank has not said everything."""
    is_known = all(day.has_report and (day.has_statement or not agreement.bank_gives_statements) for day in run.days)
    if not run.days or not is_known or run.is_withdrawn or run.disputed:
        return None
    return max(day.returns_closed for day in run.days)


def _of_late_extract(standing: Standing, known: Known, calendar: BodyCalendar, now: datetime) -> Iterator[Due]:
    """One that the standing calls late, again on each bank day up to the pay day; once it is here it is started."""
    period, today = standing.period, now.astimezone(LONDON).date()
    if period is None or period in known.arrived or not calendar.bank_days.is_bank_day(today):
        return
    dates = calendar.of_period(period)
    if today <= dates.entry_date:
        about = f"{known.agreement.tenant} {period}"
        yield Due(NoticeEvent.EXTRACT_LATE, about, period, today.isoformat(), dates.approve_by)


def _of_extracts_to_come(
    known: Known, calendar: BodyCalendar, standings: Sequence[Standing], now: datetime
) -> Iterator[Due]:
    """Extracts that are due soon, of periods that nothing has come of."""
    begun = {each.period for each in standings if each.run and each.run.kind.is_paid_on_the_pay_day} | known.arrived
    lead = timedelta(hours=known.agreement.notices.extract_soon_hours if known.agreement.notices else 0)
    for dates in list_planned(calendar, now.astimezone(LONDON).date()):
        due, period = dates.extract_due, dates.period
        if due - lead <= now < due and period not in begun and due >= known.since:
            about = f"{known.agreement.tenant} {period}"
            yield Due(NoticeEvent.EXTRACT_DUE_SOON, about, period, f"{due:%Y-%m-%d}", due)


def _of_data(stock: Stock, around: Period, today: date) -> Iterator[Due]:
    """Carried data that is to be renewed."""
    for each in stock.carried:
        if each.state is not State.HOLDS:
            yield Due(
                NoticeEvent.DATA_LAPSES,
                each.name,
                around,
                today.replace(day=1).isoformat(),
                datetime.combine(each.lapses, datetime.min.time(), LONDON) if each.lapses else None,
                count=f"{each.name} {each.state}",
            )
    # A day that the file of announcements has is decided.
    if days := sorted({each.day for each in stock.disagreements if not each.is_announced}):
        told = ", ".join(f"{day:%-d %B %Y}" for day in days)
        yield Due(NoticeEvent.HOLIDAYS_DIFFER, "bank holidays", around, days[0].isoformat(), count=told)
