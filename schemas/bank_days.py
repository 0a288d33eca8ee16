"""The Bacs calendar: English bank days, also for a body in Scotland or Northern Ireland.

A Bacs payment takes three bank days in a row: it is sent on the input day, processed on the processing
day (the date in UHL1) and on the payee's account on the entry date (the pay day). A Scottish holiday
such as 2 January is an ordinary Bacs day; an English one is not, wherever the payer is.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from hashlib import sha256
from zoneinfo import ZoneInfo

from schemas.bank_holidays import NONE_ANNOUNCED, Announcements, Division, published_holidays, published_version
from schemas.no_go import NoGo

LONDON = ZoneInfo("Europe/London")

INPUT_CLOSES = time(22, 30)
"""When Bacs takes no more files on a bank day, by the clock of London. Senders' channels may close earlier."""

RETURN_DAYS = 2
"""A payment may come back until so many bank days after the entry date: day 5 of the cycle."""

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class BankDays:
    """Which days the banks work, for the years that the published holidays cover.

    Every method raises NoGo rather than guess about a day outside those years.

    Attributes:
        announcements: what was announced since the holidays were published.
    """

    announcements: Announcements = NONE_ANNOUNCED

    @cached_property
    def _published(self) -> frozenset[date]:
        return published_holidays(Division.ENGLAND_AND_WALES)

    @cached_property
    def _holidays(self) -> frozenset[date]:
        return self.announcements.applied(self._published, Division.ENGLAND_AND_WALES)

    @cached_property
    def years(self) -> range:
        """The years that the published holidays cover."""
        return range(min(self._published).year, max(self._published).year + 1)

    @property
    def version(self) -> str:
        """Which calendar this is, as a run records it and a person reads it."""
        days = "\n".join(day.isoformat() for day in sorted(self._holidays))
        digest = sha256(days.encode()).hexdigest()
        return f"{published_version()}, announcements {self.announcements.version}, holidays {digest[:12]}"

    def is_bank_day(self, day: date) -> bool:
        """Whether the banks work on this day.

        Raises:
            NoGo: the day is outside the published years.
        """
        self._check_year(day.year)
        return day.weekday() < _SATURDAY and day not in self._holidays

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

    def latest_input(self, entry_date: date) -> datetime:
        """The latest moment at which a file can be sent whose payments arrive on this entry date.

        Returns:
            in the time of London, summer time or not.

        Raises:
            NoGo: the entry date is no bank day.
        """
        day = self.input_day(self.processing_date(entry_date))
        return datetime.combine(day, INPUT_CLOSES, LONDON)

    def earliest_entry_date(self, moment: datetime) -> date:
        """The first entry date that a file can still reach which is sent at this moment.

        Args:
            moment: with its time zone, whichever it is.

        Raises:
            ValueError: the moment has no time zone.
            NoGo: the moment is outside the published years.
        """
        if moment.tzinfo is None:
            raise ValueError("a moment without a time zone is no moment")
        here = moment.astimezone(LONDON)
        today = here.date()
        in_time = self.is_bank_day(today) and here.time() <= INPUT_CLOSES
        return self.next(self.next(today if in_time else self.next(today)))

    def returns_closed(self, entry_date: date) -> date:
        """The last day on which a payment of this entry date may come back."""
        day = entry_date
        for _ in range(RETURN_DAYS):
            day = self.next(day)
        return day

    def _check_year(self, year: int) -> None:
        if year not in self.years:
            raise NoGo(
                f"The bank holidays of {year} are not known: the calendar covers {self.years[0]} to "
                f"{self.years[-1]}. Check the date, or update the package govuk-bank-holidays."
            )

    def _checked(self, day: date, what: str) -> date:
        if not self.is_bank_day(day):
            raise NoGo(
                f"The {what} {day:%A %-d %B %Y} is no bank day in England, so Bacs does not work then. "
                f"The nearest bank days are {self.previous(day):%-d %B} and {self.next(day):%-d %B}."
            )
        return day
