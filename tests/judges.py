"""Judges that load at once and do what a test tells them to: real processes, with arithmetic for Great Expectations."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.assess import doorway, judging
from tasks.assess.gate import Bound, Figures, Gate, Kind, Limit
from tasks.assess.question import Question
from tests.e2e.stack import PROJECT

LONG = 120.0
GATES = (
    Gate("refused_share", Kind.JUDGEMENT, (Bound(Limit.REFER, "share", None, 0.05),), "found in words", "5%", "Why."),
)
FIGURES: Figures = {"share": 0.03}

SUITE = '''
import os, signal, sys, time, types
from pathlib import Path

from tasks.assess.verdicts import work_out as worked_out

seen = []

def judge(gates, figures, docs):
    """Do the act whose turn it is in the run's file of acts; judge by arithmetic if there is none left."""
    seen.append(docs)
    assert seen == [docs], "something of another question is there"
    folder = Path(docs).parent
    (folder / "judged-by").write_text(str(os.getppid()))
    with (folder / "asked").open("a") as asked:
        asked.write("1\\n")
    acts = [*(folder / "acts").read_text().split(), *["judge"] * 99]
    act = acts[(folder / "asked").read_text().count("1") - 1]
    if act == "sleep":
        time.sleep(600)
    elif act == "slow":
        time.sleep(0.05)
    elif act == "raise":
        raise KeyError(act)
    elif act == "memory":
        raise MemoryError
    elif act == "disk":
        try:
            raise OSError(28, "No space left on device")
        except OSError:
            raise KeyError("what a library makes of it")
    elif act.startswith("SIG"):
        os.kill(os.getpid(), getattr(signal, act))
        time.sleep(600)
    return worked_out(gates, figures)

suite = sys.modules["tasks.assess.suite"] = types.ModuleType("tasks.assess.suite")
suite.judge = judge
'''


@contextlib.contextmanager
def told_what_to_do(beside: Path) -> Iterator[None]:
    """Let every judge that this process starts do what it is told; those that still live are ended afterwards."""
    (beside / "sitecustomize.py").write_text(SUITE)
    started: list[int] = []
    start = judging.start

    def noted(home: Path, name: str) -> int:
        started.append(start(home, name))
        return started[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "_PROJECT", f"{beside}{os.pathsep}{PROJECT}")
        patch.setattr(judging, "start", noted)
        try:
            yield
        finally:
            for each in started:
                ended(each)


def ended(judge: int) -> None:
    """End a judge, and whatever it is at."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(judge, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(judge, 0)


def question(folder: Path, *acts: str, run_id: str = "ilf-2026-11-1") -> Question:
    """A question whose judges do these things, one after the other."""
    folder.mkdir(exist_ok=True)
    (folder / "asked").unlink(missing_ok=True)
    (folder / "acts").write_text("\n".join(acts))
    return Question(run_id, GATES, FIGURES, str(folder / judging.DATA_DOCS))


def loaded(home: Path, name: str, folder: Path) -> int:
    """Start a judge and wait until it has loaded, which takes as long as the machine likes."""
    judge = judging.start(home, name)
    reached = doorway.reached(home, name)
    assert reached
    assert judging._said(reached, question(folder))
    return judge


def times_asked(folder: Path) -> int:
    """How often a judge was given the question of a folder."""
    return len((folder / "asked").read_text().split()) if (folder / "asked").exists() else 0
