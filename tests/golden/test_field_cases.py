"""What banks write, through ``siller rehearse``: files met in the field, each with its right result.

The month is the one of seven payments; what comes of each file is what the command tells as JSON.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.golden.test_bank_answers import BACS, CASES, MEANT, PAIN, REPORT
from tests.rehearsed import judged_by_arithmetic, rehearsed, rehearsed_by_a_process

RUN, SECOND_RUN = "ilf-2026-11-rehearsal-1", "ilf-2026-11-rehearsal-2"
STATUS = "handled-right/pain002-two-reports/b1.xml"
TWO_RUNS = CASES / "arucs-two-runs-same-day"

BESIDE: dict[str, tuple[str, Sequence[str], dict[str, int]]] = {
    # Seven debits add up to the file.
    "camt-individual-debits-pain.xml": (PAIN, [STATUS], {"credited": 7}),
    "camt-resent/s2.xml": (BACS, [REPORT, "camt-resent/s1.xml"], {"credited": 7}),
    # The statement of the pay day has no debit of what the bank took.
    "camt-empty-day.xml": (BACS, [REPORT], {"undecided": 7}),
    # What is set aside changes no state, but for what it may speak of: that is not known to have arrived.
    "camt-prcd-missing-entry.xml": (BACS, [REPORT], {"answer_set_aside": 7}),
    "camt054.xml": (BACS, [REPORT], {"credited": 7}),
    "mt940.txt": (BACS, [REPORT], {"credited": 7}),
}
"""Cases that :data:`MEANT` has not: rail, what the bank said before, and where the payments are then."""
CASES_MEANT = {name: (rail, before, placed) for name, (rail, before, placed, _) in MEANT.items()} | BESIDE
SET_ASIDE = {
    "camt-prcd-missing-entry.xml": "do not lead from its opening to its closing balance",
    "mt940.txt": "MT940",
}
"""Files that must not count, and how each is named."""
EVERY_DAY = {
    "camt-resent/s2.xml",
    "camt-prcd-missing-entry.xml",
    "handled-right/camt-return-e2e.xml",
    "camt-funding-and-fee.xml",
    "pain002-block-rejected.xml",
}
"""A sample for every day. All others come by the same files without the command, in ``test_bank_answers``."""
CASES_TOLD = [pytest.param(name, marks=[] if name in EVERY_DAY else [pytest.mark.long]) for name in CASES_MEANT]
EXPLAINED = {name for name, (_, _, _, unexplained) in MEANT.items() if not unexplained} | {
    "camt-individual-debits-pain.xml",
    "camt-resent/s2.xml",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What the command tells of a case; each is rehearsed once."""
    known: dict[str, dict[str, Any]] = {}

    def of(name: str) -> dict[str, Any]:
        if name not in known:
            rail, before, _ = CASES_MEANT[name]
            answers = [CASES / each for each in (*before, name)]
            known[name] = rehearsed(tmp_path_factory.mktemp("case"), [CASES / "ilf.csv"], answers, rail)
        return known[name]

    with pytest.MonkeyPatch.context() as patch:
        judged_by_arithmetic(patch)
        yield of


def states(of_run: dict[str, Any]) -> dict[str, int]:
    return {state: bucket["payments"] for state, bucket in of_run["buckets"].items()}


@pytest.mark.parametrize("name", CASES_TOLD)
def test_where_the_payments_are(told: Any, name: str) -> None:
    placed = {state.replace(" ", "_"): payments for state, payments in CASES_MEANT[name][2].items()}
    run = told(name)["answers"]["runs"][RUN]
    assert states(run) == placed
    assert sum(bucket["pence"] for bucket in run["buckets"].values()) == 17_711_60


@pytest.mark.parametrize("name", [each for each in CASES_TOLD if each.values[0] in EXPLAINED])
def test_nothing_is_unexplained(told: Any, name: str) -> None:
    assert told(name)["answers"]["runs"][RUN]["unexplained_pence"] == 0


@pytest.mark.parametrize("name", CASES_TOLD)
def test_what_becomes_of_the_file(told: Any, name: str) -> None:
    files = {file["name"]: (file["verdict"], file["sentence"]) for file in told(name)["answers"]["files"]}
    verdict, sentence = files.pop(Path(name).name)
    assert {each for each, _ in files.values()} <= {"taken"}
    if name in SET_ASIDE:
        assert verdict == "set aside"
        assert SET_ASIDE[name] in sentence
    else:
        assert verdict == ("known" if name == "camt-resent/s2.xml" else "taken")


@pytest.mark.parametrize("name", ["pain002-block-rejected.xml"])
def test_what_a_message_alone_says_is_not_proven(told: Any, name: str) -> None:
    assert told(name)["answers"]["runs"][RUN]["buckets"]["rejected"]["not_proven"] == 7


def test_a_payment_is_named_by_its_row_and_its_line(told: Any) -> None:
    [returned] = told("handled-right/camt-return-e2e.xml")["answers"]["runs"][RUN]["items"]
    assert (returned["row"], returned["line"], returned["state"]) == (1, 3, "returned")


def test_what_is_of_no_run_is_told_as_that(told: Any) -> None:
    assert told("camt-funding-and-fee.xml")["answers"]["not_of_any_run"] == {"entries": 2, "pence": 20_010_00}


def two_runs(told: dict[str, Any]) -> list[dict[str, int]]:
    return [states(told["answers"]["runs"][run]) for run in (RUN, SECOND_RUN)]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The month and arrears of one pay day, and an advice of what came back of both, before anything is late."""
    extracts = [TWO_RUNS / "1-full.csv", TWO_RUNS / "2-arrears.csv"]
    with pytest.MonkeyPatch.context() as patch:
        judged_by_arithmetic(patch)
        answers = [TWO_RUNS / "3-arucs.xml"]
        return rehearsed(tmp_path_factory.mktemp("two"), extracts, answers, answers_on="2026-12-02")


def test_an_advice_of_a_day_with_two_runs_finds_the_payment_in_its_own(two: dict[str, Any]) -> None:
    assert two_runs(two) == [{"in_flight": 1, "returned": 1}, {"in_flight": 1}]
    [item] = two["answers"]["runs"][RUN]["items"]
    assert (item["line"], item["code"]) == (3, "B")
    assert [two["answers"]["runs"][run]["unexplained_pence"] for run in (RUN, SECOND_RUN)] == [0, 0]


@pytest.mark.parametrize("name", ["arucs-two-runs-same-day"])
def test_what_an_advice_alone_says_is_not_proven(two: dict[str, Any], name: str) -> None:
    assert two["answers"]["runs"][RUN]["buckets"]["returned"]["not_proven"] == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["camt-apphdr.xml", pytest.param("pain002-reference-only.xml", marks=pytest.mark.long)]
)
def test_a_case_by_a_process_of_its_own(tmp_path: Path, name: str) -> None:
    rail, before, placed = CASES_MEANT[name]
    answers = [CASES / each for each in (*before, name)]
    told = rehearsed_by_a_process(tmp_path, [CASES / "ilf.csv"], answers, rail)
    assert states(told["answers"]["runs"][RUN]) == placed


@pytest.mark.long
def test_an_advice_of_two_runs_by_a_process_of_its_own(tmp_path: Path) -> None:
    extracts = [TWO_RUNS / "1-full.csv", TWO_RUNS / "2-arrears.csv"]
    told = rehearsed_by_a_process(tmp_path, extracts, [TWO_RUNS / "3-arucs.xml"], BACS)
    assert two_runs(told) == [{"in_flight": 1, "returned": 1}, {"in_flight": 1}]
