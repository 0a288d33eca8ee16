"""The Bacs calendar: English bank days, also for a body in Scotland or Northern Ireland.

A Bacs payment takes three bank days in a row: it is sent on the input day, processed on the processing
day (the date in UHL1) and on the payee's account on the entry date (the pay day). A Scottish holiday
such as 2 January is an ordinary Bacs day; an English one is not, wherever the payer is.

Holidays come from the copy of gov.uk's list that `govuk-bank-holidays` carries, so nothing is fetched.
One that is announced later (as for 19 September 2022) is handed in as an extra holiday.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from govuk_bank_holidays.bank_holidays import BankHolidays

from schemas.no_go import NoGo

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class BankDays:
    """Which days the banks work, for the years that the published holidays cover.

    Every method raises NoGo rather than guess about a day outside those years.

    Attributes:
        extra_holidays: holidays announced since the list was published.
    """

    extra_holidays: frozenset[date] = frozenset()

    @cached_property
    def _holidays(self) -> frozenset[date]:
        published = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
        return frozenset(holiday["date"] for holiday in published)

    @cached_property
    def years(self) -> range:
        """The years that the published holidays cover."""
        return range(min(self._holidays).year, max(self._holidays).year + 1)

    def is_bank_day(self, day: date) -> bool:
        """Whether the banks work on this day.

        Raises:
            NoGo: the day is outside the published years.
        """
        if day.year not in self.years:
            raise NoGo(
                f"The bank holidays of {day.year} are not known: the calendar covers {self.years[0]} to "
                f"{self.years[-1]}. Check the date, or update the package govuk-bank-holidays."
            )
        return day.weekday() < _SATURDAY and day not in self._holidays and day not in self.extra_holidays

    def on_or_before(self, day: date) -> date:
        """The day itself if it is a bank day, else the last bank day before it."""
        while not self.is_bank_day(day):
            day -= _DAY
        return day

    def previous(self, day: date) -> date:
        """The last bank day before this day."""
        return self.on_or_before(day - _DAY)

    def next(self, day: date) -> date:
        """The first bank day after this day."""
        day += _DAY
        while not self.is_bank_day(day):
            day += _DAY
        return day

    def processing_date(self, entry_date: date) -> date:
        """The processing date (UHL1, day 2) of payments that arrive on this entry date (day 3).

        Raises:
            NoGo: the entry date is no bank day.
        """
        return self.previous(self._checked(entry_date, "entry date"))

    def entry_date(self, processing_date: date) -> date:
        """The entry date (day 3) of payments processed on this date (day 2).

        Raises:
            NoGo: the processing date is no bank day.
        """
        return self.next(self._checked(processing_date, "processing date"))

    def input_day(self, processing_date: date) -> date:
        """The last day (day 1) on which a file for this processing date may be sent.

        Raises:
            NoGo: the processing date is no bank day.
        """
        return self.previous(self._checked(processing_date, "processing date"))

    def last_of_month(self, year: int, month: int) -> date:
        """The last bank day of a month."""
        first_of_next = date(year + month // 12, month % 12 + 1, 1)
        return self.previous(first_of_next)

    def _checked(self, day: date, what: str) -> date:
        if not self.is_bank_day(day):
            raise NoGo(
                f"The {what} {day:%A %-d %B %Y} is no bank day in England, so Bacs does not work then. "
                f"The nearest bank days are {self.previous(day):%-d %B} and {self.next(day):%-d %B}."
            )
        return day
