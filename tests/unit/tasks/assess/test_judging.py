"""Great Expectations as the judge of the gates, held against plain arithmetic."""

import itertools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.assess import judging
from tasks.assess.doorway import WARM, judges
from tasks.assess.gate import Bound, Figures, Gate, Kind, Limit, Thresholds
from tasks.assess.gates import gates
from tasks.assess.metrics import Metrics
from tasks.assess.question import Question
from tasks.assess.verdicts import GateResult, Verdict, results, work_out, worst

RUN = "ilf-2026-11-rehearsal-1"
PROJECT = Path(__file__).parents[4]

NO_NETWORK = """
import os, socket
def refused(*arguments, **_):
    open(os.environ["ASKED_OUTSIDE"], "a").write(f"{arguments[-1]}\\n")
    raise OSError("no network here")
socket.socket.connect = socket.socket.connect_ex = refused
socket.getaddrinfo = socket.create_connection = refused
"""


def arithmetic(asked: tuple[Gate, ...], figures: Figures) -> list[GateResult]:
    return results(asked, figures, work_out(asked, figures))


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
        child = judging.start(folder, WARM)
        asked = Question(RUN, gates(november, thresholds), november.figures(), str(folder / judging.DATA_DOCS))
        said = judging.await_answers(folder, asked, folder)
    os.killpg(child, signal.SIGTERM)
    os.waitpid(child, 0)
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
    cost = json.loads((judged_november[0] / judging.ANSWER).read_text())["cost"]
    assert cost["import_seconds"] > 0.5
    assert cost["judging_seconds"] > 0


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
    assert "Calculating Metrics" not in (judges(judged_november[0]) / f"{WARM}.log").read_text()


# Great Expectations against plain arithmetic: one process judges many gates, since loading it takes long.

EDGES = (None, -1, 0, 1, 2, 0.05, 0.25, 0.05000000000000001, 30, 31, 32, 1e15, -1e15)

JUDGE = """
import json, sys
from pathlib import Path
from tasks.assess.question import Question
from tasks.assess.suite import judge
folder = Path(sys.argv[1])
question = Question.read((folder / "question").read_bytes())
json.dump(judge(question.gates, question.figures, folder / "docs"), open(folder / "answers.json", "w"))

import pandas as pd

def short(*_, **__):
    raise MemoryError

pd.Series.between = pd.Series.isnull = pd.Series.isna = pd.Series.dropna = pd.Series.map = pd.Series.apply = short
try:
    print(judge(question.gates[3:4], question.figures, folder / "docs-of-short"))
except MemoryError:
    print("short")
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
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a process that has judged at every edge, and what it said of one gate once memory was short."""
    folder = tmp_path_factory.mktemp("edges")
    asked = Question(RUN, (*EDGE_GATES, GONE, TEXT), {**EDGE_FIGURES, "text": "many"}, "")  # type: ignore[dict-item]
    (folder / "question").write_bytes(asked.written)
    said = subprocess.run(
        [sys.executable, "-c", JUDGE, str(folder)],
        cwd=PROJECT,
        env={**os.environ, "GX_ANALYTICS_ENABLED": "false"},
        capture_output=True,
        text=True,
        check=True,
    )
    return folder, said.stdout


@pytest.fixture(scope="module")
def answers(judged: tuple[Path, str]) -> dict[str, bool | None]:
    """What Great Expectations says at every edge, and of a figure that is no column and one that is text."""
    found: dict[str, bool | None] = json.loads((judged[0] / "answers.json").read_text())
    return found


@pytest.mark.slow
def test_great_expectations_agrees_with_arithmetic_at_every_edge(answers: dict[str, bool | None]) -> None:
    expected = work_out(EDGE_GATES, EDGE_FIGURES)
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


@pytest.mark.slow
def test_memory_that_was_short_within_an_expectation_answers_nothing(judged: tuple[Path, str]) -> None:
    assert judged[1] == "short\n"
