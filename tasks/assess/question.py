"""What a judge is asked about the gates, and what it answers: counts and shares of one run, and nothing of a payee.

The question names the run, and the answer names the question by its SHA-256: an answer to another question, or of
another run, is none.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from tasks.assess.gate import Answers, Bound, Figures, Gate, Kind, Limit

LONGEST = 1 << 20
"""Bytes; neither question nor answer comes near it."""
FAREWELL = b"\n"
"""What tells a judge that it has done its work; the one that ``siller up`` keeps is not told."""


@dataclass(frozen=True)
class Question:
    """What a judge is asked.

    Attributes:
        run_id: of which run.
        gates: its gates.
        figures: what they look at.
        docs: the folder that takes Data Docs.
    """

    run_id: str
    gates: tuple[Gate, ...]
    figures: Figures
    docs: str

    @property
    def written(self) -> bytes:
        """One line of JSON, without the words that people read of a gate: no judge needs them."""
        gates = [{"name": gate.name, "kind": gate.kind, "bounds": [*map(asdict, gate.bounds)]} for gate in self.gates]
        told = {"run_id": self.run_id, "gates": gates, "figures": dict(self.figures), "docs": self.docs}
        return json.dumps(told).encode() + b"\n"

    @property
    def sha256(self) -> str:
        """By which an answer names it."""
        return hashlib.sha256(self.written).hexdigest()

    @classmethod
    def read(cls, written: bytes) -> "Question":
        """Read a question as it was written, its gates without their words."""
        found = json.loads(written)
        return cls(found["run_id"], tuple(_gate(gate) for gate in found["gates"]), found["figures"], found["docs"])


@dataclass(frozen=True)
class Cost:
    """What Great Expectations cost, measured by the judge itself.

    Attributes:
        import_seconds: to load it, before it was asked.
        judging_seconds: to validate and to build Data Docs.
    """

    import_seconds: float
    judging_seconds: float


@dataclass(frozen=True)
class Answer:
    """What a judge says.

    Attributes:
        question: the SHA-256 of what it was asked.
        failed: the kind of the exception, or the signal, that the question was its end by; None for a judgement.
        answers: by a condition's name whether it is kept.
        cost: what it took.
    """

    question: str
    failed: str | None
    answers: Answers
    cost: Cost

    @property
    def written(self) -> bytes:
        """JSON, as a person can read it too."""
        return json.dumps(asdict(self) | {"answers": dict(self.answers)}, indent=1).encode()

    @classmethod
    def read(cls, written: bytes, to: Question) -> "Answer | None":
        """Read an answer to a question; None for whatever else it is."""
        try:
            found = json.loads(written)
            answer = cls(**{**found, "cost": Cost(**found["cost"])})
            is_judgement = all(isinstance(said, bool | None) for said in answer.answers.values())
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        is_whole = is_judgement and isinstance(answer.failed, str | None)
        return answer if is_whole and answer.question == to.sha256 else None


def _gate(written: dict[str, Any]) -> Gate:
    bounds = tuple(Bound(**{**bound, "limit": Limit(bound["limit"])}) for bound in written["bounds"])
    return Gate(written["name"], Kind(written["kind"]), bounds, figure="", threshold="", why="")
