"""Rules on a cell that holds a date, beside what the run is due for."""

from datetime import date

import polars as pl

from schemas.contract.plain import plain
from schemas.contract.said import says
from schemas.contract.text_rules import is_not_in_scientific_notation, is_present
from schemas.period import Period

_DATE = "%d/%m/%Y"


@plain(proves=(is_present, is_not_in_scientific_notation))
@says("{column} is not a date written DD/MM/YYYY", ". Write it so {send}", must="be a date written DD/MM/YYYY")
def is_a_date(value: pl.Expr) -> pl.Expr:
    """The cell is a day of the calendar written ``DD/MM/YYYY``."""
    written_so = value.str.contains(r"^[0-9]{2}/[0-9]{2}/[0-9]{4}$")
    return written_so & value.str.to_date(_DATE, strict=False).is_not_null()


@plain()
@says(
    "{column} is in another month than the pay day of this pay period",
    ", so the row may be left over from another period. Check that the payment is due now, write this"
    " period's pay day {send}",
    must="lie in the month of the pay day",
)
def is_in_the_pay_month(value: pl.Expr, pay_day: date, pay_days: tuple[date, ...] = ()) -> pl.Expr:
    """The date lies in the month of the pay day, or of one of several; another month's is a stale or an early row.

    For a body whose pay period is a month; ``is_in_the_pay_period`` is for any.
    """
    months = {day.strftime("/%m/%Y") for day in pay_days or (pay_day,)}
    return pl.any_horizontal(value.str.ends_with(month) for month in sorted(months))


@plain()
@says(
    "{column} is outside this pay period",
    ", so the row may be left over from another one. Check that the payment is due now, write this period's pay day"
    " {send}",
    must="lie in the pay period, or be its pay day",
)
def is_in_the_pay_period(value: pl.Expr, pay_day: date, period: Period, pay_days: tuple[date, ...] = ()) -> pl.Expr:
    """The date lies in the pay period, however long that is, or is its pay day, which may be agreed outside it."""
    day = value.str.to_date(_DATE, strict=False)
    return day.is_between(period.first, period.last) | day.is_in([pay_day, *pay_days])


# In a year before 1000 the day would be written with fewer digits, and be no date.
@plain(
    lambda value, pay_day: is_the_pay_day(value, pay_day) & (value.str.len_bytes() == len("DD/MM/YYYY")),
    proves=(is_present, is_a_date, is_in_the_pay_month, is_in_the_pay_period),
)
@says(
    "{column} is not the pay day agreed for this pay period",
    ". Write the agreed day {send}",
    must="be the pay day that is agreed for the pay period",
)
def is_the_pay_day(value: pl.Expr, pay_day: date) -> pl.Expr:
    """The date is the very pay day that the agreement gives the pay period."""
    return value == pay_day.strftime(_DATE)


@plain(
    lambda value, pay_day, pay_days=(): (
        is_a_pay_day(value, pay_day, pay_days) & (value.str.len_bytes() == len("DD/MM/YYYY"))
    ),
    proves=(is_present, is_a_date, is_in_the_pay_month, is_in_the_pay_period),
)
@says(
    "{column} is none of the pay days agreed for this pay period",
    ". Write the agreed day on which this payment is due {send}",
    must="be one of the pay days that are agreed for the pay period",
)
def is_a_pay_day(value: pl.Expr, pay_day: date, pay_days: tuple[date, ...] = ()) -> pl.Expr:
    """The date is one of the pay days that the agreement gives the pay period: the one on which the row is due.

    A row of a run that is paid later, such as a supplementary one, keeps the day on which it was due.
    """
    return value.is_in([day.strftime(_DATE) for day in pay_days or (pay_day,)])
