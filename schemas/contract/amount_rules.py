"""Rules on a cell that holds an amount, or another number."""

import polars as pl

from schemas import money
from schemas.contract.plain import plain
from schemas.contract.said import says
from schemas.contract.text_rules import is_not_in_scientific_notation, is_present

_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"


@plain(proves=(is_present, is_not_in_scientific_notation))
@says(
    "{column} is not a number",
    ". Write pounds and pence as digits with a point, without pound sign, letters, commas or spaces, {send}",
    must="be a number: digits, and a point before the pence",
)
def is_a_number(value: pl.Expr) -> pl.Expr:
    """The cell is a plain decimal number: digits, one point at most, perhaps a minus sign."""
    return value.str.contains(_NUMBER)


@plain(proves=(is_present, is_not_in_scientific_notation, is_a_number))
@says("{column} is not a whole number", ". Write it as digits alone {send}", must="be digits alone")
def is_a_whole_number(value: pl.Expr) -> pl.Expr:
    """The cell is digits 0 to 9 alone."""
    return value.str.contains("^[0-9]+$")


@plain(proves=(is_present, is_not_in_scientific_notation))
@says(
    "{column} does not have exactly two digits after the point",
    ". Write pounds and pence, as 45.50 {send}",
    must="have two digits after the point",
)
def has_two_decimals(value: pl.Expr) -> pl.Expr:
    """The number has exactly two digits after the point, so that it is whole pence."""
    return value.str.contains(r"\.[0-9]{2}$")


@plain()
@says(
    "{column} is negative",
    ": a payment cannot take money back. Write what is to be paid {send} What is owed back is recovered"
    " outside the pay run.",
    must="have no minus sign",
)
def is_not_negative(value: pl.Expr) -> pl.Expr:
    """The number has no minus sign: Bacs credits cannot take money back."""
    return value.str.starts_with("-").not_()


@plain(proves=(is_present,))
@says(
    "{column} is zero",
    ", and nothing cannot be paid. If the payee is owed money, write the amount {send} If not, leave the row out.",
    must="be more than zero",
)
def is_not_zero(value: pl.Expr) -> pl.Expr:
    """The number has a digit other than 0; a Bacs payment of nothing is not permitted."""
    return value.str.contains("[1-9]")


@plain(
    lambda value, pence: money.pence(value).is_between(1, pence),
    proves=(
        is_present,
        is_not_in_scientific_notation,
        is_a_number,
        has_two_decimals,
        is_not_negative,
        is_not_zero,
    ),
)
@says(
    "{column} is more than one payment may carry, which is {most}",
    ". Check the decimal point; if the amount is right, ask how to pay it another way.",
    must="be {most} at most",
)
def is_at_most(value: pl.Expr, pence: int) -> pl.Expr:
    """The amount, written with two decimals, is no more than so many pence.

    Compared as whole pence, never as a float; a number too long for 64 bits is too much.
    """
    return money.pence(value) <= pence


@plain()
@says(
    "{column} is less than the contract allows, which is {least} at least",
    ". Check the decimal point, correct it {send}",
    must="be {least} at least",
)
def is_at_least(value: pl.Expr, least_pence: int) -> pl.Expr:
    """The amount, written with two decimals, is no less than so many pence."""
    return money.pence(value) >= least_pence
