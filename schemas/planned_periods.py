"""The periods around a day with their key dates: those of which something may be due, late or to be started."""

from collections.abc import Iterator
from datetime import date, timedelta

from schemas.key_dates import BodyCalendar, KeyDates
from schemas.no_go import NoGo

_AROUND = timedelta(days=150)
"""A period whose end is further away is asked for nothing; of a year the pay day may lie months after its end."""


def list_planned(calendar: BodyCalendar, today: date) -> Iterator[KeyDates]:
    """The key dates of each period around a day; of one whose days nobody can tell there are none.

    Args:
        calendar: the body's.
        today: the day.
    """
    for year in (today.year - 1, today.year, today.year + 1):
        for period in calendar.agreement.periods.of_year(year):
            if abs(period.last - today) <= _AROUND:
                try:
                    yield calendar.of_period(period)
                except NoGo:  # it has no pay day, or one in a year whose holidays nobody knows
                    continue
