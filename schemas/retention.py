"""How long what is known of payees is kept: the agreement's years by kind of data, and the day that ends them."""

from calendar import isleap
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from schemas.period import Period


class Kind(StrEnum):
    """The kinds of data that an agreement gives years to."""

    PAYMENTS = "payments"
    BANK_ANSWERS = "bank_answers"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Source = Annotated[str, Field(min_length=1)]
"""Where a length of time comes from, for whoever asks; the body decides."""


class Years(_Part):
    """How long one kind of data is kept.

    Attributes:
        years: from the close of the period, or of a later one in which the last of it was paid.
        source: where that comes from.
    """

    years: Annotated[int, Field(ge=0, le=100)]
    source: Source


class Days(_Part):
    """How long a backup is kept by whoever keeps it.

    Attributes:
        days: after it was made.
        source: where that comes from.
    """

    days: Annotated[int, Field(ge=0, le=36_500)]
    source: Source


class Retention(_Part):
    """How long what is known of payees is kept.

    Attributes:
        payments: what says who was to be paid what, and was: extracts, rows, payment files, what the body was told.
        bank_answers: what the bank said of them.
        backups: the copies that operators keep elsewhere.
    """

    payments: Years
    bank_answers: Years
    backups: Days

    def until(self, kind: Kind, period: Period) -> date:
        """The last day on which one kind of data of a period is to be kept; the clock starts at the period's close."""
        rules = {Kind.PAYMENTS: self.payments, Kind.BANK_ANSWERS: self.bank_answers}
        return _years_later(period.last + timedelta(days=1), rules[kind].years) - timedelta(days=1)

    def last_day(self, period: Period) -> date:
        """The last day on which anything of a period is to be kept: its data goes together."""
        return max(self.until(kind, period) for kind in Kind)


def _years_later(day: date, years: int) -> date:
    """The same day of a later year; 1 March for 29 February of a year that has none."""
    year = day.year + years
    return day.replace(year=year) if (day.month, day.day) != (2, 29) or isleap(year) else date(year, 3, 1)
