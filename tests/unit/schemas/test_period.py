"""A pay period: read from text in one place, in order, in words, and as text again."""

import re
from datetime import date
from itertools import pairwise

import pytest
from pydantic import BaseModel, ValidationError

from schemas.no_go import NoGo
from schemas.period import PERIOD_PATTERN, Period

NOVEMBER = Period.parsed("2026-11")


@pytest.mark.parametrize("text", ["2026-11", "2027-01", "1999-12", "0999-02"])
def test_a_period_is_written_as_it_was_read(text: str) -> None:
    assert str(Period.parsed(text)) == f"{Period.parsed(text)}" == text
    assert re.fullmatch(PERIOD_PATTERN, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-1",
        "2026-13",
        "2026-00",
        "0000-01",
        "202-611",
        "2026-11-01",
        " 2026-11",
        "2026-11\n",
        "２０２６-11",
    ],
)
def test_what_is_no_period_is_refused_with_the_way_to_write_one(text: str) -> None:
    with pytest.raises(NoGo, match=r"^The period .* is no month: write it YYYY-MM, for example 2026-11\.$"):
        Period.parsed(text)


def test_periods_follow_each_other() -> None:
    a_year = Period.of_year(2026)
    assert [str(period) for period in a_year] == [f"2026-{month:02d}" for month in range(1, 13)]
    assert [period.next for period in a_year] == [*a_year[1:], Period.parsed("2027-01")]
    assert all(earlier < later for earlier, later in pairwise(a_year))
    assert Period.parsed("0999-12") < Period.parsed("2026-02") < Period.parsed("2026-10") < NOVEMBER


def test_a_period_has_its_days_and_no_others() -> None:
    february = Period.parsed("2028-02")
    assert (february.first, february.last) == (date(2028, 2, 1), date(2028, 2, 29))
    assert {Period.around(february.first), Period.around(february.last)} == {february}
    assert Period.around(date(2028, 3, 1)) == february.next
    assert Period.parsed("9999-12").last == date(9999, 12, 31)


def test_a_period_in_words() -> None:
    assert NOVEMBER.words == "November 2026"


@pytest.mark.parametrize("year", [-1, 0, 10000])
def test_a_year_that_nobody_can_write_is_refused(year: int) -> None:
    with pytest.raises(NoGo, match="is no month"):
        Period.of_year(year)


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
    with pytest.raises(ValidationError, match="must be a month written YYYY-MM, such as 2026-11"):
        Document.model_validate({"period": value})
