"""The year's days, written out by hand from the calendar, and the plan of each period, counted from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from schemas.bank_days import LONDON

ANNOUNCED = date(2026, 6, 22)
"""A Monday: the holiday that is announced a week ahead, on the 15th, for the whole kingdom. It is invented."""
ANNOUNCED_AT = datetime(2026, 6, 15, 9, tzinfo=LONDON)

ENGLAND = {
    *(date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25), ANNOUNCED, date(2026, 8, 31)),
    *(date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 29)),
}
"""Weekdays on which no bank works. Source: https://www.gov.uk/bank-holidays."""
SCOTLAND = {
    *(date(2026, 4, 3), date(2026, 5, 4), date(2026, 5, 25), date(2026, 6, 15), ANNOUNCED, date(2026, 8, 3)),
    *(date(2026, 11, 30), date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 1, 4)),
    date(2027, 3, 26),
}
"""Weekdays on which the three bodies' offices are closed. Source: as above; 15 June 2026 by royal proclamation."""

MONTHS = {
    "2026-04": date(2026, 4, 30),
    "2026-05": date(2026, 5, 29),
    "2026-06": date(2026, 6, 30),
    "2026-07": date(2026, 7, 31),
    "2026-08": date(2026, 8, 28),  # Monday the 31st is a holiday in England
    "2026-09": date(2026, 9, 30),
    "2026-10": date(2026, 10, 30),
    "2026-11": date(2026, 11, 30),  # a holiday in Scotland, on which banks work
    "2026-12": date(2026, 12, 24),  # agreed
    "2027-01": date(2027, 1, 29),
    "2027-02": date(2027, 2, 26),
    "2027-03": date(2027, 3, 31),
}
_MONDAYS = [date(2026, 4, 6) + timedelta(weeks=at) for at in range(52)]
_MOVED = {
    date(2026, 4, 6): date(2026, 4, 2),  # Easter Monday, and Good Friday before it
    date(2026, 5, 4): date(2026, 5, 1),
    date(2026, 5, 25): date(2026, 5, 22),
    date(2026, 6, 8): date(2026, 6, 9),  # approved too late: the council agrees on the next day
    date(2026, 6, 22): date(2026, 6, 19),  # the holiday that is announced a week ahead
    date(2026, 8, 31): date(2026, 8, 28),
    date(2026, 12, 28): date(2026, 12, 23),  # agreed
    date(2027, 3, 29): date(2027, 3, 25),  # Easter Monday, and Good Friday before it
}
WEEKS = {f"{monday:%G-W%V}": _MOVED.get(monday, monday) for monday in _MONDAYS}
QUARTERS = {
    "2026-Q2": date(2026, 5, 29),
    "2026-Q3": date(2026, 8, 28),
    "2026-Q4": date(2026, 11, 30),
    "2027-Q1": date(2027, 2, 26),
}

OUTAGE = date(2026, 5, 13)
"""A Wednesday on which siller's machine is off all day: a council's extract is due at its noon."""
BACK_AT = datetime(2026, 5, 14, 7, tzinfo=LONDON)

POST_OUT_AT = datetime(2026, 6, 3, 12, tzinfo=LONDON)
"""A Wednesday noon, at which a council's extract is due: no SMTP server answers for an hour."""
POST_BACK_AT = datetime(2026, 6, 3, 13, tzinfo=LONDON)


@dataclass(frozen=True)
class Deadlines:
    """What a body has agreed on: hours, and how many bank days before the processing date.

    Attributes:
        extract_due: hour and days.
        approve_by: likewise.
        submit_by: likewise.
        processed_before: whether the money is processed a bank day before payees have it.
    """

    extract_due: tuple[int, int]
    approve_by: tuple[int, int]
    submit_by: tuple[int, int]
    processed_before: bool


AGREED: Mapping[str, Deadlines] = {
    "ilf": Deadlines((17, 5), (15, 1), (22, 1), processed_before=True),
    "kirkmuir": Deadlines((12, 3), (15, 1), (17, 1), processed_before=False),
    "rowan": Deadlines((17, 4), (12, 2), (16, 1), processed_before=True),
}


@dataclass(frozen=True)
class Plan:
    """The moments of one period."""

    extract_due: datetime
    approve_by: datetime
    submit_by: datetime
    processing: date
    entry: date
    returns_closed: date
    close_on: date


def plan(tenant: str, pay_day: date) -> Plan:
    """Count the moments of a period from its pay day."""
    agreed = AGREED[tenant]
    processing = before(pay_day, 1) if agreed.processed_before else pay_day
    closed = after(pay_day, 2)
    close_on = after(after(closed, 1), 1)
    while close_on in SCOTLAND:
        close_on = after(close_on, 1)
    return Plan(
        *(_deadline(processing, *each) for each in (agreed.extract_due, agreed.approve_by, agreed.submit_by)),
        processing,
        pay_day,
        closed,
        close_on,
    )


def before(day: date, bank_days: int) -> date:
    """So many bank days before a day."""
    for _ in range(bank_days):
        day = _stepped(day, -1)
    return day


def after(day: date, bank_days: int) -> date:
    """So many bank days after a day."""
    for _ in range(bank_days):
        day = _stepped(day, 1)
    return day


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock of London."""
    return datetime.combine(day, time(hour, minute), LONDON)


def working_day_after(day: date) -> date:
    """The next day on which banks and the bodies' offices work."""
    day = after(day, 1)
    while day in SCOTLAND:
        day = after(day, 1)
    return day


def _stepped(day: date, by: int) -> date:
    day += timedelta(days=by)
    while day.weekday() >= 5 or day in ENGLAND:
        day += timedelta(days=by)
    return day


def _deadline(processing: date, hour: int, bank_days: int) -> datetime:
    day = before(processing, bank_days)
    while day in SCOTLAND or day in ENGLAND or day.weekday() >= 5:
        day -= timedelta(days=1)
    return at(day, hour)
