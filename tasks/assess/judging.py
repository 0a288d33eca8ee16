"""To have the gates judged: by the judge that ``siller up`` keeps warm, or by one that the run starts for itself.

Importing Great Expectations takes longer than most stages, so it is done in a process beside them, and where siller is
up it has been done before. A judge that says nothing has decided nothing: it is asked again, and a run that nobody
judged is no no-go. What it does say is held against plain arithmetic, whoever it is.
"""

import contextlib
import os
import socket
import sys
import time
from pathlib import Path

from schemas.no_go import NotJudged
from tasks.assess import doorway
from tasks.assess.question import FAREWELL, LONGEST, Answer, Question
from tasks.assess.verdicts import GateResult, no_goes, results
from tasks.storage.paths import judges

QUESTION = "metrics.json"
ANSWER = "verdicts.json"
DATA_DOCS = "data_docs"
PATIENCE_SECONDS = 120.0
MOST_ASKED = 3
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

    Modules are not looked for in the folder in which siller is called, where anybody may have put one.

    Args:
        home: ``SILLER_HOME``.
        name: under which it is reached.

    Returns:
        Its process id, which is its process group's too.
    """
    log = (os.POSIX_SPAWN_OPEN, 1, str(_log(home, name)), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with doorway.listening(home, name) as listening:
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-P", "-m", _CHILD, str(os.getpid())],
            {**os.environ, **_QUIET, "PYTHONPATH": str(_PROJECT)},
            file_actions=[(os.POSIX_SPAWN_DUP2, listening.fileno(), 0), log, (os.POSIX_SPAWN_DUP2, 1, 2)],
            setpgroup=0,  # Ctrl-C in a terminal is not for it: its parent decides when it ends
        )


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
        NotJudged: three times no answer came: too late, or the judge was ended, or what it said was no answer to this.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder / QUESTION, question.written)
    crashes = 0
    for time_asked in range(MOST_ASKED):
        judge = _judge(home, question.run_id, may_be_warm=time_asked == 0)
        written = _said(judge, question) if judge else b""
        answer = Answer.read(written, question)
        if answer and not answer.failed:
            _write(folder / ANSWER, written)
            _dismiss(home, question.run_id)
            return results(question.gates, question.figures, answer.answers)
        crashes += answer is not None
        if answer and crashes == MOST_CRASHES:
            return no_goes(question.gates, f"Great Expectations failed {crashes} times on them ({answer.failed})")
    raise NotJudged(
        f"The gates of {question.run_id} have not been judged: Great Expectations was asked {MOST_ASKED} times and did "
        "not answer. That decides nothing, and nothing was released. Start the run again when the machine has less to "
        f"do; what is done stands. What it said itself: {_log(home, question.run_id)}"
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
    """All that a judge says to a question within the time; what is cut off is no answer."""
    end = time.monotonic() + PATIENCE_SECONDS
    written = b""
    with judge, contextlib.suppress(OSError):  # too late, or it is gone
        judge.settimeout(PATIENCE_SECONDS)
        judge.sendall(question.written)
        while len(written) < LONGEST and (left := end - time.monotonic()) > 0:
            judge.settimeout(left)
            if not (more := judge.recv(LONGEST)):
                return written
            written += more
    return b""


def _dismiss(home: Path, run_id: str) -> None:
    """Let the run's own judge go, if it has one: it holds much memory, and nobody asks it again."""
    if judge := doorway.reached(home, run_id):
        with judge, contextlib.suppress(OSError):
            judge.sendall(FAREWELL)
        for left in (_log(home, run_id), judges(home) / run_id):
            left.unlink(missing_ok=True)


def _log(home: Path, name: str) -> Path:
    return judges(home) / f"{name}.log"


def _write(path: Path, written: bytes) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    part = path.with_suffix(".part")
    part.write_bytes(written)
    part.chmod(0o600)
    part.replace(path)
