"""Two lists of public holidays held against each other: a day that one of them lacks is found before it is needed.

The one is gov.uk's, as siller carries it, with what was announced since (:mod:`schemas.bank_holidays`); the other is
computed by the package `holidays`, which nobody of gov.uk writes. Neither is always right: Scotland's Monday 15 June
2026 stood in the second alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import holidays

from schemas.bank_holidays import Announcements, Division, published_holidays, published_version

_OTHER = "holidays"
_SUBDIVISIONS = {Division.ENGLAND_AND_WALES: "ENG", Division.SCOTLAND: "SCT", Division.NORTHERN_IRELAND: "NIR"}
_NAMES = {
    Division.ENGLAND_AND_WALES: "England and Wales",
    Division.SCOTLAND: "Scotland",
    Division.NORTHERN_IRELAND: "Northern Ireland",
}
_SATURDAY = 5


@dataclass(frozen=True)
class Disagreement:
    """A weekday that is a holiday by one source and none by the other.

    Attributes:
        day: which.
        division: where.
        name: what the source that has it calls it.
        is_used: whether siller takes it for a holiday.
        is_announced: whether somebody has decided: the file of announcements has a word on it.
    """

    day: date
    division: Division
    name: str
    is_used: bool
    is_announced: bool

    @property
    def moves_pay_days(self) -> bool:
        """Whether pay days hang on it: Bacs works on the days of England and Wales, wherever the payer is."""
        return self.division is Division.ENGLAND_AND_WALES

    def __str__(self) -> str:
        """Both sources, and which of them siller goes by."""
        announced = "bank_holidays.yaml"
        carried = announced if self.is_announced else published_version()
        other = f"{_OTHER} {version(_OTHER)}"
        has, lacks = (carried, other) if self.is_used else (other, carried)
        name = f" ({self.name})" if self.name else ""
        return f"{self.day:%A %-d %B %Y}, {_NAMES[self.division]}{name}: a holiday by {has}, none by {lacks}."


def list_disagreements(announcements: Announcements, first: date, last: date) -> Iterator[Disagreement]:
    """Each weekday of a stretch on which the two sources differ, of a part of the kingdom after the other, in order.

    Args:
        announcements: what was announced since the list that siller carries was published.
        first: the stretch's first day.
        last: its last; beyond the last published year nothing is compared.
    """
    for division, subdivision in _SUBDIVISIONS.items():
        published = published_holidays(division)
        used = announcements.applied(published, division)
        years = range(first.year, min(last.year, max(published).year) + 1)
        computed = holidays.country_holidays("GB", subdiv=subdivision, years=years)
        for day in sorted(used.symmetric_difference(computed)):
            if first <= day <= last and day.year in years and day.weekday() < _SATURDAY:
                is_announced = announcements.has_a_word_on(day, division)
                yield Disagreement(day, division, computed.get(day, ""), day in used, is_announced)
