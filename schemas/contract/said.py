"""The text of a rule, which stands beside the rule: what a row has that breaks it, and what to do.

A rule's name says what should be; of a row that breaks it only the fault reads right.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

SEND = "and send the row again."
"""What ``{send}`` in a text stands for."""


@dataclass(frozen=True)
class Fault:
    """What a row has that breaks a rule, and the rest of the sentence: why that is, and what to do."""

    said: str
    what_to_do: str

    @property
    def sentences(self) -> tuple[str, str]:
        """All that is wrong, as one sentence, and what to do about it, as the sentences after that."""
        why, _, to_do = self.what_to_do.partition(". ")
        return f"{self.said}{why}.", to_do


FAULTS: dict[str, Fault] = {}
"""The text of each rule and of each function that makes a column, by its id."""

Expressed = Callable[..., pl.Expr]


def says(said: str, what_to_do: str) -> Callable[[Expressed], Expressed]:
    """Put its text beside a rule; ``{column}`` is the body's name of the column, other braces are the rule's limits."""

    def beside(rule: Expressed) -> Expressed:
        FAULTS[rule.__name__] = Fault(said, what_to_do)
        return rule

    return beside
