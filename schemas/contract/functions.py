"""The functions by which a contract makes a column of what a body sends in another form.

Each takes cells as they were sent and returns one polars expression: the cell as siller's stages take it. Beside it
stands which cells it takes; one that it does not take stays as it is, and its row is refused with the function's text,
so that nothing is ever guessed. An empty cell stays empty: whether it may is the rules' affair. The function's name is
its id in contracts, reports and refused rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from schemas.contract.said import says
from schemas.contract.text_rules import is_blank


@dataclass(frozen=True)
class Function:
    """A function that a contract may name.

    Attributes:
        makes: the expression over the cell, or over several where it joins them.
        takes: what the whole cell must match; None if it takes everything.
        joins: whether it makes one cell of several.
    """

    makes: Callable[..., pl.Expr]
    takes: str | None
    joins: bool

    def taken(self, cell: pl.Expr) -> pl.Expr:
        """Where the cell can be taken: it has the function's form, or nothing in it."""
        return pl.lit(True) if self.takes is None else is_blank(cell) | cell.str.contains(rf"^(?:{self.takes})$")

    def made(self, cell: pl.Expr) -> pl.Expr:
        """What it makes of a cell that it takes; one that it does not take, or with nothing in it, stays."""
        return pl.when(self.taken(cell) & ~is_blank(cell)).then(self.makes(cell)).otherwise(cell)


FUNCTIONS: dict[str, Function] = {}
"""Every function that a contract may name, by its id."""

Makes = Callable[..., pl.Expr]


def _takes(pattern: str | None, joins: bool = False) -> Callable[[Makes], Makes]:
    def beside(function: Makes) -> Makes:
        FUNCTIONS[function.__name__] = Function(function, pattern, joins)
        return function

    return beside


@_takes(None, joins=True)
def join_with_spaces(*cells: pl.Expr) -> pl.Expr:
    """Put cells that are not empty one after the other, with a space between, and none around any of them."""
    stripped = [cell.str.strip_chars() for cell in cells]
    kept = pl.concat_list(pl.when(cell != "").then(cell) for cell in stripped)
    return kept.list.drop_nulls().list.join(" ")


@_takes(None)
def strip_blanks(cell: pl.Expr) -> pl.Expr:
    """Leave out blanks, no-break ones too, before and after what stands in the cell."""
    return cell.str.strip_chars()


@_takes(r"[0-9]{2}-?[0-9]{2}-?[0-9]{2}|[0-9]{2} [0-9]{2} [0-9]{2}")
@says(
    "{column} is no sort code of six digits, together or in pairs",
    ". Write it as 123456, 12-34-56 or 12 34 56, as text so that no zero in front is lost, {send}",
    must="be six digits, together or in pairs: 123456, 12-34-56 or 12 34 56",
)
def join_pairs(cell: pl.Expr) -> pl.Expr:
    """Take the hyphens or spaces out of a sort code in pairs."""
    return cell.str.replace_all("[ -]", "")


_FOURTEEN = r"[0-9]{2}-?[0-9]{2}-?[0-9]{2}[ -]?[0-9]{8}"
_IS_NOT_FOURTEEN = (
    "{column} is not a sort code of six digits and an account number of eight together",
    ". Write all 14 digits, as text so that no zero in front is lost, {send}",
)


@_takes(_FOURTEEN)
@says(*_IS_NOT_FOURTEEN, must="be sort code and account number together, 14 digits")
def first_six_of_fourteen(cell: pl.Expr) -> pl.Expr:
    """Take the sort code, the first six of fourteen digits."""
    return cell.str.replace_all("[ -]", "").str.head(6)


@_takes(_FOURTEEN)
@says(*_IS_NOT_FOURTEEN, must="be sort code and account number together, 14 digits")
def last_eight_of_fourteen(cell: pl.Expr) -> pl.Expr:
    """Take the account number, the last eight of fourteen digits."""
    return cell.str.replace_all("[ -]", "").str.tail(8)


@_takes(r"-?£? ?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
@says(
    "{column} is no amount in pounds that can be read for certain",
    ". Write pounds with a point before the pence, as 1,234.50 or 1234.50, without brackets or letters, {send}",
    must="be pounds, with or without £ and commas between thousands, and a point before the pence",
)
def strip_pound_sign_and_commas(cell: pl.Expr) -> pl.Expr:
    """Take the pound sign and the commas between thousands out of an amount."""
    return cell.str.replace_all("[£, ]", "")


_DAY, _MONTH = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
_DAY_FIRST, _YEAR_FIRST, _MONTH_FIRST = (
    rf"{_DAY}[/.-]{_MONTH}[/.-][0-9]{{4}}",
    rf"[0-9]{{4}}[/.-]{_MONTH}[/.-]{_DAY}",
    rf"{_MONTH}[/.-]{_DAY}[/.-][0-9]{{4}}",
)


def _as_date(cell: pl.Expr, day: int, month: int, year: int) -> pl.Expr:
    parts = cell.str.split_exact("/", 2)
    part = [parts.struct.field(f"field_{place}") for place in range(3)]
    return pl.concat_str(part[day].str.zfill(2), part[month].str.zfill(2), part[year], separator="/")


def _with_slashes(cell: pl.Expr) -> pl.Expr:
    return cell.str.replace_all("[.-]", "/")


@_takes(_DAY_FIRST)
@says(
    "{column} is no date with day, month and year in this order",
    ". Write it as 30/11/2026 {send}",
    must="be day, month and year, as 30/11/2026, 30-11-2026 or 30.11.2026",
)
def date_with_day_first(cell: pl.Expr) -> pl.Expr:
    """Write a date with day, month and year, such as 5-1-2026, as DD/MM/YYYY."""
    return _as_date(_with_slashes(cell), 0, 1, 2)


@_takes(_YEAR_FIRST)
@says(
    "{column} is no date with year, month and day in this order",
    ". Write it as 2026-11-30 {send}",
    must="be year, month and day, as 2026-11-30",
)
def date_with_year_first(cell: pl.Expr) -> pl.Expr:
    """Write a date with year, month and day, such as 2026-01-05, as DD/MM/YYYY."""
    return _as_date(_with_slashes(cell), 2, 1, 0)


@_takes(_MONTH_FIRST)
@says(
    "{column} is no date with month, day and year in this order",
    ". Write it as 11/30/2026 {send}",
    must="be month, day and year, as 11/30/2026",
)
def date_with_month_first(cell: pl.Expr) -> pl.Expr:
    """Write a date with month, day and year, such as 1/5/2026, as DD/MM/YYYY."""
    return _as_date(_with_slashes(cell), 1, 0, 2)
