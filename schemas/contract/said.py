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


FAULTS: dict[str, Fault] = {}
"""The text of each rule and of each function that makes a column, by its id."""

MUST: dict[str, str] = {}
"""By rule or function, what a cell is that keeps it or can be taken, as the end of a sentence: it must …"""

Expressed = Callable[..., pl.Expr]


def says(said: str, what_to_do: str, must: str = "") -> Callable[[Expressed], Expressed]:
    """Put its text beside a rule; ``{column}`` is the body's name of the column, other braces are the rule's limits.

    Args:
        said: what a row has that breaks it.
        what_to_do: the rest of the sentence.
        must: what a cell must do, as in *must be filled in*; none for a fault that no cell of any column may have.
    """

    def beside(rule: Expressed) -> Expressed:
        FAULTS[rule.__name__] = Fault(said, what_to_do)
        if must:
            MUST[rule.__name__] = must
        return rule

    return beside
