"""A pay period: read from text in one place, in order, in words, and as text again, in each rhythm."""

import re
from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from schemas.no_go import NoGo
from schemas.period import PERIOD_PATTERN, Period, Rhythm

NOVEMBER = Period.parsed("2026-11")
CALENDAR = [rhythm for rhythm in Rhythm if rhythm is not Rhythm.OFF_CYCLE]
MONDAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(lambda day: day - timedelta(days=day.weekday()))
DAYS = st.dates(date(1990, 1, 1), date(2109, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11",
        "2027-01",
        "1999-12",
        "0999-02",
        "2026-W48",
        "2026-W53",
        "2027-W01",
        "2026-F48",
        "2026-L09",
        "2026-Q4",
        "2026",
        "0999",
        "2026-thank-you",
        "2026-winter",
    ],
)
def test_a_period_is_written_as_it_was_read(text: str) -> None:
    assert str(Period.parsed(text)) == f"{Period.parsed(text)}" == text
    assert re.fullmatch(PERIOD_PATTERN, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 2026-11",
        "2026-11\n",
        f"2026-{'a' * 41}",
        *[
            "2026-1",
            "2026-13",
            "2026-00",
            "0000-01",
            "0000",
            "202-611",
            "2026-11-01",
            "２０２６-11",
            "2027-W53",
            "2026-W00",
            "2026-W54",
            "2026-w48",
        ],
        *[
            "2026-W4",
            "2026-Q0",
            "2026-Q5",
            "9999-W52",
            "2026-M48",
            "2026-",
            "2026-Thanks",
            "2026-thank--you",
            "2026-live-1",
            "2026-2nd",
        ],
    ],
)
def test_what_is_no_period_is_refused_with_the_ways_to_write_one(text: str) -> None:
    with pytest.raises(
        NoGo, match=r"is no pay period\. .* 2026-W48 \(week\), .* 2026-11 \(month\), 2026-Q4 \(quarter\)"
    ):
        Period.parsed(text)


@pytest.mark.parametrize(
    ("text", "first", "last", "words"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30), "November 2026"),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29), "February 2028"),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31), "December 9999"),
        ("2026-W48", date(2026, 11, 23), date(2026, 11, 29), "week from 23 to 29 November 2026"),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3), "week from 28 December 2026 to 3 January 2027"),
        ("2027-W01", date(2027, 1, 4), date(2027, 1, 10), "week from 4 to 10 January 2027"),
        ("2026-F48", date(2026, 11, 23), date(2026, 12, 6), "fortnight from 23 November to 6 December 2026"),
        ("2026-L48", date(2026, 11, 23), date(2026, 12, 20), "four weeks from 23 November to 20 December 2026"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "October to December 2026"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026"),
        ("2026-thank-you", date(2026, 1, 1), date(2026, 12, 31), "thank you 2026"),
    ],
)
def test_a_period_has_its_days_and_its_words(text: str, first: date, last: date, words: str) -> None:
    period = Period.parsed(text)
    assert (period.first, period.last, period.words) == (first, last, words)


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("2026-12", "2027-01"),
        ("2026-W52", "2026-W53"),
        ("2026-W53", "2027-W01"),
        ("2027-W52", "2028-W01"),
        ("2026-F52", "2027-F01"),
        ("2026-F53", "2027-F02"),
        ("2026-L50", "2027-L01"),
        ("2026-L53", "2027-L04"),
        ("2026-Q4", "2027-Q1"),
        ("2026", "2027"),
        ("2026-thank-you", "2027-thank-you"),
    ],
)
def test_periods_follow_each_other_across_a_year_end(text: str, following: str) -> None:
    period = Period.parsed(text)
    assert str(period.next) == following
    assert Period.parsed(following).previous == period
    assert period < period.next


@given(rhythm=st.sampled_from(CALENDAR), day=DAYS, other=DAYS, anchor=MONDAYS)
def test_each_day_lies_in_one_period_of_a_rhythm(rhythm: Rhythm, day: date, other: date, anchor: date) -> None:
    period, another = (Period.around(each, rhythm, anchor if rhythm.has_anchor else None) for each in (day, other))
    assert period.first <= day <= period.last
    assert Period.parsed(str(period)) == period
    assert (period == another) == (str(period) == str(another)) == (period.first <= other <= period.last)
    assert period == another or (period < another) == (day < other)
    assert not period.overlaps(another)
    assert period.beside(other) == another


@given(rhythm=st.sampled_from(CALENDAR), day=DAYS, anchor=MONDAYS)
def test_next_and_previous_leave_no_day_between(rhythm: Rhythm, day: date, anchor: date) -> None:
    period = Period.around(day, rhythm, anchor if rhythm.has_anchor else None)
    assert period.next.first - period.last == period.first - period.previous.last == timedelta(days=1)
    assert period.next.previous == period.previous.next == period
    assert period.previous < period < period.next


@given(day=DAYS, anchor=MONDAYS)
def test_texts_of_different_rhythms_never_meet(day: date, anchor: date) -> None:
    periods = [Period.around(day, rhythm, anchor if rhythm.has_anchor else None) for rhythm in CALENDAR]
    assert len({str(period) for period in periods}) == len(CALENDAR)
    for one, other in product(periods, periods):
        assert one.overlaps(other) == (one != other)
        assert one.is_comparable(other) == (one == other)


def test_what_has_a_name_stands_beside_the_others() -> None:
    thanks, winter = Period.parsed("2026-thank-you"), Period.parsed("2026-winter")
    assert not thanks.overlaps(winter)
    assert not thanks.overlaps(NOVEMBER)
    assert thanks.is_comparable(thanks.previous)
    assert not thanks.is_comparable(winter)


def test_months_in_order() -> None:
    months = [Period.parsed(f"2026-{month:02d}") for month in range(1, 13)]
    assert all(earlier < later for earlier, later in pairwise(months))
    assert Period.parsed("0999-12") < Period.parsed("2026-02") < Period.parsed("2026-10") < NOVEMBER


def test_a_period_has_no_order_with_text() -> None:
    with pytest.raises(TypeError):
        assert NOVEMBER < "2026-12"  # type: ignore[operator]


class Document(BaseModel):
    """What people write a period into."""

    period: Period


@pytest.mark.parametrize("value", ["2026-11", NOVEMBER])
def test_a_document_has_one(value: object) -> None:
    assert Document.model_validate({"period": value}).period == NOVEMBER


@pytest.mark.parametrize("value", ["2026-13", 202611, None, ["2026-11"]])
def test_a_document_with_another_value_is_refused_without_it(value: object) -> None:
    with pytest.raises(ValidationError, match="must be a pay period, such as 2026-11 or 2026-W48"):
        Document.model_validate({"period": value})
