"""``siller submitted``: what a person types and reads."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.people.credentials import Kind, keep
from tests.month import context
from tests.people import ENROLLED, code_now, secret_of

Siller = Callable[..., Any]
RUN = "ilf-2026-11-rehearsal-1"
SENDER = "sender@siller.example"
SENT = ("--reference", "BT 4711", "--at", "2026-11-20 09:30")


@pytest.fixture(autouse=True)
def a_released_run(home: Path, released_home: Path) -> None:
    shutil.copytree(released_home, home)


@pytest.mark.parametrize("who", [(), ("--as", "OPERATOR@siller.example")])
def test_the_operator_may_say_it_from_their_account(siller: Siller, who: tuple[str, ...]) -> None:
    said = siller("submitted", RUN, *SENT, *who)
    assert (said.code, said.err) == (0, "")
    assert said.out == f"{RUN} is submitted, 20 November 2026 at 09:30, under the reference BT 4711.\n"
    assert "submitted 20 Nov 2026 09:30" in siller("status").out
    again = siller("submitted", RUN, *SENT, *who)
    assert (again.code, again.out) == (0, said.out)


def test_the_sender_may_say_it_by_a_one_time_code(siller: Siller, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with context(home).ledger.transaction() as connection:
        keep(connection, SENDER, Kind.ONE_TIME_CODE, secret_of(SENDER), ("operator@siller.example",), ENROLLED)
    monkeypatch.setenv("SILLER_ONE_TIME_CODE", "000000")
    assert siller("submitted", RUN, *SENT, "--as", SENDER).code == 1
    monkeypatch.setenv("SILLER_ONE_TIME_CODE", code_now(SENDER))
    said = siller("submitted", RUN, *SENT, "--as", SENDER)
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize("who", ["first.approver@ilf.example", "auditor@ilf.example", "nobody@ilf.example"])
def test_others_may_not(siller: Siller, who: str) -> None:
    said = siller("submitted", RUN, *SENT, "--as", who)
    assert said.code == 1
    assert "is no sender or operator in the agreement with ilf. Nothing was done." in said.err


def test_wrong_use(siller: Siller) -> None:
    assert siller("submitted", RUN).code == 2
    said = siller("submitted", RUN, "--reference", "x", "--at", "at noon")
    assert said.code == 2
    assert "is no time" in said.err
    said = siller("submitted", "ilf-2026-12-rehearsal-1", *SENT)
    assert (said.code, said.out) == (1, "")
    assert "There is no run ilf-2026-12-rehearsal-1" in said.err
    assert siller("submitted", "no run", *SENT).code == 1
