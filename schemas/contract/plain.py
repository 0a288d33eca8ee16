"""The plain test: what may be asked of a cell in place of a rule.

It is stricter than its rule or equal to it, and cheaper. Most rows of an extract are plain: a row whose cells all pass
needs no further look, and only the others are held against the rules. What they break is said by the rules alone, so
that a plain test which is too strict costs time, and nothing else. Each stands beside its rule, in
:mod:`schemas.contract.rules`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

RuleFunction = Callable[..., pl.Expr]


@dataclass(frozen=True)
class Plain:
    """A rule's plain test.

    Attributes:
        test: takes what the rule takes; true only where the cell keeps the rule.
        proves: ids of other rules, such as have no limits, that a cell which passes keeps as well.
    """

    test: RuleFunction
    proves: frozenset[str]


PLAIN: dict[str, Plain] = {}
"""Each rule's plain test, by the rule's id. Where a column has a rule without one, no row is plain."""


def plain(
    test: RuleFunction | None = None, *, proves: tuple[RuleFunction, ...] = ()
) -> Callable[[RuleFunction], RuleFunction]:
    """Put a plain test beside a rule; without a test the rule is its own, being cheap enough."""

    def beside(rule: RuleFunction) -> RuleFunction:
        PLAIN[rule.__name__] = Plain(test or rule, frozenset(proven.__name__ for proven in proves))
        return rule

    return beside


def begins_with(value: pl.Expr, *ranges: tuple[str, str]) -> pl.Expr:
    """Whether the first character lies in one of the ranges, which end before their second character.

    Texts compare as their characters do. To compare is much cheaper than a pattern.
    """
    return pl.any_horizontal(value.is_between(pl.lit(low), pl.lit(high), closed="left") for low, high in ranges)
