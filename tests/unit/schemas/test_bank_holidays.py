"""Announced holidays: the file as people write it, and every way in which it must not be believed."""

from datetime import date
from pathlib import Path

import holidays
import pytest

from schemas.bank_holidays import NONE_ANNOUNCED, Announcements, Division, published_holidays
from schemas.no_go import NoGo
from tasks.settings import PROJECT

ONE = """
version: 3
announcements:
  - announced_on: 2022-09-10
    source: https://www.gov.uk/bank-holidays
    divisions: [england-and-wales, scotland]
    holidays: [2026-09-14]
    working_days: [2026-12-28]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "bank_holidays.yaml"
    path.write_text(text, "utf-8")
    return path


def test_what_was_announced_is_added_and_taken_away_where_it_holds(tmp_path: Path):
    said = Announcements.load(written(tmp_path, ONE))
    assert said.version == 3
    for division, changed in (("scotland", True), ("northern-ireland", False)):
        published = published_holidays(Division(division))
        days = said.applied(published, Division(division))
        assert (date(2026, 9, 14) in days) is changed
        assert (date(2026, 12, 28) not in days) is changed
        assert date(2026, 12, 25) in days
        assert NONE_ANNOUNCED.applied(published, Division(division)) == published


def test_the_file_that_siller_carries_loads():
    assert Announcements.load(PROJECT / "data_contracts" / "bank_holidays.yaml").version >= 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-09-14", "2026-09-13", "2026-09-13 is at a weekend"),
        ("holidays: [2026-09-14]", 'holidays: ["2026-09-31"]', "announcements.0.holidays.0"),
        ("holidays: [2026-09-14]", "holidays: [monday]", "announcements.0.holidays.0"),
        ("working_days: [2026-12-28]", "working_days: [2026-09-14]", "both a holiday and a working day in england"),
        ("[england-and-wales, scotland]", "[]", "announcements.0.divisions"),
        ("[england-and-wales, scotland]", "[wales]", "announcements.0.divisions.0"),
        ("    source: https://www.gov.uk/bank-holidays\n", "", "announcements.0.source: is missing"),
        ("version: 3\n", "", "version: is missing"),
        ("version: 3", "version: -1", "version"),
        ("    holidays: [2026-09-14]\n    working_days: [2026-12-28]\n", "", "name a day under holidays"),
        ("working_days", "workdays", "announcements.0.workdays: siller knows no such key"),
        ("version: 3", "version: 3\nversion: 4", "the key version stands twice"),
        ("version: 3", "version: [3", "is no YAML"),
    ],
)
def test_a_spoiled_file_is_refused_with_its_key(tmp_path: Path, old: str, new: str, said: str):
    assert old in ONE
    with pytest.raises(NoGo) as refused:
        Announcements.load(written(tmp_path, ONE.replace(old, new)))
    assert str(refused.value).startswith("bank_holidays.yaml") and said in str(refused.value)


def test_a_file_that_is_not_there_is_no_empty_one(tmp_path: Path):
    with pytest.raises(NoGo, match=r"no file bank_holidays\.yaml"):
        Announcements.load(tmp_path / "bank_holidays.yaml")


@pytest.mark.parametrize(("division", "subdivision"), [("scotland", "SCT"), ("northern-ireland", "NIR")])
def test_the_offices_holidays_are_those_of_an_independent_calendar(division: str, subdivision: str):
    """2026 and 2027, weekdays alone; gov.uk and the library differ on one day that was given for a World Cup."""
    there = holidays.country_holidays("GB", subdiv=subdivision, years=(2026, 2027))
    expected = {day for day in there if day.weekday() < 5} - {date(2026, 6, 15)}
    assert {day for day in published_holidays(Division(division)) if day.year in (2026, 2027)} == expected
