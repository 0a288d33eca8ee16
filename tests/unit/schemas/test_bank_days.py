"""The Bacs calendar: worked dates, an independent list of holidays, and days that it refuses."""

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest

from schemas.bank_days import LONDON, BankDays
from schemas.bank_holidays import Announcement, Announcements, Division
from schemas.no_go import NoGo
from schemas.period import Period

BANK_DAYS = BankDays()


@pytest.mark.parametrize(
    ("entry", "processing", "last_input"),
    [
        (date(2026, 12, 24), date(2026, 12, 23), date(2026, 12, 22)),
        (date(2026, 12, 29), date(2026, 12, 24), date(2026, 12, 23)),  # 25 and 28 December are holidays
        (date(2027, 1, 5), date(2027, 1, 4), date(2026, 12, 31)),  # 4 January is a holiday in Scotland alone
        (date(2027, 1, 29), date(2027, 1, 28), date(2027, 1, 27)),
        (date(2027, 3, 31), date(2027, 3, 30), date(2027, 3, 25)),  # Good Friday 26, Easter Monday 29
        (date(2027, 8, 31), date(2027, 8, 27), date(2027, 8, 26)),  # the English August holiday, Monday 30
    ],
)
def test_the_three_days_of_a_payment(entry: date, processing: date, last_input: date):
    assert BANK_DAYS.processing_date(entry) == processing
    assert BANK_DAYS.entry_date(processing) == entry
    assert BANK_DAYS.input_day(processing) == last_input


def test_every_day_of_five_years_agrees_with_an_independent_calendar():
    england = holidays.country_holidays("GB", subdiv="ENG", years=range(2024, 2029))
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range((date(2028, 12, 31) - date(2024, 1, 1)).days + 1)]
    differ = [day for day in days if BANK_DAYS.is_bank_day(day) != (day.weekday() < 5 and day not in england)]
    assert differ == []


def test_scottish_holidays_are_bank_days():
    assert all(BANK_DAYS.is_bank_day(day) for day in (date(2026, 1, 2), date(2026, 8, 3), date(2026, 11, 30)))


@pytest.mark.parametrize(
    ("period", "last"),
    [
        ("2026-10", date(2026, 10, 30)),  # the 31st is a Saturday
        ("2026-11", date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 31)),
        ("2027-05", date(2027, 5, 28)),  # the 31st is the spring bank holiday
        ("2028-12", date(2028, 12, 29)),  # the 30th and 31st are a weekend
    ],
)
def test_last_bank_day_of_a_period(period: str, last: date):
    assert BANK_DAYS.on_or_before(Period.parsed(period).last) == last


def test_neighbours_of_a_day():
    saturday = date(2026, 8, 29)  # Monday 31 August 2026 is a holiday
    assert BANK_DAYS.previous(saturday) == BANK_DAYS.on_or_before(saturday) == date(2026, 8, 28)
    assert BANK_DAYS.next(saturday) == date(2026, 9, 1)
    assert BANK_DAYS.on_or_before(date(2026, 8, 28)) == date(2026, 8, 28)
    assert BANK_DAYS.previous(date(2026, 8, 28)) == date(2026, 8, 27)
    assert BANK_DAYS.next(date(2026, 8, 27)) == date(2026, 8, 28)


def announced(**days: list[date]) -> BankDays:
    """The calendar after one announcement for England and Wales."""
    said = Announcement(announced_on=date(2026, 9, 1), source="gazette", divisions=[Division.ENGLAND_AND_WALES], **days)
    return BankDays(Announcements(version=2, announcements=(said,)))


def test_a_holiday_announced_late_moves_the_days_around_it():
    changed = announced(holidays=[date(2026, 9, 14)])
    assert not changed.is_bank_day(date(2026, 9, 14))
    assert changed.entry_date(date(2026, 9, 11)) == date(2026, 9, 15)
    assert BANK_DAYS.entry_date(date(2026, 9, 11)) == date(2026, 9, 14)


def test_a_holiday_that_is_moved_makes_its_old_day_a_bank_day():
    """As in 2022, when the spring holiday of 30 May went to 2 June."""
    changed = announced(holidays=[date(2027, 6, 3)], working_days=[date(2027, 5, 31)])
    assert not BANK_DAYS.is_bank_day(date(2027, 5, 31))
    assert changed.on_or_before(date(2027, 5, 31)) == date(2027, 5, 31)
    assert not changed.is_bank_day(date(2027, 6, 3))


def test_a_holiday_of_another_part_of_the_kingdom_changes_nothing():
    said = Announcement(
        announced_on=date(2026, 9, 1), source="x", divisions=[Division.SCOTLAND], holidays=[date(2026, 9, 14)]
    )
    assert BankDays(Announcements(version=2, announcements=(said,))).is_bank_day(date(2026, 9, 14))


def test_a_calendar_says_which_it_is():
    """Two calendars have the same name if and only if they have the same days."""
    changed = announced(holidays=[date(2026, 9, 14)])
    assert "govuk-bank-holidays 0." in BANK_DAYS.version and "announcements 0" in BANK_DAYS.version
    assert "announcements 2" in changed.version
    assert BANK_DAYS.version.rpartition(" ")[2] != changed.version.rpartition(" ")[2]
    assert announced(holidays=[date(2026, 12, 25)]).version.rpartition(" ")[2] == BANK_DAYS.version.rpartition(" ")[2]


@pytest.mark.parametrize(
    ("entry", "utc"),
    [
        (date(2026, 12, 24), datetime(2026, 12, 22, 22, 30, tzinfo=UTC)),
        (date(2027, 3, 31), datetime(2027, 3, 25, 22, 30, tzinfo=UTC)),  # the clocks go forward on 28 March
        (date(2026, 10, 27), datetime(2026, 10, 23, 21, 30, tzinfo=UTC)),  # and back on 25 October
        (date(2027, 8, 31), datetime(2027, 8, 26, 21, 30, tzinfo=UTC)),
    ],
)
def test_the_latest_input_is_half_past_ten_at_night_in_london(entry: date, utc: datetime):
    latest = BANK_DAYS.latest_input(entry)
    assert latest.astimezone(UTC) == utc
    assert BANK_DAYS.earliest_entry_date(latest) == entry
    assert BANK_DAYS.earliest_entry_date(latest + timedelta(seconds=1)) == BANK_DAYS.next(entry)


@pytest.mark.parametrize(
    ("sent", "entry"),
    [
        (datetime(2026, 12, 23, 9, 0, tzinfo=LONDON), date(2026, 12, 29)),
        (datetime(2026, 12, 24, 22, 31, tzinfo=LONDON), date(2026, 12, 31)),  # too late: as if sent on the 29th
        (datetime(2026, 12, 26, 9, 0, tzinfo=LONDON), date(2026, 12, 31)),  # a Saturday
        (datetime(2027, 6, 1, 21, 45, tzinfo=UTC), date(2027, 6, 4)),  # 22:45 in London's summer
        (datetime(2027, 1, 5, 21, 45, tzinfo=UTC), date(2027, 1, 7)),  # 21:45 in its winter
    ],
)
def test_the_earliest_entry_date_from_a_moment(sent: datetime, entry: date):
    assert BANK_DAYS.earliest_entry_date(sent) == entry


def test_every_bank_day_of_five_years_can_be_reached_and_no_earlier_one():
    days = [date(2024, 1, 8) + timedelta(days=n) for n in range(5 * 365 - 30)]
    for entry in filter(BANK_DAYS.is_bank_day, days):
        latest = BANK_DAYS.latest_input(entry)
        assert BANK_DAYS.earliest_entry_date(latest) == entry
        assert latest.astimezone(LONDON).timetz().replace(tzinfo=None).isoformat() == "22:30:00"


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        BANK_DAYS.earliest_entry_date(datetime(2026, 12, 1, 9, 0))  # noqa: DTZ001  # it is what must be refused


def test_returns_are_closed_two_bank_days_after_the_entry_date():
    assert BANK_DAYS.returns_closed(date(2026, 12, 24)) == date(2026, 12, 30)  # 25 and 28 are holidays
    assert BANK_DAYS.returns_closed(date(2026, 11, 30)) == date(2026, 12, 2)


BEFORE, AFTER = BANK_DAYS.years[0] - 1, BANK_DAYS.years[-1] + 1


@pytest.mark.parametrize("year", [BEFORE, AFTER])
def test_a_day_outside_the_published_years_is_refused(year: int):
    with pytest.raises(NoGo, match=f"bank holidays of {year} are not known: the calendar covers {BEFORE + 1} to"):
        BANK_DAYS.is_bank_day(date(year, 7, 2))


def test_no_walk_leaves_the_published_years():
    with pytest.raises(NoGo, match=f"of {AFTER} are not known"):
        BANK_DAYS.next(BANK_DAYS.on_or_before(date(AFTER - 1, 12, 31)))
    with pytest.raises(NoGo, match=f"of {BEFORE} are not known"):
        BANK_DAYS.previous(date(BEFORE + 1, 1, 2))


@pytest.mark.parametrize("day", [date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 28)])
def test_a_day_on_which_bacs_does_not_work_is_no_date_of_a_payment(day: date):
    with pytest.raises(NoGo, match=r"no bank day .* nearest bank days are 24 December and 29 December"):
        BANK_DAYS.processing_date(day)
    with pytest.raises(NoGo, match="processing date"):
        BANK_DAYS.entry_date(day)
    with pytest.raises(NoGo, match="processing date"):
        BANK_DAYS.input_day(day)
