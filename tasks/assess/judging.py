"""To have the gates judged: by the judge that ``siller up`` keeps warm, or by one that the run starts for itself.

Importing Great Expectations takes longer than most stages, so it is done in a process beside them, and where siller is
up it has been done before. A judge that lives is waited for, however long it takes: on a machine with much to do slow
is not wrong. One that ends, or says nothing, has decided nothing: its death tells, and another is asked. A run that
nobody judged is no no-go. What a judge does say is held against plain arithmetic, whoever it is.
"""

import contextlib
import socket
import time
from pathlib import Path

from schemas.no_go import NotJudged
from tasks.assess import doorway
from tasks.assess.question import FAREWELL, LONGEST, Answer, Question
from tasks.assess.verdicts import GateResult, no_goes, results

QUESTION = "metrics.json"
ANSWER = "verdicts.json"
DATA_DOCS = "data_docs"
MOST_ASKED = 3
ANOTHER_SECONDS = 1.0
"""Until the place of a warm judge that ended has been taken, and whoever asks need not start one of their own."""
MOST_CRASHES = 2

_CHILD = "tasks.assess.great_expectations_child"
_PROJECT = Path(__file__).resolve().parents[2]
_QUIET = {
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # One row is judged: threads would only be copied with the process.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}


def start(home: Path, name: str) -> int:
    """Start a judge; it ends by itself when this process is gone.

    Args:
        home: ``SILLER_HOME``.
        name: under which it is reached.

    Returns:
        Its process id, which is its process group's too.
    """
    return doorway.start(home, name, _CHILD, {**_QUIET, "PYTHONPATH": str(_PROJECT)})


def start_unless_warm(home: Path, run_id: str) -> int | None:
    """Start a run's own judge, unless one is kept warm: it needs long to load.

    Returns:
        Its process id; None if there is a warm one, or the machine starts no process now.
    """
    if warm := doorway.reached(home, doorway.WARM):
        warm.close()
        return None
    with contextlib.suppress(OSError):  # the machine is short of something now; whoever asks starts it again
        return start(home, run_id)
    return None


def await_answers(home: Path, question: Question, folder: Path) -> list[GateResult]:
    """Ask what each gate says; the question and the answer that counted are left in a folder.

    Args:
        home: ``SILLER_HOME``.
        question: what is asked.
        folder: where they are left; made if it is not there.

    Raises:
        NotJudged: three times no answer came: the judge was ended, or what it said was no answer to this.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder / QUESTION, question.written)
    crashes = 0
    may_be_warm = True
    for asked_before in range(MOST_ASKED):
        judge = _judge(home, question.run_id, may_be_warm)
        written = _said(judge, question) if judge else b""
        answer = Answer.read(written, question)
        if answer and not answer.failed:
            _write(folder / ANSWER, written)
            _dismiss(home, question.run_id)
            return results(question.gates, question.figures, answer.answers)
        crashes += answer is not None
        # One that ended has a successor, for which all whom it left wait; one that said something is not asked again.
        may_be_warm = not (written or asked_before)
        if may_be_warm:
            time.sleep(ANOTHER_SECONDS)
        if answer and crashes == MOST_CRASHES:
            return no_goes(question.gates, f"Great Expectations failed {crashes} times on them ({answer.failed})")
    raise NotJudged(
        f"The gates of {question.run_id} have not been judged: Great Expectations was asked {MOST_ASKED} times and did "
        "not answer. That decides nothing, and nothing was released. Start the run again when the machine has less to "
        f"do; what is done stands. What it said itself: {doorway.log_of(home, question.run_id)}"
    )


def _judge(home: Path, run_id: str, may_be_warm: bool) -> socket.socket | None:
    """The warm judge, else the run's own, which is started unless it is there; None if none can be had at once."""
    warm = doorway.reached(home, doorway.WARM) if may_be_warm else None
    if judge := warm or doorway.reached(home, run_id):
        return judge
    with contextlib.suppress(OSError):
        start(home, run_id)
    return doorway.reached(home, run_id)


def _said(judge: socket.socket, question: Question) -> bytes:
    """All that a judge says to a question, however long that takes; the system tells when it is gone.

    What is too long, or cut off, is no answer.
    """
    written = b""
    with judge, contextlib.suppress(OSError):  # it is gone
        judge.settimeout(None)
        judge.sendall(question.written)
        while len(written) < LONGEST:
            if not (more := judge.recv(LONGEST)):
                return written
            written += more
    return b""


def _dismiss(home: Path, run_id: str) -> None:
    """Let the run's own judge go, if it has one: it holds much memory, and nobody asks it again."""
    if judge := doorway.reached(home, run_id):
        with judge, contextlib.suppress(OSError):
            judge.sendall(FAREWELL)
        for left in (doorway.log_of(home, run_id), doorway.judges(home) / run_id):
            left.unlink(missing_ok=True)


def _write(path: Path, written: bytes) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    part = path.with_suffix(".part")
    part.write_bytes(written)
    part.chmod(0o600)
    part.replace(path)
