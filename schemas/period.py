"""A pay period: what a pay run pays for. Today each is a month, and only this module knows it.

A period is made from text here, and has an order of its own. As text it stands in file names, tables and run ids, where
it may be compared for being the same, and never for coming earlier or later.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from schemas.no_go import NoGo
from schemas.sanitise import sanitise

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

PERIOD_PATTERN = r"[0-9]{4}-(0[1-9]|1[0-2])"
"""A period's text as part of a longer one, and as a rule of a contract."""

PERIOD_FORM = "YYYY-MM"
"""How people are told to write one."""

_EXAMPLE = "2026-11"


@dataclass(frozen=True, order=True)
class Period:
    """One pay period, earlier or later than another one.

    Attributes:
        first: its first day.
    """

    first: date

    @classmethod
    def parsed(cls, text: str) -> "Period":
        """Read a period from its text.

        Raises:
            NoGo: it is none.
        """
        if re.fullmatch(PERIOD_PATTERN, text):
            year, month = map(int, text.split("-"))
            if year:
                return cls(date(year, month, 1))
        raise NoGo(f"The period {sanitise(text)!r} is no month: write it {PERIOD_FORM}, for example {_EXAMPLE}.")

    @classmethod
    def around(cls, day: date) -> "Period":
        """The period in which a day lies."""
        return cls(day.replace(day=1))

    @classmethod
    def of_year(cls, year: int) -> "tuple[Period, ...]":
        """The periods of a year, in order.

        Raises:
            NoGo: there is no such year.
        """
        return tuple(cls.parsed(f"{year:04d}-{month:02d}") for month in range(1, 13))

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])

    @property
    def next(self) -> "Period":
        """The period that follows."""
        return Period.around(self.last + timedelta(days=1))

    @property
    def words(self) -> str:
        """The period as people say it, for example November 2026."""
        return f"{self.first:%B %Y}"

    def __str__(self) -> str:
        """The period as it is written, for example 2026-11."""
        return f"{self.first.year:04d}-{self.first.month:02d}"

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
            raise ValueError(f"must be a month written {PERIOD_FORM}, such as {_EXAMPLE}") from None
