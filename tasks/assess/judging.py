"""The judge beside the run: a child process that has Great Expectations loaded when the figures are there.

Importing Great Expectations takes longer than most stages. So the child is started first, imports while
the run goes on, waits for the question in a folder, and leaves its answers there. No answer, a broken
one or one that comes too late makes every gate a no-go.
"""

import hashlib
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from schemas.no_go import NoGo
from tasks.assess.gate import Bound, Gate, Kind, Limit
from tasks.assess.metrics import Figures
from tasks.assess.verdicts import Answers, GateResult, no_goes, results

QUESTION = "metrics.json"
ANSWER = "verdicts.json"
DATA_DOCS = "data_docs"
LOG = "child.log"
CHILD = "child.pid"
POLL_SECONDS = 0.1

_CHILD = "tasks.assess.great_expectations_child"
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Question:
    """What the child is asked.

    Attributes:
        gates: the gates.
        figures: what they look at.
        sha256: of the question as it was written; the answer names it.
    """

    gates: tuple[Gate, ...]
    figures: Figures
    sha256: str


@dataclass(frozen=True)
class Cost:
    """What Great Expectations cost, measured by the child itself.

    Attributes:
        import_seconds: to load it, beside the run's other stages.
        judging_seconds: to validate and to build Data Docs.
    """

    import_seconds: float
    judging_seconds: float


def start_child(folder: Path) -> int:
    """Start the judge of a run; it ends by itself after its answer, and when this process is gone.

    Args:
        folder: where the question will stand; made if it is not there.

    Returns:
        The child's process id.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    quiet = {"GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "PYTHONPATH": str(_PROJECT)}
    log = (os.POSIX_SPAWN_OPEN, 1, str(folder / LOG), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", _CHILD, str(folder), str(os.getpid())],
        {**os.environ, **quiet},
        file_actions=[log, (os.POSIX_SPAWN_DUP2, 1, 2)],
    )
    write_whole(folder / CHILD, str(child))
    return child


def forget_question(folder: Path) -> None:
    """Take away what an earlier start of the run has asked, and was killed before it was told.

    Its figures are of another moment. A child that finds it answers that one, and is gone before it is asked this one.
    """
    (folder / QUESTION).unlink(missing_ok=True)


def ask(folder: Path, gates: tuple[Gate, ...], figures: Figures) -> None:
    """Put the question where the child waits for it; asking the same again changes nothing."""
    written = json.dumps({"gates": [asdict(gate) for gate in gates], "figures": dict(figures)}, indent=1)
    write_whole(folder / QUESTION, written)


def judged(folder: Path, timeout: float) -> list[GateResult]:
    """Wait for the child's answer and return what each gate says; nobody waits for a child that has ended.

    Args:
        folder: where the question stands.
        timeout: the most seconds to wait.

    Raises:
        NoGo: nothing has been asked.
    """
    question = read_question(folder)
    if question is None:
        raise NoGo(f"The gates were not asked anything in {folder}. Start the run again.")
    deadline = time.monotonic() + timeout
    while (answer := _answer(folder, question)) is None:
        if _child_has_ended(folder) and _answer(folder, question) is None:
            return no_goes(question.gates, "Great Expectations ended without an answer")
        if time.monotonic() > deadline:
            return no_goes(question.gates, f"Great Expectations did not answer within {timeout:.0f} seconds")
        time.sleep(POLL_SECONDS)
    if isinstance(answer, str):
        return no_goes(question.gates, answer)
    return results(question.gates, question.figures, answer)


def cost(folder: Path) -> Cost | None:
    """What the judging cost; None if the child left nothing that says so."""
    try:
        return Cost(**json.loads((folder / ANSWER).read_text())["cost"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_question(folder: Path) -> Question | None:
    """The question as it stands; None as long as there is none."""
    try:
        written = (folder / QUESTION).read_bytes()
    except FileNotFoundError:
        return None
    question = json.loads(written)
    gates = tuple(_gate(gate) for gate in question["gates"])
    return Question(gates, question["figures"], hashlib.sha256(written).hexdigest())


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    part = path.with_suffix(".part")
    part.write_text(text)
    part.chmod(0o600)
    part.replace(path)


def _gate(written: dict[str, Any]) -> Gate:
    bounds = tuple(Bound(**{**bound, "limit": Limit(bound["limit"])}) for bound in written["bounds"])
    return Gate(**{**written, "kind": Kind(written["kind"]), "bounds": bounds})


def _answer(folder: Path, question: Question) -> Answers | str | None:
    """The answers; a sentence on what is wrong with them; None as long as this question has no answer."""
    try:
        written = json.loads((folder / ANSWER).read_text())
        if written["question"] != question.sha256:
            return None
        if written["failed"]:
            return f"Great Expectations failed ({written['failed']})"
        answers = written["answers"]
        if not all(answer is None or isinstance(answer, bool) for answer in answers.values()):
            raise TypeError
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        return "the answer of Great Expectations is broken"
    return {str(name): answer for name, answer in answers.items()}


def _child_has_ended(folder: Path) -> bool:
    """Whether the child that was started last is gone; a child of this process is laid to rest on the way."""
    try:
        child = int((folder / CHILD).read_text())
    except FileNotFoundError:
        return False
    try:
        return os.waitpid(child, os.WNOHANG)[0] == child
    except ChildProcessError:  # another process's child, or one whose end was seen before
        return not Path(f"/proc/{child}").exists()
