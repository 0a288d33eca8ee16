"""The child process that judges a run's gates: ``python -m tasks.assess.great_expectations_child FOLDER PARENT``.

It loads Great Expectations, waits until ``metrics.json`` stands in the folder, and writes
``verdicts.json`` and Data Docs there. It ends by itself: after its answer, when the process that started
it (PARENT, a process id) is gone, or when nothing was asked for half an hour.
"""

import importlib
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

from tasks.assess import judging
from tasks.assess.judging import Cost, Question
from tasks.assess.verdicts import Answers

LONGEST_WAIT_SECONDS = 1800.0
_SUITE = "tasks.assess.suite"


def main(folder: Path, parent: int) -> None:
    """Judge what is asked in a folder, once."""
    os.umask(0o077)
    importing = _timed_import()
    question = _wait(folder, parent)
    if question:
        _answer(folder, question, importing)


def _timed_import() -> float:
    """Load Great Expectations; what fails here fails again when it is used, and is an answer then."""
    started = time.monotonic()
    try:
        importlib.import_module(_SUITE)
    except ImportError:
        sys.stderr.write("Great Expectations could not be imported.\n")
    return time.monotonic() - started


def _wait(folder: Path, parent: int) -> Question | None:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while os.getppid() == parent and time.monotonic() < deadline:
        question = judging.read_question(folder)
        if question:
            return question
        time.sleep(judging.POLL_SECONDS)
    return None


def _answer(folder: Path, question: Question, import_seconds: float) -> None:
    started = time.monotonic()
    answers: Answers = {}
    failed = None
    try:
        answers = importlib.import_module(_SUITE).judge(question.gates, question.figures, folder / judging.DATA_DOCS)
    except Exception as error:  # noqa: BLE001  # whatever it was: a judge that crashes is a no-go
        failed = type(error).__name__
    cost = Cost(round(import_seconds, 2), round(time.monotonic() - started, 2))
    written = {"question": question.sha256, "failed": failed, "answers": answers, "cost": asdict(cost)}
    judging.write_whole(folder / judging.ANSWER, json.dumps(written, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
