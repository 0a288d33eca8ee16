"""The process that judges gates: ``python -m tasks.assess.great_expectations_child PARENT``.

It loads Great Expectations, then waits at the socket that it was handed as standard input for somebody to ask. It has
never judged anything itself: each question is judged by a copy of it, which the system makes and which ends with its
answer. So nothing of one run is there when the next one asks, and no memory grows. One question is judged at a time.

It ends when it is told that it has done its work, or the process that started it (PARENT, a process id) is gone.
"""

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tasks.assess.doorway import is_ours
from tasks.assess.gate import Answers
from tasks.assess.question import FAREWELL, LONGEST, Answer, Cost, Question

MOST_PROCESSOR_SECONDS = 120
"""A judgement takes one: what took so many goes round in a circle. How long they take is the machine's affair."""
LONGEST_STANDING_STILL_SECONDS = 900
"""By the clock; no machine that pays people at all is so slow."""
_TURN_SECONDS = 0.5
_ASKING_SECONDS = 10.0
_SUITE = "tasks.assess.suite"
_ENDED_FROM_OUTSIDE = {
    *(signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM, signal.SIGPROF),
    *(signal.SIGXCPU, signal.SIGXFSZ, signal.SIGBUS),
}
"""By these somebody, the clock, a limit, or a kernel short of memory or disk has ended a judge: no question did."""
_REFUSED = (MemoryError, OSError)
"""What Python raises where the system gives no memory, disk, file or process. Figures are no cause of that."""


def main(parent: int) -> None:
    """Judge what is asked, for as long as the parent lives."""
    os.umask(0o077)
    doorway = socket.socket(fileno=0)
    import_seconds = _timed_import()

    def is_needed() -> bool:
        return os.getppid() == parent

    goes_on = True
    while goes_on and is_needed():
        if select.select([doorway], [], [], _TURN_SECONDS)[0]:
            connection = doorway.accept()[0]
            with connection:
                goes_on = _serve(doorway, connection, import_seconds, is_needed)


def _timed_import() -> float:
    """Load Great Expectations; what fails here fails again when it is used, and is an answer then."""
    started = time.monotonic()
    gc.disable()
    try:
        importlib.import_module(_SUITE)
    except ImportError:
        sys.stderr.write("Great Expectations could not be imported.\n")
    gc.freeze()  # what is loaded stays: neither loading nor a copy looks through it, and the pages stay shared
    gc.enable()
    return time.monotonic() - started


def _serve(
    doorway: socket.socket, connection: socket.socket, import_seconds: float, is_needed: Callable[[], bool]
) -> bool:
    """Take one question and give its answer; whoever leaves meanwhile, or asks nothing, gets none.

    Returns:
        whether somebody may ask again.
    """
    connection.settimeout(_ASKING_SECONDS)
    with contextlib.suppress(OSError):  # whoever asked is gone
        written = _line(connection) if is_ours(connection) else b""
        if written == FAREWELL:
            return False
        if question := _read(written):
            copy = _Copy.judging(question, import_seconds, (doorway, connection))
            connection.sendall(copy.answer(connection, is_needed))
    return True


def _line(connection: socket.socket) -> bytes:
    written = b""
    while not written.endswith(b"\n") and len(written) < LONGEST and (more := connection.recv(LONGEST)):
        written += more
    return written


def _read(written: bytes) -> Question | None:
    try:
        return Question.read(written)
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True)
class _Copy:
    """A copy of this process that judges one question.

    Attributes:
        question: which.
        pid: its process id.
        says: where its answer comes out.
    """

    question: Question
    pid: int
    says: int

    @classmethod
    def judging(cls, question: Question, import_seconds: float, ours: Iterable[socket.socket]) -> "_Copy":
        """Make one, and let it judge; it has nothing to do with these sockets of ours."""
        says, written = os.pipe()
        if pid := os.fork():
            os.close(written)
            return cls(question, pid, says)
        code = 1
        try:
            signal.alarm(LONGEST_STANDING_STILL_SECONDS)
            signal.setitimer(signal.ITIMER_PROF, MOST_PROCESSOR_SECONDS)
            os.close(says)
            for each in ours:
                each.close()
            with os.fdopen(written, "wb") as out:
                if answer := _judged(question, import_seconds):
                    out.write(answer.written)
            code = 0
        finally:
            os._exit(code)  # never back into the code of the process that it is a copy of

    def answer(self, connection: socket.socket, is_needed: Callable[[], bool]) -> bytes:
        """Wait for the answer; empty if the machine let the copy have none. Nobody judges for somebody who has left."""
        written = b""
        while True:
            ready = select.select([self.says, connection.fileno()], [], [], _TURN_SECONDS)[0]
            if connection.fileno() in ready or not is_needed():
                os.kill(self.pid, signal.SIGKILL)
                break
            if self.says in ready:
                if not (more := os.read(self.says, LONGEST)):
                    break
                written += more
        os.close(self.says)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if code == 0:
            return written
        if -code in _ENDED_FROM_OUTSIDE:
            return b""
        died_of = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return Answer(self.question.sha256, died_of, {}, Cost(0, 0)).written


def _judged(question: Question, import_seconds: float) -> Answer | None:
    """Judge a question; None if the machine is short of what that takes, which says nothing of the question."""
    started = time.monotonic()
    answers: Answers = {}
    failed = None
    try:
        answers = importlib.import_module(_SUITE).judge(question.gates, question.figures, Path(question.docs))
    except Exception as error:  # noqa: BLE001  # whatever it was, it is what the answer says
        failed = type(error).__name__
        if _is_refused(error):
            sys.stderr.write(f"Nothing was judged, for the system gave no memory, disk or file: {failed}.\n")
            return None
    cost = Cost(round(import_seconds, 2), round(time.monotonic() - started, 2))
    return Answer(question.sha256, failed, answers, cost)


def _is_refused(error: BaseException | None) -> bool:
    """Whether the system refused something, be it that a library made another exception of it."""
    return error is not None and (isinstance(error, _REFUSED) or _is_refused(error.__cause__ or error.__context__))


if __name__ == "__main__":
    main(int(sys.argv[1]))
