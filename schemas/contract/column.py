"""A column of the extract, and the rules that a contract puts on it."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas.contract.due import Due
from schemas.contract.origin import Origin
from schemas.contract.plain import PLAIN, RuleFunction
from schemas.contract.rules import RULES
from schemas.contract.text_rules import is_blank


@dataclass(frozen=True)
class Rule:
    """One rule as a contract puts it on a column.

    Attributes:
        name: the rule's id, the name of a function in :mod:`schemas.contract.rules`.
        limits: the function's further arguments, as the contract gives them.
    """

    name: str
    limits: Mapping[str, Any]

    def keeps(self, value: pl.Expr, due: Due) -> pl.Expr:
        """Return the expression that is true where ``value`` keeps the rule, and never null."""
        return self._asked(RULES[self.name], value, due)

    def plainly_keeps(self, value: pl.Expr, due: Due) -> pl.Expr:
        """Return the rule's plain test, which is true nowhere if the rule has none, and never null."""
        return self._asked(PLAIN[self.name].test, value, due) if self.name in PLAIN else pl.lit(False)

    @property
    def proves(self) -> frozenset[str]:
        """The ids of the rules that a cell keeps which passes this rule's plain test, its own among them."""
        return frozenset({self.name}) | (PLAIN[self.name].proves if self.name in PLAIN else frozenset())

    def _asked(self, function: RuleFunction, value: pl.Expr, due: Due) -> pl.Expr:
        asked = inspect.signature(function).parameters
        facts = {name: value for name, value in vars(due).items() if name in asked}
        return function(value, **self.limits, **facts).fill_null(False)


@dataclass(frozen=True)
class Column:
    """One column of the extract.

    Attributes:
        name: siller's name, the same for every tenant.
        physical_name: the tenant's name, as it stands in the extract's header.
        required: whether every row must have a value.
        rules: the column's rules in the order in which they are judged.
        description: what the column means, for people.
        origin: where it comes from, if it is not the tenant's column of that name as it stands.
        examples: cells as siller keeps them, which the contract gives to people.
        agreed_form: what its regular expression asks for, as the contract says that to people; empty if it does not.
    """

    name: str
    physical_name: str
    required: bool
    rules: tuple[Rule, ...]
    description: str
    origin: Origin | None = None
    examples: tuple[str, ...] = ()
    agreed_form: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The tenant's columns that it needs."""
        return self.origin.sources if self.origin else (self.physical_name,)

    def checks(self, due: Due) -> Iterator[tuple[str, pl.Expr]]:
        """Yield each rule's id with its expression over this column of text.

        An optional column's empty cells keep every rule.
        """
        value = pl.col(self.name)
        for rule in self.rules:
            keeps = rule.keeps(value, due)
            yield rule.name, keeps if self.required else is_blank(value) | keeps

    def is_plain(self, due: Due) -> pl.Expr:
        """Return an expression over this column of text that is true only where every rule is kept, and never null.

        It asks the plain tests of the rules, those that prove most first, until no rule is left unproven.
        """
        value = pl.col(self.name)
        tests, proven = [], set[str]()
        for rule in sorted(self.rules, key=lambda rule: len(rule.proves), reverse=True):
            if rule.name not in proven:
                tests.append(rule.plainly_keeps(value, due))
                proven |= rule.proves
        return pl.all_horizontal(tests) if self.required else (value == "").fill_null(False) | pl.all_horizontal(tests)
