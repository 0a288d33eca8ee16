"""``siller trace --names``: the name as sent beside the name as written, for those who may know it, and kept."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.ledger.verify import problems
from tests.by_hand import parts_beside
from tests.month import ROWS, context

Siller = Callable[..., Any]
RUN = "ilf-2026-11-rehearsal-1"
CELLS = ROWS[0].split(",")
NAME, WRITTEN = "Royal & Ancient Holdings plc", "ROYAL & ANCIENT HO"


@pytest.fixture
def paid(home: Path, released_home: Path) -> None:
    shutil.copytree(released_home, home)
    assert NAME in ROWS[0]


def test_the_name_as_sent_stands_beside_the_name_as_written(siller: Siller, home: Path, paid: None) -> None:
    said = siller("trace", f"{RUN}/line/1", "--names")
    assert said.code == 0
    (line,) = [line.strip() for line in said.out.splitlines() if "Recipient Name" in line]
    assert line.removeprefix("Recipient Name").strip().startswith(NAME) and line.endswith(WRITTEN)
    (payment_file,) = context(home).paths.outbox("ilf").glob("*.txt")
    assert WRITTEN in payment_file.read_text()


def test_who_looked_is_kept_and_everything_still_holds(siller: Siller, home: Path, paid: None) -> None:
    siller("trace", f"{RUN}/0", "--names")
    of = context(home)
    with of.ledger.opened() as connection:
        kept = connection.execute("SELECT by_whom, said FROM act WHERE act = 'shown'").fetchall()
        assert list(problems(connection, parts_beside(connection))) == []
    assert kept == [("operator@siller.example", f"name and reference of {RUN}/0")]


def test_without_the_word_no_name_is_shown_and_nothing_is_kept(siller: Siller, home: Path, paid: None) -> None:
    said = siller("trace", f"{RUN}/0")
    assert said.code == 0 and NAME not in said.out and WRITTEN not in said.out
    with context(home).ledger.opened() as connection:
        assert connection.execute("SELECT count(*) FROM act WHERE act = 'shown'").fetchone() == (0,)


def test_a_sender_may_trace_and_not_see_names(siller: Siller, paid: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.people.identity.account", lambda: "sender")
    assert siller("trace", f"{RUN}/0").code == 0
    said = siller("trace", f"{RUN}/0", "--names")
    assert said.code == 1 and NAME not in said.out
    assert "is no enquirer or decision owner or auditor or operator" in said.err
