"""``siller close``: by which clock."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from tests.month import context
from tests.people import adopt, enrol_approvers

Siller = Callable[..., Any]
NOW, LATER = datetime(2026, 11, 30, 9, tzinfo=LONDON), datetime(2027, 6, 1, 9, tzinfo=LONDON)


@pytest.mark.parametrize(("mode", "counts"), [("live", NOW), ("rehearsal", LATER)])
def test_a_live_run_is_closed_by_the_clock_and_not_by_a_moment_that_a_wrong_clock_left(
    siller: Siller, home: Path, monkeypatch: pytest.MonkeyPatch, mode: str, counts: datetime
) -> None:
    """In November 2026 nothing has come back yet that may; by the journal it would be June."""
    of = context(home, Mode(mode))
    enrol_approvers(of)
    adopt(of)
    given: list[datetime] = []
    monkeypatch.setattr("tasks.clock.clock", lambda mode, today: NOW)
    monkeypatch.setattr("tasks.ledger.runs.last_recorded", lambda connection, run_id: LATER)
    monkeypatch.setattr("tasks.close.close.check_may_close", lambda *_: None)
    monkeypatch.setattr("tasks.close.close.close", lambda *_, at, now: given.append(now) or Path("page.html"))
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "000000")
    people = ("--as", "operator@siller.example", "--agreeing", "decision.owner@ilf.example")
    assert siller("close", f"ilf-2026-11-{mode}-1", *people).code == 0
    assert given == [counts]


def test_what_is_open_is_said_before_anybody_gives_a_code(
    siller: Siller, released_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(released_home, tmp_path / "home", symlinks=True)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: pytest.fail("a code was asked for"))
    people = ("--as", "operator@siller.example", "--agreeing", "decision.owner@ilf.example")
    said = siller("close", "ilf-2026-11-rehearsal-1", *people)
    assert said.code == 1 and "ilf-2026-11-rehearsal-1 cannot be closed." in said.err
