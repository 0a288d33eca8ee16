"""A pay period's key dates: what the body must do by when, and on which day its payments are processed and paid.

The banks work to the English calendar. A deadline is also a day on which somebody of the body is at work, so it moves
to an earlier day where their own office is closed, as it is in Scotland on 30 November.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from schemas.agreement import Agreement
from schemas.bank_days import LONDON, BankDays
from schemas.bank_holidays import published_holidays
from schemas.deadline import Deadline
from schemas.period import Period

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class KeyDates:
    """The key dates of one pay period, in the order in which they come.

    Attributes:
        period: the pay period.
        extract_due: when the extract must have arrived, in the time of London.
        approve_by: the latest moment of an approval.
        submit_by: when the payment file must have been sent.
        processing_date: when the payments are processed: by Bacs the bank day before the entry date, else that date.
        entry_date: when payees have their money.
        returns_closed: the last day on which a payment may come back, two bank days later.
        day: which of the period's pay days, from 1. One file has them all, so the deadlines are those of the first.
    """

    period: Period
    extract_due: datetime
    approve_by: datetime
    submit_by: datetime
    processing_date: date
    entry_date: date
    returns_closed: date
    day: int = 1


@dataclass(frozen=True)
class BodyCalendar:
    """The Bacs calendar as one body lives by it.

    Attributes:
        agreement: with the body: its pay day, its deadlines and where its office is.
        bank_days: the Bacs calendar.
    """

    agreement: Agreement
    bank_days: BankDays

    def of_period(self, period: Period) -> KeyDates:
        """The key dates of a pay period, of several pay days those of the first.

        Raises:
            NoGo: the period is in a year whose holidays are not known.
        """
        return self.of_each_day(period)[0]

    def of_each_day(self, period: Period) -> tuple[KeyDates, ...]:
        """The key dates of each pay day of a pay period; see ``of_period``."""
        pay_days = self.agreement.pay_days_of(period, self.bank_days)
        processed = [
            day if self.agreement.terms.in_one_day else self.bank_days.processing_date(day) for day in pay_days
        ]
        return tuple(
            KeyDates(
                period=period,
                extract_due=self.latest(self.agreement.extract_due, processed[0]),
                approve_by=self.latest(self.agreement.approve_by, processed[0]),
                submit_by=self.latest(self.agreement.submit_by, processed[0]),
                processing_date=processing_date,
                entry_date=entry_date,
                returns_closed=self.bank_days.returns_closed(entry_date),
                day=day,
            )
            for day, (entry_date, processing_date) in enumerate(zip(pay_days, processed, strict=True), start=1)
        )

    def latest(self, deadline: Deadline, processing_date: date) -> datetime:
        """The moment at which a deadline of the agreement ends, on a day when banks and the body's office work.

        Args:
            deadline: so many bank days before the processing date, at an hour of London's.
            processing_date: of the payment file.
        """
        day = processing_date
        for _ in range(deadline.bank_days_before_processing):
            day = self.bank_days.previous(day)
        while day in self._office_closed or not self.bank_days.is_bank_day(day):
            day -= _DAY
        return datetime.combine(day, deadline.time, LONDON)

    def working_day_before(self, moment: datetime) -> datetime:
        """The same hour on the last day before on which banks and the body's office work."""
        here = moment.astimezone(LONDON)
        the_same_hour = Deadline.model_validate({"time": f"{here:%H:%M}", "bank_days_before_processing": 1})
        return self.latest(the_same_hour, here.date())

    def working_day_after(self, day: date) -> date:
        """The first day after this one on which banks and the body's office work."""
        day = self.bank_days.next(day)
        while day in self._office_closed:
            day = self.bank_days.next(day)
        return day

    @cached_property
    def _office_closed(self) -> frozenset[date]:
        division = self.agreement.office_holidays
        return self.bank_days.announcements.applied(published_holidays(division), division)
