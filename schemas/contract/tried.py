"""A contract's columns, tried on no rows: what cannot be kept is found when it is loaded, and not on pay day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from schemas.contract.canonical import NOT_TAKEN
from schemas.contract.column import Column, Rule
from schemas.contract.due import Due
from schemas.no_go import NoGo
from schemas.period import Period

_DUE = Due(date(2000, 1, 31), Period.parsed("2000-01"))
"""What a contract is tried on."""

_WITHOUT_BRACKETS = re.compile(r"(\\.|[^\\\[\]])+", re.DOTALL)
"""The inside of a regular expression's ``[]``: a bracket in it has a backslash before it."""


def try_columns(file: str, columns: Sequence[Column], own: Mapping[str, Sequence[Rule]]) -> None:
    """Hold columns against what rules and later stages take.

    Args:
        file: the contract's, for messages.
        columns: the contract's.
        own: of each column, by siller's name, the rules that the contract itself names.

    Raises:
        NoGo: rows could ask for days that are not agreed, limits do not fit their rule, or the contract's own rules let
            something through that no later stage can take.
    """
    _check_pay_day(file, columns)
    _try_rules(file, columns)
    _check_permitted(file, columns)
    _check_form(file, columns, own)


def _check_pay_day(file: str, columns: Sequence[Column]) -> None:
    """A run pays on the days that are agreed, so no row may ask for another."""
    (pay_date,) = (column for column in columns if column.name == "pay_date")
    rules = {rule.name for rule in pay_date.rules}
    if not pay_date.origin and rules.isdisjoint({"is_the_pay_day", "is_a_pay_day"}):
        raise NoGo(
            f"{file}: column pay_date needs the rule is_the_pay_day: siller pays a run on the day that is agreed. "
            "Where the agreement has several in a period, the rule is is_a_pay_day."
        )
    if {"is_the_pay_day", "is_a_pay_day"} <= rules:
        raise NoGo(f"{file}: column pay_date has is_the_pay_day and is_a_pay_day: a period has one day, or several.")


def _try_rules(file: str, columns: Sequence[Column]) -> None:
    """Evaluate every rule once, so that a wrong limit is found here and not on pay day."""
    sample = pl.DataFrame({column.name: ["0.00"] for column in columns})
    for column in columns:
        for rule in column.rules:
            try:
                value = pl.col(column.name)
                sample.select(rule.keeps(value, _DUE), rule.plainly_keeps(value, _DUE).alias("plainly"))
            except (TypeError, pl.exceptions.PolarsError):
                raise NoGo(
                    f"{file}: column {column.name}: the limits of the rule {rule.name} do not fit it:"
                    " see schemas/contract/rules.py."
                ) from None


def _check_permitted(file: str, columns: Sequence[Column]) -> None:
    """Refuse what would end the ``[]`` that it is to stand in: the rule and its plain test would ask two things."""
    for column in columns:
        for rule in column.rules:
            permitted = rule.limits.get("permitted")
            if permitted is not None and not _WITHOUT_BRACKETS.fullmatch(str(permitted)):
                raise NoGo(
                    f"{file}: column {column.name}: the permitted characters of the rule {rule.name} have a bracket or "
                    "end in a backslash. Write each of [ ] and \\ with a backslash before it."
                )


def _check_form(file: str, columns: Sequence[Column], own: Mapping[str, Sequence[Rule]]) -> None:
    """Refuse a pattern or a list of words that lets something through which no stage after the contract can take."""
    for column in columns:
        as_named = replace(column, rules=tuple(own[column.name]))
        if not {rule.name for rule in as_named.rules} & {"has_the_agreed_form", "is_one_of"}:
            continue
        cells = pl.DataFrame({column.name: NOT_TAKEN.get(column.name, ())}, schema={column.name: pl.String})
        through = cells.filter(pl.all_horizontal(keeps for _, keeps in as_named.checks(_DUE)))
        if not through.is_empty():
            raise NoGo(
                f"{file}: column {column.name}: its own rules let {through.item(0, 0)!r} through, which no "
                "payment can carry. Narrow the pattern, or have a function make the column."
            )
