"""What all judgement gates are made of, and how figures read in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from schemas.period import Rhythm
from tasks.assess.gate import (
    NO_PERIOD_TO_COMPARE,
    NOTHING_TO_COMPARE,
    Bound,
    Gate,
    Kind,
    Limit,
    Number,
    Thresholds,
)
from tasks.assess.metrics import Metrics

MOST_ROWS_NAMED = 10
"""How many rows a gate names; the ledger has all."""


class Asked(Enum):
    """Of which runs a gate is asked."""

    OF_ALL = "all"
    """Every run; it needs nothing to compare with."""
    BESIDE_THE_LIST = "beside the list"
    """Every run of a body that keeps a list of authorised payees; it needs nothing to compare with either."""
    BESIDE_LAST_TIME = "beside last time"
    """Those that pay everybody of a period, beside the period before."""
    BESIDE_THE_FULL_RUN = "beside the full run"
    """Arrears and supplementary extracts, beside the last run that paid everybody."""


@dataclass(frozen=True)
class Judged:
    """A judgement gate with a threshold.

    Attributes:
        found: the figure as a person reads it; of one that compares it is only asked if there is a period to compare.
        asked: of which runs.
        as_text: how its thresholds are written.
        why: the sentence.
    """

    found: Callable[[Metrics], str]
    asked: Asked
    as_text: Callable[[Number], str]
    why: str


def judge_each(judged: Mapping[str, Judged], metrics: Metrics, thresholds: Thresholds) -> tuple[Gate, ...]:
    """The gates with a threshold that are asked of a run, in their order."""
    of_this = {Asked.OF_ALL, Asked.BESIDE_LAST_TIME if metrics.following is None else Asked.BESIDE_THE_FULL_RUN}
    if metrics.authorised:
        of_this.add(Asked.BESIDE_THE_LIST)
    return tuple(
        _gate(name, each, metrics, *thresholds[name]) for name, each in judged.items() if each.asked in of_this
    )


def _gate(name: str, judged: Judged, metrics: Metrics, refer: Number, no_go: Number | None) -> Gate:
    bounds, threshold = [Bound(Limit.REFER, name, None, float(refer))], f"refer above {judged.as_text(refer)}"
    if no_go is not None:
        bounds.append(Bound(Limit.NO_GO, name, None, float(no_go)))
        threshold += f", no-go above {judged.as_text(no_go)}"
    if judged.asked in (Asked.OF_ALL, Asked.BESIDE_THE_LIST):
        return Gate(name, Kind.JUDGEMENT, tuple(bounds), judged.found(metrics), threshold, judged.why)
    return compared(metrics, name, judged.found, threshold, judged.why, *bounds)


def compared(
    metrics: Metrics, name: str, found: Callable[[Metrics], str], threshold: str, why: str, *bounds: Bound
) -> Gate:
    """A gate that compares with what was paid before; without it, it asks a person instead of saying go."""
    if not metrics.compared:
        bounds = (Bound(Limit.REFER, "months_to_compare", 1),)
        nothing = NOTHING_TO_COMPARE if is_of_months(metrics) else NO_PERIOD_TO_COMPARE
        return Gate(name, Kind.JUDGEMENT, bounds, nothing, threshold, why)
    return Gate(name, Kind.JUDGEMENT, bounds, found(metrics), threshold, why)


def is_of_months(metrics: Metrics) -> bool:
    """Whether the body is paid by the month, so that people say month and not period."""
    return metrics.run.period.rhythm is Rhythm.MONTH


def rows_named(rows: Sequence[int]) -> str:
    """Name rows of an extract by their numbers, the first few of them."""
    named = ", ".join(map(str, rows[:MOST_ROWS_NAMED]))
    more = f" and {len(rows) - MOST_ROWS_NAMED:,} more" if len(rows) > MOST_ROWS_NAMED else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {named}{more}"


def at(rows: Sequence[int]) -> str:
    """Where something was found, to stand behind how much of it was; empty for nothing."""
    return f", at {rows_named(rows)}" if rows else ""


def counted(number: int, of: str) -> str:
    """So many of something."""
    return f"{number:,} {of}{'' if number == 1 else 's'}"


def percent(share: Number | Fraction | None) -> str:
    """A share of the whole."""
    return "unknown" if share is None else f"{float(share):.2%}"


def times(multiple: Number | Fraction | None) -> str:
    """A multiple."""
    return "unknown" if multiple is None else f"{float(multiple):,.4g} times"


def count(number: Number) -> str:
    """A number of something that the gate's own words name."""
    return f"{number:,.0f}"
