"""Who judges the gates: the warm judge, the run's own, one that is slow, dead or planted."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from flows.service import kept_warm
from schemas.no_go import NoGo, NotJudged
from tasks.assess import doorway, judging
from tasks.assess.doorway import WARM, judges
from tasks.assess.question import Answer, Cost, Question
from tasks.assess.verdicts import Verdict, work_out
from tests.e2e.stack import PROJECT
from tests.judges import GATES, LONG, ended, loaded, question, times_asked, told_what_to_do
from tests.sampled import one_in

RUN = "ilf-2026-11-1"


@pytest.fixture(autouse=True)
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with told_what_to_do(tmp_path_factory.mktemp("beside")):
        yield


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """So long a path that no socket could be named by it."""
    path = tmp_path / ("h" * 120)
    path.mkdir()
    return path


@pytest.fixture
def warm(home: Path, tmp_path: Path) -> int:
    return loaded(home, WARM, tmp_path / "first")


@pytest.fixture
def own(home: Path, tmp_path: Path) -> int:
    return loaded(home, RUN, tmp_path / "second")


def asked(home: Path, of: Question) -> list[Verdict]:
    return [each.verdict for each in judging.await_answers(home, of, Path(of.docs).parent)]


def judged_by(folder: Path) -> int:
    return int((folder / "judged-by").read_text())


def test_the_warm_judge_is_asked_and_no_other_started(home: Path, warm: int, tmp_path: Path) -> None:
    assert judging.start_unless_warm(home, RUN) is None
    assert asked(home, question(tmp_path / "run")) == [Verdict.GO]
    assert judged_by(tmp_path / "run") == warm
    assert {path.name for path in judges(home).iterdir()} == {WARM, f"{WARM}.log"}


def test_without_a_warm_judge_the_run_starts_its_own(home: Path, tmp_path: Path) -> None:
    own = judging.start_unless_warm(home, RUN)
    assert own
    assert asked(home, question(tmp_path / "run")) == [Verdict.GO]
    assert judged_by(tmp_path / "run") == own
    # Its work is done: it goes, and leaves nothing.
    assert _comes_true(lambda: os.waitpid(own, os.WNOHANG)[0] == own)
    assert list(judges(home).iterdir()) == []


def test_a_judge_that_siller_up_left_behind_is_passed_over(home: Path, warm: int, tmp_path: Path) -> None:
    ended(warm)
    assert (judges(home) / WARM).exists()
    assert judging.start_unless_warm(home, RUN)
    assert asked(home, question(tmp_path / "run")) == [Verdict.GO]


def test_question_and_answer_are_left_for_people_to_read(home: Path, warm: int, tmp_path: Path) -> None:
    of = question(tmp_path / "run")
    asked(home, of)
    written = (tmp_path / "run" / judging.QUESTION).read_bytes()
    assert written == of.written
    assert Question.read(written).sha256 == of.sha256
    assert b"found in words" not in written
    assert of.sha256.encode() in (tmp_path / "run" / judging.ANSWER).read_bytes()


def test_nothing_of_one_run_is_there_for_the_next_and_no_memory_grows(home: Path, warm: int, tmp_path: Path) -> None:
    """The judge that is told what to do fails if it has seen another question."""
    used = psutil.Process(warm).memory_info().rss
    for number in range(30):
        assert asked(home, question(tmp_path / str(number), run_id=f"body{number}-2026-11-1")) == [Verdict.GO]
    assert psutil.Process(warm).memory_info().rss < used + 4_000_000
    assert psutil.Process(warm).children() == []


# Slow is not wrong, and dead is no decision.


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("end", one_in(4, ["SIGKILL", "SIGTERM", "SIGBUS", "disk", "SIGPROF", "SIGALRM", "memory"]))
def test_three_times_no_answer_decides_nothing(home: Path, tmp_path: Path, end: str) -> None:
    with pytest.raises(NotJudged, match=r"have not been judged: .* asked 3 times .* decides nothing, and nothing was"):
        asked(home, question(tmp_path / "run", *[end] * 9))
    assert times_asked(tmp_path / "run") == 3
    assert not (tmp_path / "run" / judging.ANSWER).exists()


def test_runs_at_once_whose_judge_ends_are_not_judged_and_no_no_go(home: Path, tmp_path: Path) -> None:
    runs = [f"body{number}-2026-11-1" for number in range(5)]
    for run_id in runs:
        loaded(home, run_id, tmp_path / f"first-{run_id}")

    def one(run_id: str) -> str:
        with pytest.raises(NoGo) as said:
            asked(home, question(tmp_path / run_id, *["SIGKILL"] * 9, run_id=run_id))
        return type(said.value).__name__

    with ThreadPoolExecutor(5) as at_once:
        assert list(at_once.map(one, runs)) == ["NotJudged"] * 5
    # And the next start of each goes on.
    with ThreadPoolExecutor(5) as at_once:
        assert (
            list(at_once.map(lambda run_id: asked(home, question(tmp_path / run_id, run_id=run_id)), runs))
            == [[Verdict.GO]] * 5
        )


def test_thirty_four_runs_at_once_wait_for_one_judge_that_is_stopped_and_then_killed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many could not be judged in time by two cores; and each would have started a judge of its own."""
    monkeypatch.setattr(kept_warm, "AGAIN_SECONDS", 0.5)
    started: list[str] = []
    start = judging.start
    monkeypatch.setattr(judging, "start", lambda home, name: started.append(name) or start(home, name))
    runs = [f"body{number}-2026-11-1" for number in range(34)]
    with kept_warm.kept_warm(home), ThreadPoolExecutor(len(runs)) as at_once:
        said = at_once.map(lambda run_id: asked(home, question(tmp_path / run_id, "slow", run_id=run_id)), runs)
        assert _comes_true(lambda: any((tmp_path / run_id / "judged-by").exists() for run_id in runs))
        (first,) = {judged_by(tmp_path / run_id) for run_id in runs if (tmp_path / run_id / "judged-by").exists()}
        os.kill(first, signal.SIGSTOP)
        time.sleep(1)
        os.kill(first, signal.SIGCONT)
        time.sleep(0.3)
        os.kill(first, signal.SIGKILL)
        assert list(said) == [[Verdict.GO]] * len(runs)
    assert started == [WARM, WARM]
    assert len({judged_by(tmp_path / run_id) for run_id in runs}) == 2


@pytest.mark.usefixtures("own")
def test_a_warm_judge_that_is_killed_over_a_question_is_followed_by_the_run_s_own(
    home: Path, warm: int, tmp_path: Path
) -> None:
    def kill() -> None:
        while not times_asked(tmp_path / "run"):
            time.sleep(0.01)
        os.kill(warm, signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    assert asked(home, question(tmp_path / "run", "sleep")) == [Verdict.GO], "nobody waits for what has ended"
    killing.join()
    assert judged_by(tmp_path / "run") != warm


# A question that a judge fails on.


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    ("end", "cause"), one_in(2, [("raise", "KeyError"), ("SIGSEGV", "SIGSEGV"), ("SIGABRT", "SIGABRT")])
)
def test_a_crash_on_the_same_question_twice_is_a_no_go_that_says_so(
    home: Path, tmp_path: Path, end: str, cause: str
) -> None:
    said = judging.await_answers(home, question(tmp_path / "run", *[end] * 9), tmp_path / "run")
    assert [each.verdict for each in said] == [Verdict.NO_GO]
    assert f"Great Expectations failed 2 times on them ({cause})" in said[0].explanation
    assert times_asked(tmp_path / "run") == 2


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    "acts", one_in(3, [["raise", "judge"], ["SIGSEGV", "memory", "judge"], ["SIGALRM", "raise", "judge"]])
)
def test_one_crash_is_followed_by_another_question(home: Path, tmp_path: Path, acts: list[str]) -> None:
    assert asked(home, question(tmp_path / "run", *acts)) == [Verdict.GO]
    assert times_asked(tmp_path / "run") == len(acts)


# Somebody else's judge.


def right(of: Question, **changes: object) -> bytes:
    fields = {"question": of.sha256, "failed": None, "answers": work_out(of.gates, of.figures), "cost": Cost(1, 1)}
    return Answer(**{**fields, **changes}).written  # type: ignore[arg-type]


@contextlib.contextmanager
def planted(home: Path, say: Callable[[Question], bytes]) -> Iterator[None]:
    """A judge of this very account that says what it likes."""
    with doorway.listening(home, WARM) as listening:

        def serve() -> None:
            while True:
                try:
                    connection = listening.accept()[0]
                except OSError:
                    return
                with connection, contextlib.suppress(OSError):
                    if written := connection.recv(1 << 20):
                        connection.sendall(say(Question.read(written)))

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            serving.join()


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    ("named", "say"),
    one_in(
        3,
        {
            "nothing": lambda of: b"",
            "garbage": lambda of: b"\x00\xff{",
            "a list": lambda of: b"[]",
            "another question": lambda of: right(of, question="0" * 64),
            "another run": lambda of: right(Question("other-2026-11-1", of.gates, of.figures, of.docs)),
            "another month's figures": lambda of: right(Question(of.run_id, of.gates, {"share": 0.02}, of.docs)),
            "words": lambda of: right(of, answers={"refused_share/refer/lies_within/share": "go"}),
            "no answers": lambda of: right(of, answers={}).replace(b'"answers": {}', b'"answers": null'),
            "cut off": lambda of: right(of)[:-3],
            "without end": lambda of: right(of) + b" " * (4 << 20),
        }.items(),
    ),
)
def test_what_is_no_answer_to_this_question_is_thrown_away(
    home: Path, tmp_path: Path, named: str, say: Callable[[Question], bytes]
) -> None:
    del named
    with planted(home, say):
        assert asked(home, question(tmp_path / "run")) == [Verdict.GO]
    assert times_asked(tmp_path / "run") == 1, "the run's own judge was asked"


def test_a_judge_that_says_yes_to_all_is_not_believed(home: Path, tmp_path: Path) -> None:
    of = question(tmp_path / "run")
    of = Question(of.run_id, of.gates, {"share": 0.5}, of.docs)
    with planted(home, lambda of: right(of, answers=dict.fromkeys(work_out(of.gates, of.figures), True))):
        said = judging.await_answers(home, of, tmp_path / "run")
    assert [each.verdict for each in said] == [Verdict.NO_GO]
    assert "disagree" in said[0].explanation


@pytest.mark.parametrize("answers", [{}, {"refused_share/refer/lies_within/share": None}])
def test_a_judge_that_leaves_a_gate_out_lets_no_run_go(
    home: Path, tmp_path: Path, answers: dict[str, bool | None]
) -> None:
    with planted(home, lambda of: right(of, answers=answers)):
        said = judging.await_answers(home, question(tmp_path / "run"), tmp_path / "run")
    assert [each.verdict for each in said] == [Verdict.NO_GO]
    assert "there is no answer to" in said[0].explanation


def test_only_siller_s_account_comes_to_a_judge(home: Path, warm: int) -> None:
    assert stat.S_IMODE(judges(home).stat().st_mode) == 0o700
    assert stat.S_IMODE((judges(home) / WARM).stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o770, 0o701, 0o777])
def test_a_folder_that_others_can_reach_into_is_not_used(home: Path, tmp_path: Path, mode: int) -> None:
    judges(home).mkdir(mode=0o700)
    judges(home).chmod(mode)
    for act in (
        lambda: judging.start_unless_warm(home, RUN),
        lambda: asked(home, question(tmp_path / "run")),
    ):
        with pytest.raises(NoGo, match="not a folder of siller's account alone"):
            act()


@pytest.mark.parametrize("there", [True, False], ids=["a-folder", "nothing"])
def test_a_link_in_the_place_of_the_folder_is_not_followed(home: Path, tmp_path: Path, there: bool) -> None:
    if there:
        (tmp_path / "elsewhere").mkdir(mode=0o700)
    judges(home).symlink_to(tmp_path / "elsewhere")
    for act in (lambda: judging.start_unless_warm(home, RUN), lambda: judging.start(home, WARM)):
        with pytest.raises(NoGo, match="not a folder of siller's account alone"):
            act()
    assert (tmp_path / "elsewhere").exists() is there


STRANGER = """
import os, socket, sys
doorway = socket.socket(socket.AF_UNIX)
os.chdir(sys.argv[1])
doorway.bind("warm")
os.setuid(65534)
doorway.listen()
print("listens", flush=True)
doorway.accept()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can let a process of another account listen there")
def test_a_judge_of_another_account_is_not_asked(home: Path, own: int, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", STRANGER, str(judges(home))], stdout=subprocess.PIPE) as stranger:
        assert stranger.stdout
        stranger.stdout.readline()
        assert doorway.reached(home, WARM) is None
        assert asked(home, question(tmp_path / "run")) == [Verdict.GO]
        assert judged_by(tmp_path / "run") == own
        stranger.kill()


# Its end.

PARENT = """
import os, sys, time
from pathlib import Path
from tasks.assess import doorway, judging
judging._PROJECT = sys.argv[2]
home = Path(sys.argv[1])
print(judging.start(home, "warm"), flush=True)
time.sleep(600)
"""


def test_a_judge_ends_with_its_parent_and_so_does_what_it_is_at(home: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(home), str(judging._PROJECT)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        judge = psutil.Process(int(parent.stdout.readline()))
        reached = doorway.reached(home, WARM)
        assert reached
        with reached:
            reached.sendall(question(tmp_path / "run", "sleep").written)
            assert _comes_true(lambda: bool(times_asked(tmp_path / "run")))
            (copy,) = judge.children()
            parent.kill()
            assert _comes_true(lambda: not judge.is_running() and not copy.is_running())


def test_nobody_is_judged_for_who_has_left(home: Path, warm: int, tmp_path: Path) -> None:
    reached = doorway.reached(home, WARM)
    assert reached
    reached.sendall(question(tmp_path / "run", "sleep").written)
    assert _comes_true(lambda: bool(times_asked(tmp_path / "run")))
    reached.close()
    assert _comes_true(lambda: not psutil.Process(warm).children())


@pytest.mark.usefixtures("warm")
def test_who_asks_nothing_holds_nobody_up_for_long(home: Path, tmp_path: Path) -> None:
    silent = doorway.reached(home, WARM)
    assert silent
    with silent:
        assert asked(home, question(tmp_path / "run")) == [Verdict.GO]


def _comes_true(said: Callable[[], bool]) -> bool:
    end = time.monotonic() + LONG
    while not said():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_the_gates_of_this_test_are_those_that_arithmetic_lets_go() -> None:
    assert all(work_out(GATES, {"share": 0.03}).values())
