"""The child process that judges with Great Expectations, and what its silence, noise and failures come to."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.assess import judging
from tasks.assess.gate import Bound, Gate, Kind, Limit, Thresholds
from tasks.assess.gates import gates
from tasks.assess.metrics import Figures, Metrics
from tasks.assess.verdicts import GateResult, Verdict, results, worked_out, worst

PROJECT = Path(__file__).parents[4]
LONG = 120.0

NO_NETWORK = """
import os, socket
def refused(*arguments, **_):
    open(os.environ["ASKED_OUTSIDE"], "a").write(f"{arguments[-1]}\\n")
    raise OSError("no network here")
socket.socket.connect = socket.socket.connect_ex = refused
socket.getaddrinfo = socket.create_connection = refused
"""


def arithmetic(asked: tuple[Gate, ...], figures: Figures) -> list[GateResult]:
    return results(asked, figures, worked_out(asked, figures))


@pytest.fixture(scope="module")
def judged_november(
    november: Metrics, thresholds: Thresholds, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[GateResult]]:
    """November judged by a child without network, which was started before it was asked."""
    folder, beside = tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("beside")
    (beside / "sitecustomize.py").write_text(NO_NETWORK)
    (beside / "tmp").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(beside / "tmp"))
        patch.setenv("ASKED_OUTSIDE", str(beside / "asked-outside"))
        patch.setattr(judging, "_PROJECT", f"{beside}{os.pathsep}{PROJECT}")
        child = judging.start_child(folder)
    time.sleep(0.5)
    judging.ask(folder, gates(november, thresholds), november.figures())
    said = judging.judged(folder, LONG)
    _ended(child)
    assert not (beside / "asked-outside").exists()
    assert list((beside / "tmp").iterdir()) == [], "nothing is left behind"
    return folder, said


@pytest.mark.slow
def test_the_child_says_of_november_what_arithmetic_says(
    judged_november: tuple[Path, list[GateResult]], november: Metrics, thresholds: Thresholds
) -> None:
    said = judged_november[1]
    assert said == arithmetic(gates(november, thresholds), november.figures())
    assert worst(said) is Verdict.REFER


@pytest.mark.slow
def test_it_measures_what_it_costs(judged_november: tuple[Path, list[GateResult]]) -> None:
    cost = judging.cost(judged_november[0])
    assert cost
    assert cost.import_seconds > 0.5
    assert cost.judging_seconds > 0


@pytest.mark.slow
def test_data_docs_are_built_in_the_run_s_own_folder(judged_november: tuple[Path, list[GateResult]]) -> None:
    docs = judged_november[0] / judging.DATA_DOCS
    assert (docs / "index.html").is_file()
    assert len(list(docs.glob("validations/**/*.html"))) == 1


@pytest.mark.slow
def test_only_the_owner_can_read_what_it_left(judged_november: tuple[Path, list[GateResult]]) -> None:
    assert {path.stat().st_mode & 0o077 for path in judged_november[0].rglob("*")} == {0}


@pytest.mark.slow
def test_progress_bars_are_off(judged_november: tuple[Path, list[GateResult]]) -> None:
    assert "Calculating Metrics" not in (judged_november[0] / judging.LOG).read_text()


@pytest.mark.slow
def test_the_answer_to_another_question_is_none(
    judged_november: tuple[Path, list[GateResult]], november: Metrics, thresholds: Thresholds, tmp_path: Path
) -> None:
    other = replace(november, refused_rows=39)
    judging.ask(tmp_path, gates(other, thresholds), other.figures())
    (tmp_path / judging.ANSWER).write_bytes((judged_november[0] / judging.ANSWER).read_bytes())
    _all_no_go(judging.judged(tmp_path, 0.2), "did not answer within")


# Great Expectations against plain arithmetic: one process judges many gates, since loading it takes long.

EDGES = (None, -1, 0, 1, 2, 0.05, 0.25, 0.05000000000000001, 30, 31, 32, 1e15, -1e15)

JUDGE = """
import json, sys
from pathlib import Path
from tasks.assess import judging
from tasks.assess.suite import judge
folder = Path(sys.argv[1])
question = judging.read_question(folder)
json.dump(judge(question.gates, question.figures, folder / "docs"), open(folder / "answers.json", "w"))
"""


def edge_gate(number: int) -> Gate:
    bounds = (
        Bound(Limit.NO_GO, f"one_{number}", None, 31),
        Bound(Limit.REFER, f"one_{number}", None, 0.05),
        Bound(Limit.NO_GO, f"other_{number}", 1, None),
        Bound(Limit.REFER, f"other_{number}", 0, 0),
    )
    return Gate(f"gate_{number}", Kind.JUDGEMENT, bounds, "", "", "")


EDGE_GATES = tuple(edge_gate(number) for number in range(3 * len(EDGES)))
EDGE_FIGURES: Figures = {
    f"{name}_{number}": value
    for number, (one, other) in enumerate(itertools.product(EDGES, (None, 0, 1)))
    for name, value in (("one", one), ("other", other))
}
GONE = Gate("gone", Kind.JUDGEMENT, (Bound(Limit.REFER, "gone", None, 1),), "", "", "")
TEXT = Gate("text", Kind.JUDGEMENT, (Bound(Limit.REFER, "text", None, 1),), "", "", "")


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool | None]:
    """What Great Expectations says at every edge, and of a figure that is no column and one that is text."""
    folder = tmp_path_factory.mktemp("edges")
    judging.ask(folder, (*EDGE_GATES, GONE, TEXT), {**EDGE_FIGURES, "text": "many"})
    subprocess.run(
        [sys.executable, "-c", JUDGE, str(folder)],
        cwd=PROJECT,
        env={**os.environ, "GX_ANALYTICS_ENABLED": "false"},
        capture_output=True,
        check=True,
    )
    found: dict[str, bool | None] = json.loads((folder / "answers.json").read_text())
    return found


@pytest.mark.slow
def test_great_expectations_agrees_with_arithmetic_at_every_edge(answers: dict[str, bool | None]) -> None:
    expected = worked_out(EDGE_GATES, EDGE_FIGURES)
    assert len(expected) == 6 * len(EDGE_GATES)
    assert {name: answers[name] for name in expected} == expected


@pytest.mark.slow
def test_a_gate_that_crashes_is_a_no_go_and_the_others_stand(answers: dict[str, bool | None]) -> None:
    assert answers["gone/refer/lies_within/gone"] is None
    assert answers["text/refer/lies_within/text"] is None
    well = EDGE_GATES[[*itertools.product(EDGES, (None, 0, 1))].index((0, 1))]
    said = results((GONE, TEXT, well), {**EDGE_FIGURES, "text": 1}, answers)
    assert [each.verdict for each in said] == [Verdict.NO_GO, Verdict.NO_GO, Verdict.REFER]
    assert "could not be judged" in said[0].explanation


# A child that is late, gone or broken.


@pytest.fixture
def asked(tmp_path: Path, november: Metrics, thresholds: Thresholds) -> Path:
    judging.ask(tmp_path, gates(november, thresholds), november.figures())
    return tmp_path


def answer(folder: Path, **changes: object) -> None:
    """An answer that is all right, and then changed."""
    question = judging.read_question(folder)
    assert question
    right = {
        "question": question.sha256,
        "failed": None,
        "answers": worked_out(question.gates, question.figures),
        "cost": {"import_seconds": 1.0, "judging_seconds": 1.0},
    }
    (folder / judging.ANSWER).write_text(json.dumps({**right, **changes}))


def test_a_right_answer_is_taken(asked: Path) -> None:
    answer(asked)
    assert worst(judging.judged(asked, 0)) is Verdict.REFER


def test_no_answer_in_time_makes_every_gate_a_no_go(asked: Path) -> None:
    _all_no_go(judging.judged(asked, 0.2), "did not answer within 0 seconds")


@pytest.mark.parametrize("written", ["", "{", "null", "[]", "{}", '{"question": 1}', "\x00"])
def test_a_broken_answer_makes_every_gate_a_no_go(asked: Path, written: str) -> None:
    (asked / judging.ANSWER).write_text(written)
    said = judging.judged(asked, 0.2)
    assert {each.verdict for each in said} == {Verdict.NO_GO}


@pytest.mark.parametrize("answers", [None, [], {"x": 1}, {"x": "true"}, "go"])
def test_answers_that_are_none_make_every_gate_a_no_go(asked: Path, answers: object) -> None:
    answer(asked, answers=answers)
    _all_no_go(judging.judged(asked, 0), "")


def test_a_judge_that_says_yes_to_all_is_not_believed(asked: Path) -> None:
    question = judging.read_question(asked)
    assert question
    answer(asked, answers=dict.fromkeys(worked_out(question.gates, question.figures), True))
    said = {each.gate: each for each in judging.judged(asked, 0)}
    assert said["refused_share"].verdict is Verdict.NO_GO
    assert "disagree" in said["refused_share"].explanation
    assert said["extract_hash_matches"].verdict is Verdict.GO


def test_a_judge_that_failed_makes_every_gate_a_no_go(asked: Path) -> None:
    answer(asked, failed="ImportError", answers={})
    _all_no_go(judging.judged(asked, 0), "Great Expectations failed (ImportError)")


def test_nobody_waits_for_a_child_that_was_killed(asked: Path) -> None:
    child = judging.start_child(asked)
    os.kill(child, signal.SIGKILL)
    started = time.monotonic()
    _all_no_go(judging.judged(asked, LONG), "ended without an answer")
    assert time.monotonic() - started < 5


@pytest.fixture
def without_great_expectations(tmp_path: Path) -> str:
    """A search path on which Great Expectations is found first and does not load."""
    broken = tmp_path / "broken" / "great_expectations"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('broken')")
    return f"{broken.parent}{os.pathsep}{PROJECT}"


def test_a_child_that_cannot_load_great_expectations_says_so(
    asked: Path, without_great_expectations: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "_PROJECT", without_great_expectations)
    child = judging.start_child(asked)
    _all_no_go(judging.judged(asked, LONG), "Great Expectations failed (ImportError)")
    _ended(child)


def test_a_child_ends_when_its_parent_is_gone(tmp_path: Path, without_great_expectations: str) -> None:
    """Its parent is gone at once and nobody will ask; it has nothing to load, so that it waits right away."""
    starts = (
        "import sys; from pathlib import Path; from tasks.assess import judging\n"
        "judging._PROJECT = sys.argv[2]; print(judging.start_child(Path(sys.argv[1])))"
    )
    parent = subprocess.run(
        [sys.executable, "-c", starts, str(tmp_path), without_great_expectations],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    child = int(parent.stdout)
    deadline = time.monotonic() + LONG
    while _is_running(child) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _is_running(child)
    assert not (tmp_path / judging.ANSWER).exists()


def test_a_child_waits_as_long_as_its_parent_is_there(
    tmp_path: Path, without_great_expectations: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "_PROJECT", without_great_expectations)
    child = judging.start_child(tmp_path)
    time.sleep(1.5)
    assert _is_running(child)
    os.kill(child, signal.SIGKILL)
    _ended(child)


def test_nothing_can_be_judged_that_was_not_asked(tmp_path: Path) -> None:
    with pytest.raises(NoGo, match="not asked anything"):
        judging.judged(tmp_path, 0)


def test_asking_the_same_again_is_the_same_question(asked: Path, november: Metrics, thresholds: Thresholds) -> None:
    first = judging.read_question(asked)
    judging.ask(asked, gates(november, thresholds), november.figures())
    assert judging.read_question(asked) == first


def _all_no_go(said: list[GateResult], cause: str) -> None:
    assert said
    assert {each.verdict for each in said} == {Verdict.NO_GO}
    assert all(cause in each.explanation for each in said)


def _ended(child: int) -> None:
    try:
        os.waitpid(child, 0)
    except ChildProcessError:
        return


def _is_running(child: int) -> bool:
    try:
        state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
