"""Until when something must be settled, and whose turn it is: each exception has a clock and an owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.key_dates import BodyCalendar
from schemas.standing.awaited import DAYS_TO_UPDATE


class Clock(StrEnum):
    """The deadlines, by name."""

    CUT_OFF = "the cut-off"
    """Before the pay day: until a file can still be sent for it."""
    AT_ONCE = "the same working day"
    """Money that left twice is recalled on the day on which it is seen."""
    NEXT_WORKING_DAY = "the next working day"
    DETAILS = "the scheme's time to change details"


@dataclass(frozen=True)
class Due:
    """By when, and whose turn it is.

    Attributes:
        clock: the deadline's name.
        until: its end, in London.
        owner: whose turn: the operator asks the bank; once the time is over it is the decision owner's.
        is_over: whether the time is over.
    """

    clock: Clock
    until: datetime
    owner: Role
    is_over: bool


def due(
    calendar: BodyCalendar, days: Sequence[tuple[date, date]], since: datetime, now: datetime, at_once: bool = False
) -> Due:
    """When an exception must be settled.

    Args:
        calendar: the body's.
        days: processing date and pay day of each run that it concerns.
        since: when it came up.
        now: the time that counts.
        at_once: whether money must be recalled.
    """
    cut_offs = [
        calendar.latest(calendar.agreement.submit_by, processing) for processing, entry in days if entry > now.date()
    ]
    ahead = [moment for moment in cut_offs if moment > now]
    if at_once:
        clock, until = Clock.AT_ONCE, _end_of(calendar, since, 0)
    elif ahead:
        clock, until = Clock.CUT_OFF, min(ahead)
    else:
        clock, until = Clock.NEXT_WORKING_DAY, _end_of(calendar, since, 1)
    is_over = until <= now
    return Due(clock, until, Role.DECISION_OWNER if is_over else Role.OPERATOR, is_over)


def due_of_details(calendar: BodyCalendar, advised_on: date, now: datetime) -> Due:
    """When details that the bank has advised to change must be changed: the body's own people do that.

    Args:
        calendar: the body's.
        advised_on: the day of the advice.
        now: the time that counts.
    """
    until = _end_of(calendar, datetime.combine(advised_on, time(), LONDON), DAYS_TO_UPDATE)
    return Due(Clock.DETAILS, until, Role.DECISION_OWNER, until <= now)


def _end_of(calendar: BodyCalendar, since: datetime, working_days: int) -> datetime:
    """The hour by which approvals are given, on the working day on which it came up, or so many later."""
    here, hour = since.astimezone(LONDON), calendar.agreement.approve_by.time
    day = here.date()
    if not calendar.bank_days.is_bank_day(day) or (working_days == 0 and here.time() >= hour):
        day = calendar.bank_days.next(day)
    for _ in range(working_days):
        day = calendar.bank_days.next(day)
    return datetime.combine(day, hour, LONDON)
