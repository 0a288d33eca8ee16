"""``siller answers`` and ``siller reconcile``: what a person types and reads, and what a machine is told."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks.practice_bank.bank import answer
from tests.month import context

Siller = Callable[..., Any]
RUN = "ilf-2026-11-rehearsal-1"
TAKEN_IN = ("--rehearsal", "--today", "2026-12-03")


@pytest.fixture(autouse=True)
def a_released_run(home: Path, released_home: Path) -> None:
    shutil.copytree(released_home, home)


@pytest.fixture
def sent(home: Path, tmp_path: Path) -> list[Path]:
    """What the practice bank sends; the inbox has none of it."""
    of = context(home)
    return answer(of.paths.outbox("ilf") / f"{RUN}.REHEARSAL.bacs18.txt", tmp_path / "sent", date(2026, 11, 30))


def told(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text()))


def test_files_are_taken_in_and_a_second_time_known(siller: Siller, sent: list[Path], tmp_path: Path) -> None:
    for verdict in ("taken", "known"):
        said = siller("answers", "ilf", *sent, *TAKEN_IN, "--json", tmp_path / "told.json")
        assert said.code == 0
        assert f"{sent[0].name}: {verdict}." in said.out
        found = told(tmp_path / "told.json")
        assert {file["name"]: file["verdict"] for file in found["files"]} == {path.name: verdict for path in sent}
        run = found["runs"][RUN]
        assert {state: bucket["payments"] for state, bucket in run["buckets"].items()} == {"credited": 1, "returned": 2}
        assert sum(bucket["pence"] for bucket in run["buckets"].values()) == 5_931_60
        assert run["unexplained_pence"] == 0
        assert [item["line"] - item["row"] for item in run["items"]] == [2, 2]
        assert found["not_of_any_run"] == {"entries": 0, "pence": 0}


def test_what_waits_in_the_inbox_is_taken_in(siller: Siller, sent: list[Path], home: Path) -> None:
    inbox = context(home).paths.bank_inbox("ilf")
    inbox.mkdir(parents=True)
    for path in sent:
        shutil.copy(path, inbox)
    assert siller("answers", "ilf", *TAKEN_IN).code == 0
    assert list(inbox.iterdir()) == []


@pytest.mark.long  # every day tests/unit/tasks/reconcile/test_receive.py has it, and tests/faults/test_bank_answers.py
def test_one_bad_file_keeps_no_good_one_back(siller: Siller, sent: list[Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_text("²")
    said = siller("answers", "ilf", *sent, bad, *TAKEN_IN, "--json", tmp_path / "told.json")
    assert said.code == 1
    found = told(tmp_path / "told.json")
    [aside] = [file for file in found["files"] if file["verdict"] == "set aside"]
    assert aside["name"] == "bad.xml"
    assert "bad.xml" in aside["sentence"]
    assert found["runs"][RUN]["buckets"]["returned"]["payments"] == 2


def test_a_run_is_reconciled_by_itself(siller: Siller, sent: list[Path], tmp_path: Path) -> None:
    siller("answers", "ilf", *sent, *TAKEN_IN)
    said = siller("reconcile", RUN, "--json", tmp_path / "told.json")
    assert (said.code, said.err) == (0, "")
    assert "returned 2 = " in said.out
    assert "Unexplained: £0.00." in said.out
    assert told(tmp_path / "told.json")["buckets"]["credited"]["payments"] == 1


@pytest.mark.parametrize("command", [("answers", "ilf", "--rehearsal"), ("reconcile", RUN)], ids=lambda each: each[0])
def test_others_may_not(siller: Siller, command: tuple[str, ...]) -> None:
    said = siller(*command, "--as", "auditor@ilf.example")
    assert said.code == 1
    assert "is no operator in the agreement with ilf. Nothing was done." in said.err


def test_live_answers_have_no_date_of_their_own(siller: Siller) -> None:
    assert siller("answers", "ilf", "--today", "2026-12-03").code == 2
