"""A pay period's key dates: what the body must do by when, and on which day its payments are processed and paid.

The banks work to the English calendar. A deadline is also a day on which somebody of the body is at work, so it moves
to an earlier day where their own office is closed, as it is in Scotland on 30 November.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from schemas.agreement import Agreement, Deadline
from schemas.bank_days import LONDON, BankDays
from schemas.bank_holidays import published_holidays
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
    """

    period: Period
    extract_due: datetime
    approve_by: datetime
    submit_by: datetime
    processing_date: date
    entry_date: date
    returns_closed: date


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
        """The key dates of a pay period.

        Raises:
            NoGo: the period is in a year whose holidays are not known.
        """
        entry_date = self.agreement.pay_day_of(period, self.bank_days)
        in_one_day = self.agreement.terms.in_one_day
        processing_date = entry_date if in_one_day else self.bank_days.processing_date(entry_date)
        return KeyDates(
            period=period,
            extract_due=self.latest(self.agreement.extract_due, processing_date),
            approve_by=self.latest(self.agreement.approve_by, processing_date),
            submit_by=self.latest(self.agreement.submit_by, processing_date),
            processing_date=processing_date,
            entry_date=entry_date,
            returns_closed=self.bank_days.returns_closed(entry_date),
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
