"""What a gate is: plain data, so that it can be handed to the process that judges it.

Nothing of siller is imported here: that process would load it all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Number = int | float
Thresholds = Mapping[str, tuple[Number, Number | None]]
"""Of each judgement gate with a threshold: above the first it refers, above the second it is a no-go; None never is."""
Figures = Mapping[str, Number | None]
"""What a run comes to, by name: one row that the gates look at."""
Answers = Mapping[str, bool | None]
"""By a condition's name: whether it is kept; None where asking raised an error."""

NOTHING_TO_COMPARE = "there is no month to compare with"
"""The figure of each gate that compares, where there is nothing; a gate of its own says it for all."""

NO_PERIOD_TO_COMPARE = "there is no period to compare with"
"""The same for a body that is not paid by the month."""


class Kind(StrEnum):
    """Whether anybody may override a gate."""

    INTEGRITY = "integrity"
    JUDGEMENT = "judgement"


class Limit(StrEnum):
    """What follows when a bound is not kept."""

    NO_GO = "no_go"
    REFER = "refer"


@dataclass(frozen=True)
class Bound:
    """A figure, and between what it must lie, both ends included; None is no end.

    Attributes:
        limit: what follows otherwise.
        figure: the figure's name in ``Metrics.figures()``.
        least: the least that keeps the bound.
        most: the most that keeps the bound.
    """

    limit: Limit
    figure: str
    least: Number | None = None
    most: Number | None = None


@dataclass(frozen=True)
class Gate:
    """One question about a run.

    Attributes:
        name: its id, the same in the agreement, the ledger and every report.
        kind: integrity or judgement.
        bounds: what makes it refer or no-go; a figure that is missing is a no-go.
        figure: what was found, as a person reads it.
        threshold: what it is held against, as a person reads it.
        why: what it is for, and what to do if it does not say go.
    """

    name: str
    kind: Kind
    bounds: tuple[Bound, ...]
    figure: str
    threshold: str
    why: str


@dataclass(frozen=True)
class Condition:
    """The smallest thing that is judged: a figure is there, or a bound is kept by a figure that is there.

    Attributes:
        name: unique in the suite: gate, limit, test and figure.
        gate: whose.
        limit: what follows if it fails.
        test: ``is_there``, or ``lies_within``, which says nothing of a figure that is missing.
        figure: the figure's name.
        least: of the bound.
        most: of the bound.
    """

    name: str
    gate: str
    limit: Limit
    test: Literal["is_there", "lies_within"]
    figure: str
    least: Number | None = None
    most: Number | None = None


def conditions(gates: tuple[Gate, ...]) -> Iterator[Condition]:
    """Everything that has to be judged: for each figure of a gate that it is there, and each bound."""
    for gate in gates:
        for figure in dict.fromkeys(bound.figure for bound in gate.bounds):
            name = f"{gate.name}/{Limit.NO_GO}/is_there/{figure}"
            yield Condition(name, gate.name, Limit.NO_GO, "is_there", figure)
        for bound in gate.bounds:
            name = f"{gate.name}/{bound.limit}/lies_within/{bound.figure}"
            yield Condition(name, gate.name, bound.limit, "lies_within", bound.figure, bound.least, bound.most)
