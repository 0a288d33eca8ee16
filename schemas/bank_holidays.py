"""Public holidays by part of the United Kingdom: the published list, and what was announced since.

The list is gov.uk's, in the copy that `govuk-bank-holidays` carries, so nothing is fetched. A holiday can be
added or moved at a week's notice, as for 19 September 2022: that stands in ``data_contracts/bank_holidays.yaml``
until the package has it, and no release of siller is needed.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Self

from govuk_bank_holidays.bank_holidays import BankHolidays
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas.documents import read_yaml, sentences

_PACKAGE = "govuk-bank-holidays"
_SATURDAY = 5


class Division(StrEnum):
    """A part of the United Kingdom with holidays of its own, as gov.uk names it."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Announcement(_Part):
    """One announcement of holidays that the published list does not have yet.

    Attributes:
        announced_on: the day on which it was made public.
        source: where it can be read.
        divisions: where it holds.
        holidays: new days without work.
        working_days: published holidays that are working days now, because they were moved.
    """

    announced_on: date
    source: Annotated[str, Field(min_length=1)]
    divisions: Annotated[tuple[Division, ...], Field(min_length=1)]
    holidays: tuple[date, ...] = ()
    working_days: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        days = (*self.holidays, *self.working_days)
        if not days:
            raise ValueError("name a day under holidays or working_days")
        weekend = [day.isoformat() for day in days if day.weekday() >= _SATURDAY]
        if weekend:
            raise ValueError(f"{', '.join(weekend)} is at a weekend, when no bank works anyway: name a weekday")
        return self


class Announcements(_Part):
    """What was announced since the list was published.

    Attributes:
        version: one more with every change of the file; runs record it.
        announcements: each of them.
    """

    version: Annotated[int, Field(ge=0)]
    announcements: tuple[Announcement, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file of announcements.

        Raises:
            NoGo: the file is missing, is no YAML, or does not fit; the message names every key.
        """
        try:
            return cls.model_validate(read_yaml(path))
        except ValidationError as error:
            raise sentences(path.name, error) from None

    @model_validator(mode="after")
    def _one_word_a_day(self) -> Self:
        for division in Division:
            both = set(self._days(division, "holidays")) & set(self._days(division, "working_days"))
            if both:
                raise ValueError(
                    f"{min(both).isoformat()} is both a holiday and a working day in {division}: keep the later word"
                )
        return self

    def applied(self, published: frozenset[date], division: Division) -> frozenset[date]:
        """The published holidays of a division with what was announced since."""
        return published.difference(self._days(division, "working_days")).union(self._days(division, "holidays"))

    def has_a_word_on(self, day: date, division: Division) -> bool:
        """Whether a day was announced in a division, as a holiday or as a working day."""
        return day in {*self._days(division, "holidays"), *self._days(division, "working_days")}

    def _days(self, division: Division, kind: str) -> Iterator[date]:
        for announcement in self.announcements:
            if division in announcement.divisions:
                yield from getattr(announcement, kind)


NONE_ANNOUNCED = Announcements(version=0, announcements=())
"""Nothing was announced: the published list alone."""


@cache
def published_holidays(division: Division) -> frozenset[date]:
    """The holidays of a division that the package has, from 2012 to the end of the last year it knows."""
    listed = BankHolidays(use_cached_holidays=True).get_holidays(division=division)
    return frozenset(holiday["date"] for holiday in listed)


def published_version() -> str:
    """Which copy of the published list this is."""
    return f"{_PACKAGE} {version(_PACKAGE)}"
