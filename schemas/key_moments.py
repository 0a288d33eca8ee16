"""A pay period's key moments, from its extract to its close: what is to be done by whom and when.

The plan of a period, its events in a diary, and what is started or chased by the plan all ask here. The dates
themselves are :mod:`schemas.key_dates`'; here stand the moments between and after them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from operator import attrgetter

from schemas.agreement import Role
from schemas.at_work import AT_WORK, BEFORE_THE_LEDGER
from schemas.bank_days import LONDON
from schemas.key_dates import BodyCalendar
from schemas.period import Period
from schemas.stages import Stage

MORNING_OVER = time(12, 0)
"""Banks say in the morning what came of the day before: of the input by that of the processing day, and of a day's
entries by that of the bank day after it. Source: guides of Bacs bureaux, which give no hour."""

UNTIL_JUDGED = sum(
    (AT_WORK[stage][1] for stage in (BEFORE_THE_LEDGER, Stage.INGEST, Stage.VALIDATE, Stage.INSTRUCT)), timedelta()
)
"""How long a run may be at work before its gates are judged: after that the standing calls it one that does nothing."""

_DAY = timedelta(days=1)


class Moment(StrEnum):
    """The key moments of a pay period, in the order in which they come; a diary knows them by these names for good."""

    EXTRACT_DUE = "extract_due"
    CORRECTIONS_BY = "corrections_by"
    GATES = "gates"
    APPROVE_BY = "approve_by"
    SUBMIT_BY = "submit_by"
    PROCESSING = "processing_date"
    ENTRY = "entry_date"
    RETURNS_CLOSED = "returns_closed"
    RECONCILED = "reconciled"
    CLOSED = "closed"

    @property
    def words(self) -> str:
        """What people call it."""
        return _WORDS[self]

    @property
    def role(self) -> Role | None:
        """Whose it is; None where a bank does it, or nobody does anything."""
        return _ROLES.get(self)


_WORDS = {
    Moment.EXTRACT_DUE: "extract due",
    Moment.CORRECTIONS_BY: "corrections by",
    Moment.GATES: "gates judged",
    Moment.APPROVE_BY: "approve by",
    Moment.SUBMIT_BY: "submit by",
    Moment.PROCESSING: "processing",
    Moment.ENTRY: "entry (pay day)",
    Moment.RETURNS_CLOSED: "returns closed",
    Moment.RECONCILED: "reconciled",
    Moment.CLOSED: "closed",
}
_ROLES = {
    Moment.EXTRACT_DUE: Role.UPLOADER,
    Moment.CORRECTIONS_BY: Role.UPLOADER,
    Moment.GATES: Role.OPERATOR,
    Moment.APPROVE_BY: Role.APPROVER,
    Moment.SUBMIT_BY: Role.SENDER,
    Moment.RECONCILED: Role.OPERATOR,
    Moment.CLOSED: Role.DECISION_OWNER,
}


@dataclass(frozen=True)
class KeyMoment:
    """One key moment of a pay period.

    Attributes:
        moment: which.
        day: its day, in London.
        hour: of a deadline the hour at which it ends, in London; None of what is a day as a whole.
        pay_day: of which of the period's pay days, from 1. One file has them all, so a deadline is of the first.
    """

    moment: Moment
    day: date
    hour: time | None = None
    pay_day: int = 1

    @classmethod
    def at(cls, moment: Moment, until: datetime) -> "KeyMoment":
        """One that ends at an hour."""
        here = until.astimezone(LONDON)
        return cls(moment, here.date(), here.time())

    @property
    def until(self) -> datetime:
        """When it is over: of a day the midnight after it."""
        if self.hour is None:
            return datetime.combine(self.day + _DAY, time(), LONDON)
        return datetime.combine(self.day, self.hour, LONDON)

    def is_over(self, now: datetime) -> bool:
        """Whether its time is over; whether anything is late, a run's standing says."""
        return self.until <= now

    def __str__(self) -> str:
        """The moment as people read it, for example Wed 27 Jan 2027 15:00."""
        return f"{self.day:%a %-d %b %Y}" + (f" {self.hour:%H:%M}" if self.hour else "")


def key_moments(calendar: BodyCalendar, period: Period) -> tuple[KeyMoment, ...]:
    """The key moments of a pay period, in the order in which they come.

    Where the rail processes a payment on the pay day itself, processing is no moment of its own.

    Args:
        calendar: the body's: its agreement and the Bacs calendar.
        period: which.

    Raises:
        NoGo: the period is none of the body's, has no pay day, or is in a year whose holidays are not known.
    """
    each_day = calendar.of_each_day(period)
    dates = each_day[0]
    return (
        KeyMoment.at(Moment.EXTRACT_DUE, dates.extract_due),
        *_until_judged(calendar, dates.extract_due, dates.approve_by),
        KeyMoment.at(Moment.APPROVE_BY, dates.approve_by),
        KeyMoment.at(Moment.SUBMIT_BY, dates.submit_by),
        *sorted(
            (
                KeyMoment(Moment(name), getattr(of_day, name), pay_day=of_day.day)
                for of_day in each_day
                for name in calendar.agreement.terms.days
            ),
            key=attrgetter("day"),
        ),
        *until_closed(calendar, each_day[-1].returns_closed),
    )


def _until_judged(calendar: BodyCalendar, extract_due: datetime, approve_by: datetime) -> Iterator[KeyMoment]:
    """Until when a corrected extract can come and leave a working day to approve it, and its gates are judged then.

    Of a body whose extract is due on the day of the approval, both are one moment: there is no time for a correction.
    """
    corrections_by = max(extract_due, calendar.working_day_before(approve_by))
    yield KeyMoment.at(Moment.CORRECTIONS_BY, corrections_by)
    yield KeyMoment.at(Moment.GATES, min(corrections_by + UNTIL_JUDGED, approve_by))


def until_closed(calendar: BodyCalendar, returns_closed: date) -> Iterator[KeyMoment]:
    """When the bank has said what came back on the last day of returns, and the working day after, to close on.

    Banks say in the morning what came of the day before. It is closed by the hour by which the body approves.

    Args:
        calendar: the body's.
        returns_closed: the last day of returns.
    """
    answered = calendar.bank_days.next(returns_closed)
    yield KeyMoment(Moment.RECONCILED, answered, MORNING_OVER)
    yield KeyMoment(Moment.CLOSED, calendar.working_day_after(answered), calendar.agreement.approve_by.time)
