"""The two lists of holidays: what one of them lacks is named with its day and both sources."""

from datetime import date

import pytest

from schemas.bank_holidays import NONE_ANNOUNCED, Announcement, Announcements, Division, published_holidays
from schemas.holiday_sources import Disagreement, list_disagreements

WORLD_CUP = date(2026, 6, 15)


def found(announcements: Announcements = NONE_ANNOUNCED, first: date = date(2026, 5, 1)) -> list[Disagreement]:
    return list(list_disagreements(announcements, first, first.replace(year=first.year + 1)))


def announced(division: Division, **days: list[date]) -> Announcements:
    one = {"announced_on": date(2026, 5, 1), "source": "gazette", "divisions": [division], **days}
    return Announcements(version=2, announcements=(Announcement.model_validate(one),))


def test_a_holiday_that_the_carried_list_lacks_is_found():
    (one,) = found()
    assert (one.day, one.division, one.is_used, one.is_announced) == (WORLD_CUP, Division.SCOTLAND, False, False)
    assert not one.moves_pay_days
    assert str(one).startswith("Monday 15 June 2026, Scotland (")
    assert "a holiday by holidays 0." in str(one) and "none by govuk-bank-holidays 0." in str(one)


def test_once_it_is_announced_both_agree():
    assert not found(announced(Division.SCOTLAND, holidays=[WORLD_CUP]))


def test_that_it_is_none_is_announced_too_and_stays_named():
    (one,) = found(announced(Division.SCOTLAND, working_days=[WORLD_CUP]))
    assert one.is_announced and "none by bank_holidays.yaml" in str(one)


def test_a_day_that_the_carried_list_loses_is_found(monkeypatch: pytest.MonkeyPatch):
    """As if gov.uk's list had been published without Christmas in England: pay days hang on that."""
    without = {division: published_holidays(division) - {date(2026, 12, 25)} for division in Division}
    monkeypatch.setattr("schemas.holiday_sources.published_holidays", without.__getitem__)
    of_england = [each for each in found(first=date(2026, 7, 1)) if each.moves_pay_days]
    assert [(each.day, each.name) for each in of_england] == [(date(2026, 12, 25), "Christmas Day")]


def test_a_holiday_announced_in_a_week_is_named_until_the_other_list_has_it():
    (one,) = found(announced(Division.ENGLAND_AND_WALES, holidays=[date(2026, 9, 14)]), date(2026, 7, 1))
    assert one.moves_pay_days and one.is_used and one.is_announced
    assert str(one).startswith("Monday 14 September 2026, England and Wales: a holiday by bank_holidays.yaml, none by")


def test_nothing_is_compared_where_nothing_was_published():
    assert not list(list_disagreements(NONE_ANNOUNCED, date(2028, 12, 1), date(2030, 1, 1)))
