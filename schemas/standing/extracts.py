"""The extracts that have not come: a period that nobody has sent anything for has no run that could be late."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.key_dates import BodyCalendar, KeyDates
from schemas.key_moments import Moment
from schemas.no_go import NoGo
from schemas.pay_run import Mode, PayRun
from schemas.period import Rhythm
from schemas.standing.records import Recorded, Standing
from schemas.standing.tables import Stand, Urgency


def list_late_extracts(calendar: BodyCalendar, runs: Sequence[Recorded], now: datetime) -> Iterator[Standing]:
    """A standing for each extract that was due and has opened no run, of the periods after the last that has one.

    A body is live once a payment file of its own has left: before that nobody waits for an extract of its. Where nobody
    can tell a period's day, as for one that no run is scheduled for, neither it nor one after it is late.

    Args:
        calendar: the body's.
        runs: every live run of it.
        now: the time that counts.
    """
    if not any(run.has_left for run in runs):
        return
    begun = [PayRun.of(run.run_id) for run in runs if run.kind.is_paid_on_the_pay_day]
    in_rhythm = [each for each in begun if each.period.rhythm is not Rhythm.OFF_CYCLE]
    if not in_rhythm:
        return
    last = max(in_rhythm, key=lambda each: each.period)
    with suppress(NoGo):
        period = calendar.agreement.periods.after(last.period)
        while period and (dates := calendar.of_period(period)).extract_due <= now:
            yield _late(calendar, last.tenant, dates)
            period = calendar.agreement.periods.after(period)


def _late(calendar: BodyCalendar, tenant: str, dates: KeyDates) -> Standing:
    period = dates.period
    due = dates.extract_due.astimezone(LONDON)
    return Standing(
        f"{tenant} {period} {Mode.LIVE}",
        "",
        Stand.OVERDUE,
        f"It was due by {due:%H:%M on %-d %B %Y}. Without it nobody is paid on {dates.entry_date:%-d %B %Y}: ask the "
        "body for it. Once it is there, start its run.",
        tenant,
        Mode.LIVE,
        urgency=Urgency.ACT,
        role=Role.UPLOADER,
        people=calendar.agreement.people_with(Role.UPLOADER),
        command=f"siller run {tenant} --period {period}",
        about="extract",
        moment=Moment.EXTRACT_DUE,
    )
