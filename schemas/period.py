"""A pay period: what a pay run pays for. Which rhythms there are, and how a period of each is written, is known here.

A period is made from text here, and has an order of its own. As text it stands in file names, tables and run ids, where
it may be compared for being the same, and never for coming earlier or later. The texts of different rhythms differ, so
that a text says which days it means without anything beside it. Weeks are those of ISO 8601, from Monday to Sunday, and
a fortnight or four weeks are named by the first of theirs.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from schemas.no_go import NoGo
from schemas.sanitise import sanitise

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

PERIOD_PATTERN = r"[0-9]{4}(-((0[1-9]|1[0-2])|[WFL](0[1-9]|[1-4][0-9]|5[0-3])|Q[1-4]|[a-z]+(-[a-z]+)*))?"
"""A period's text as part of a longer one, and as a rule of a contract."""

PERIOD_FORM = "such as 2026-11 or 2026-W48"
"""How people are told to write one where no body is at hand, whose agreement says how long its periods are."""

_MOST_LETTERS = 40
"""How long the name of an off-cycle period may be: it stands in file names."""

_DAY = timedelta(days=1)


class Rhythm(StrEnum):
    """How long a body's pay periods are."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    FOUR_WEEKS = "four_weeks"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    OFF_CYCLE = "off_cycle"
    """A period beside the others, by a name that stands in the agreement; of its days its text says the year alone."""

    @property
    def label(self) -> str:
        """What people call one period of it."""
        return "off-cycle" if self is Rhythm.OFF_CYCLE else self.value.replace("_", " ")

    @property
    def weeks(self) -> int:
        """How many weeks its periods have; 0 where they are counted in months."""
        return {Rhythm.WEEK: 1, Rhythm.FORTNIGHT: 2, Rhythm.FOUR_WEEKS: 4}.get(self, 0)

    @property
    def months(self) -> int:
        """How many months its periods have; 0 where they are counted in weeks."""
        return {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.YEAR: 12, Rhythm.OFF_CYCLE: 12}.get(self, 0)

    @property
    def has_anchor(self) -> bool:
        """Whether a calendar alone does not say where its periods begin."""
        return self.weeks > 1

    @property
    def example(self) -> str:
        """How one of its periods is written."""
        return _EXAMPLES[self]


_EXAMPLES = {
    Rhythm.WEEK: "2026-W48",
    Rhythm.FORTNIGHT: "2026-F48",
    Rhythm.FOUR_WEEKS: "2026-L48",
    Rhythm.MONTH: "2026-11",
    Rhythm.QUARTER: "2026-Q4",
    Rhythm.YEAR: "2026",
    Rhythm.OFF_CYCLE: "2026-thank-you",
}
_LETTERS = {"W": Rhythm.WEEK, "F": Rhythm.FORTNIGHT, "L": Rhythm.FOUR_WEEKS}


@dataclass(frozen=True, order=True)
class Period:
    """One pay period, earlier or later than another one.

    Attributes:
        first: its first day.
        rhythm: how long it is.
        name: of an off-cycle one, what stands after its year.
    """

    first: date
    rhythm: Rhythm
    name: str = ""

    @classmethod
    def parsed(cls, text: str) -> "Period":
        """Read a period from its text.

        Raises:
            NoGo: it is none.
        """
        if re.fullmatch(PERIOD_PATTERN, text):
            try:
                period = cls._read(int(text[:4]), text[5:])
                _ = period.last
            except (ValueError, OverflowError):  # a year of 52 weeks has no 53rd, and no calendar has a year 0
                pass
            else:
                return period
        forms = ", ".join(f"{rhythm.example} ({rhythm.label})" for rhythm in Rhythm)
        raise NoGo(f"{sanitise(text)!r} is no pay period. One is written as its body's are: {forms}.")

    @classmethod
    def _read(cls, year: int, rest: str) -> "Period":
        if not rest:
            return cls(date(year, 1, 1), Rhythm.YEAR)
        if rest.isdigit():
            return cls(date(year, int(rest), 1), Rhythm.MONTH)
        if rest[0] == "Q":
            return cls(date(year, 3 * int(rest[1]) - 2, 1), Rhythm.QUARTER)
        if rest[0] in _LETTERS:
            return cls(date.fromisocalendar(year, int(rest[1:]), 1), _LETTERS[rest[0]])
        if len(rest) > _MOST_LETTERS:
            raise ValueError(f"a name has at most {_MOST_LETTERS} letters")
        return cls(date(year, 1, 1), Rhythm.OFF_CYCLE, rest)

    @classmethod
    def around(cls, day: date, rhythm: Rhythm, anchor: date | None = None) -> "Period":
        """The period of a rhythm in which a day lies.

        Args:
            day: any day.
            rhythm: which.
            anchor: the first day of one of its periods, where the calendar alone does not say.
        """
        if rhythm.weeks:
            weeks_from = anchor or date.fromisocalendar(day.year, 1, 1)
            return cls(day - (day - weeks_from) % timedelta(weeks=rhythm.weeks), rhythm)
        return cls(day.replace(month=day.month - (day.month - 1) % rhythm.months, day=1), rhythm)

    def beside(self, day: date) -> "Period":
        """The period in which a day lies, of those that go on from this one in either direction."""
        found = Period.around(day, self.rhythm, self.first)
        return Period(found.first, self.rhythm, self.name)

    @property
    def last(self) -> date:
        """Its last day."""
        if self.rhythm.weeks:
            return self.first + timedelta(weeks=self.rhythm.weeks) - _DAY
        month = self.first.month + self.rhythm.months - 1
        return date(self.first.year, month, monthrange(self.first.year, month)[1])

    @property
    def next(self) -> "Period":
        """The period that follows; of an off-cycle one that of the same name a year later."""
        return self.beside(self.last + _DAY)

    @property
    def previous(self) -> "Period":
        """The period before, with which this one is compared."""
        return self.beside(self.first - _DAY)

    def is_of_year(self, year: int) -> bool:
        """Whether its text begins with a year; a week's is the one in which its Thursday lies."""
        return self._year == year

    @property
    def _year(self) -> int:
        return self.first.isocalendar().year if self.rhythm.weeks else self.first.year

    def is_comparable(self, other: "Period") -> bool:
        """Whether what changed from one to the other says something: a week beside a month would be all change."""
        return (self.rhythm, self.name) == (other.rhythm, other.name)

    def overlaps(self, other: "Period") -> bool:
        """Whether both pay for a day that they share; an off-cycle one pays for no days."""
        if Rhythm.OFF_CYCLE in (self.rhythm, other.rhythm) or self == other:
            return False
        return self.first <= other.last and other.first <= self.last

    def reaches(self, later: "Period") -> bool:
        """Whether a period that begins no earlier begins before this one ends."""
        return later.first <= self.last

    @property
    def words(self) -> str:
        """The period as people say it, for example November 2026."""
        first, last = self.first, self.last
        match self.rhythm:
            case Rhythm.MONTH:
                return f"{first:%B %Y}"
            case Rhythm.QUARTER:
                return f"{first:%B} to {last:%B %Y}"
            case Rhythm.YEAR:
                return f"{first:%Y}"
            case Rhythm.OFF_CYCLE:
                return f"{self.name.replace('-', ' ')} {first:%Y}"
        since = f"{first:%-d %B %Y}" if first.year < last.year else f"{first:%-d %B}"
        since = f"{first:%-d}" if first.month == last.month else since
        return f"{self.rhythm.label} from {since} to {last:%-d %B %Y}"

    def __str__(self) -> str:
        """The period as it is written, for example 2026-11."""
        year = f"{self._year:04d}"
        match self.rhythm:
            case Rhythm.MONTH:
                return f"{year}-{self.first.month:02d}"
            case Rhythm.QUARTER:
                return f"{year}-Q{self.last.month // 3}"
            case Rhythm.YEAR:
                return year
            case Rhythm.OFF_CYCLE:
                return f"{year}-{self.name}"
        letter = next(letter for letter, rhythm in _LETTERS.items() if rhythm is self.rhythm)
        return f"{year}-{letter}{self.first.isocalendar().week:02d}"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> "CoreSchema":
        """Let a document's model have one."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(cls._of_document)

    @classmethod
    def _of_document(cls, value: Any) -> "Period":
        if isinstance(value, cls):
            return value
        try:
            return cls.parsed(str(value))
        except NoGo:
            raise ValueError(f"must be a pay period, such as {Rhythm.MONTH.example} or {Rhythm.WEEK.example}") from None
