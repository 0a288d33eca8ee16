"""The go/no-go gates: which there are, what each looks at, and what it says to a person.

Integrity gates ask whether the run is what it claims to be; nobody can override them. Judgement gates
ask whether a person should look; their thresholds are agreed with the body. What a gate is stands in
``tasks/assess/gate.py``; which incident each is for, in ``docs/operating/gates.md``.
"""

from collections.abc import Iterable, Mapping

from schemas.gate_reasons import Referring
from tasks.assess.gate import NO_PERIOD_TO_COMPARE, NOTHING_TO_COMPARE, Gate, Thresholds
from tasks.assess.gates import accounts, payees, repeats, total
from tasks.assess.gates.integrity import integrity
from tasks.assess.gates.judged import Judged, judge_each
from tasks.assess.metrics import Metrics

THRESHOLDS: Mapping[str, Judged] = {**total.JUDGED, **payees.JUDGED, **accounts.JUDGED, **repeats.JUDGED}
"""The judgement gates with a threshold, by their name in the agreement."""


def gates(metrics: Metrics, thresholds: Thresholds) -> tuple[Gate, ...]:
    """The gates of a run, integrity first.

    Args:
        metrics: the run's figures.
        thresholds: the agreement's, one of each name of ``THRESHOLDS``.

    Raises:
        KeyError: a threshold is missing.
    """
    always = (
        *total.without_threshold(metrics),
        *payees.without_threshold(metrics),
        *accounts.without_threshold(metrics),
    )
    return (*integrity(metrics), *always, *judge_each(THRESHOLDS, metrics, thresholds))


def referring(found: Iterable[tuple[str, str]]) -> tuple[Referring, ...]:
    """The gates that refer a run to a person, as an approver gives reasons for them.

    Args:
        found: the name of each, and the figure that it found.
    """
    return tuple(Referring(gate, figure not in (NOTHING_TO_COMPARE, NO_PERIOD_TO_COMPARE)) for gate, figure in found)
