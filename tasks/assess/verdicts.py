"""What the gates say: go, refer or no-go, from the answers to their conditions."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from schemas.gate_words import GATE_WORDS
from tasks.assess.gate import (
    NO_PERIOD_TO_COMPARE,
    NOTHING_TO_COMPARE,
    Answers,
    Condition,
    Figures,
    Gate,
    Kind,
    Limit,
    conditions,
)

UNJUDGED = "The gate could not be judged"
NOT_ANSWERED = UNJUDGED + ", which is a no-go: {cause}. Start the run again; if it stays so, stop."
DISAGREED = "the two ways to judge it disagree"
MISSING = "A figure that this gate needs is missing from the run, which is a no-go: see what the other gates found. "


class Verdict(StrEnum):
    """What a gate says, from best to worst."""

    GO = "go"
    REFER = "refer"
    NO_GO = "no-go"

    @property
    def severity(self) -> int:
        """0 for go, 2 for no-go."""
        return list(Verdict).index(self)


@dataclass(frozen=True)
class GateResult:
    """What one gate said; the columns of ``out_gate``.

    Attributes:
        gate: its name.
        kind: integrity or judgement.
        verdict: what it said.
        figure: what was found, as a person reads it.
        threshold: what it was held against.
        explanation: what the gate is for and what to do, or why it could not be judged.
    """

    gate: str
    kind: Kind
    verdict: Verdict
    figure: str
    threshold: str
    explanation: str

    @property
    def short(self) -> str:
        """What people call the gate, and write before the reason that they give for it."""
        return GATE_WORDS[self.gate].short

    @property
    def says(self) -> str:
        """What the gate says, as a sentence that reads right in this outcome."""
        words = GATE_WORDS[self.gate]
        if self.explanation.startswith((UNJUDGED, MISSING)):
            return f"{words.short}: could not be judged"
        if self.waits_for_a_period:
            return f"{words.short}: cannot be compared"
        return words.kept if self.verdict is Verdict.GO else words.broken

    @property
    def waits_for_a_period(self) -> bool:
        """Whether it refers only because there is no period to compare with, which another gate says for all."""
        return self.verdict is Verdict.REFER and self.figure in (NOTHING_TO_COMPARE, NO_PERIOD_TO_COMPARE)


def worst(results: Iterable[GateResult]) -> Verdict:
    """What the gates say together; no gates at all is a no-go."""
    verdicts = [result.verdict for result in results]
    return max(verdicts, key=lambda verdict: verdict.severity) if verdicts else Verdict.NO_GO


def work_out(gates: tuple[Gate, ...], figures: Figures) -> dict[str, bool | None]:
    """Answer every condition by plain arithmetic."""
    return {condition.name: _kept(condition, figures.get(condition.figure)) for condition in conditions(gates)}


def results(gates: tuple[Gate, ...], figures: Figures, answers: Answers) -> list[GateResult]:
    """Let each gate say what the answers come to.

    The answers are held against plain arithmetic over the same figures, so that a judge which skips,
    crashes or errs cannot let a run go.

    Args:
        gates: the gates.
        figures: what they look at.
        answers: the judge's, of every condition.
    """
    expected = work_out(gates, figures)
    return [_result(gate, tuple(conditions((gate,))), expected, answers) for gate in gates]


def no_goes(gates: tuple[Gate, ...], cause: str) -> list[GateResult]:
    """Every gate a no-go, because nobody judged them."""
    return [_unjudged(gate, cause) for gate in gates]


def _result(gate: Gate, asked: tuple[Condition, ...], expected: Answers, answers: Answers) -> GateResult:
    for condition in asked:
        if answers.get(condition.name) is None:
            return _unjudged(gate, f"there is no answer to {condition.name}")
        if answers[condition.name] is not expected[condition.name]:
            return _unjudged(gate, DISAGREED)
    failed = {condition for condition in asked if not answers[condition.name]}
    limits = {condition.limit for condition in failed}
    verdict = Verdict.NO_GO if Limit.NO_GO in limits else Verdict.REFER if limits else Verdict.GO
    missing = any(condition.test == "is_there" for condition in failed)
    return GateResult(
        gate.name, gate.kind, verdict, gate.figure, gate.threshold, MISSING + gate.why if missing else gate.why
    )


def _unjudged(gate: Gate, cause: str) -> GateResult:
    explanation = NOT_ANSWERED.format(cause=cause)
    return GateResult(gate.name, gate.kind, Verdict.NO_GO, gate.figure, gate.threshold, explanation)


def _kept(condition: Condition, figure: int | float | None) -> bool:
    if condition.test == "is_there":
        return figure is not None
    return figure is None or (
        (condition.least is None or figure >= condition.least) and (condition.most is None or figure <= condition.most)
    )
