"""``siller retention``: what is kept, what is due, and what two people say of it."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.bank_days import LONDON
from tests.month import APPROVER
from tests.people import code_now

Siller = Callable[..., Any]
BODY = ("retention", "ilf", "--rehearsal")


@pytest.fixture
def ilf(siller: Siller, home: Path, finished_home: Path, monkeypatch: pytest.MonkeyPatch) -> Siller:
    """The command in a home whose November has two payments that came back, some days later."""
    shutil.copytree(finished_home, home)
    today_is(monkeypatch, datetime(2026, 12, 10, 10, tzinfo=LONDON))
    return siller


def today_is(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """By the clock that says what is due; codes are judged by a real one."""
    monkeypatch.setattr("tasks.clock.clock", lambda *_: now)


def agreed(siller: Siller, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    """The operator by their account, the approver by a code of the moment."""
    monkeypatch.setenv("SILLER_ONE_TIME_CODE", code_now(APPROVER))
    return siller(*BODY, *arguments, "--agreeing", APPROVER)


def test_each_period_is_told(ilf: Siller) -> None:
    said = ilf(*BODY)
    assert said.code == 0
    assert "2026-11: kept. It is kept until 2033-11-30." in said.out
    assert "outbox/TENANT 1, " in said.out
    assert "Of its payments 2 are owed" in said.out


def test_what_is_due_is_told(ilf: Siller, monkeypatch: pytest.MonkeyPatch) -> None:
    today_is(monkeypatch, datetime(2033, 12, 1, 10, tzinfo=LONDON))
    assert "2026-11: due." in ilf(*BODY).out


def test_what_is_to_be_kept_is_not_erased(ilf: Siller) -> None:
    said = ilf(*BODY, "--erase", "2026-11", "--agreeing", APPROVER, "--reason", "for tidiness")
    assert said.code == 1
    assert "It is to be kept until 30 November 2033" in said.err


def test_a_period_that_is_none_is_told(ilf: Siller) -> None:
    words = ("--reason", "x", "--agreeing", APPROVER)
    assert "is no pay period" in ilf(*BODY, "--erase", "October", *words).err
    assert "has no run of October 2026" in ilf(*BODY, "--erase", "2026-10", *words).err


def test_two_place_a_hold_and_lift_it(ilf: Siller, monkeypatch: pytest.MonkeyPatch) -> None:
    placed = agreed(ilf, monkeypatch, "--hold", "inquiry 7", "--reason", "the inquiry wants it")
    assert "placed the legal hold 'inquiry 7' on every period" in placed.out
    assert "There is the legal hold 'inquiry 7'" in ilf(*BODY).out
    assert "legal hold 'inquiry 7'" in ilf("audit", "ilf", "--rehearsal").out
    lifted = agreed(ilf, monkeypatch, "--lift", "inquiry 7", "--reason", "it is over")
    assert "lifted the legal hold" in lifted.out
    assert "inquiry 7" not in ilf(*BODY).out


def test_the_same_code_does_not_count_twice(ilf: Siller, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(ilf, monkeypatch, "--hold", "inquiry 7", "--reason", "the inquiry wants it")
    again = ilf(*BODY, "--lift", "inquiry 7", "--reason", "it is over", "--agreeing", APPROVER)
    assert again.code == 1
    assert "There is the legal hold 'inquiry 7'" in ilf(*BODY).out


def test_one_thing_is_said_at_a_time(ilf: Siller) -> None:
    assert ilf(*BODY, "--erase", "2026-11", "--hold", "x").code == 2
