"""``siller find``: what somebody types and reads who asks after a payee, and who may."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.month import ROWS, context
from tests.people import code_now
from tests.unit.tasks.exceptions.test_settle import enrol

Siller = Callable[..., Any]
ENQUIRER = "enquiries@ilf.example"
RUN = "ilf-2026-11-rehearsal-1"
REFERENCE, NAME, SORT_CODE, ACCOUNT, *_ = ROWS[0].split(",")
COMMAND = ("find", "ilf", "--rehearsal")


@pytest.fixture
def ilf(siller: Siller, home: Path, finished_home: Path, monkeypatch: pytest.MonkeyPatch) -> Siller:
    shutil.copytree(finished_home, home)
    enrol(context(home), ENQUIRER)
    monkeypatch.setenv("SILLER_ONE_TIME_CODE", code_now(ENQUIRER))
    monkeypatch.setattr("typer.prompt", lambda text, **_: REFERENCE)
    return siller


def test_an_enquirer_is_told_where_the_payments_are(ilf: Siller) -> None:
    said = ilf(*COMMAND, "--as", ENQUIRER)
    assert (said.code, said.err) == (0, "")
    [line] = [line for line in said.out.splitlines() if "2026-11" in line]
    for part in ("2 of ilf.csv", "30 Nov 2026", "£2,981.60", "returned, code", f"siller trace {RUN}/0"):
        assert part in line
    for personal in (REFERENCE, ACCOUNT, SORT_CODE, NAME.split()[0]):
        assert personal not in said.out


@pytest.mark.parametrize("name", ["", "auditor@ilf.example", "decision.owner@ilf.example", "enquiries@sds.example"])
def test_nobody_else_is_and_is_not_even_asked(
    ilf: Siller, home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_, **__: pytest.fail("asked"))
    said = ilf(*COMMAND, *(("--as", name) if name else ()))
    assert said.code == 1 and "is no enquirer in the agreement with ilf" in said.err
    with context(home).ledger.opened() as connection:
        [(what,)] = connection.execute("SELECT said FROM act WHERE act = 'turned_away'").fetchall()
    assert what.startswith("siller find ilf")


def test_what_is_looked_for_is_no_argument(ilf: Siller) -> None:
    assert ilf(*COMMAND, REFERENCE, "--as", ENQUIRER).code == 2


def test_nothing_found_is_a_sentence(ilf: Siller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "Nobody Known")
    said = ilf(*COMMAND, "--as", ENQUIRER)
    assert (said.code, said.out) == (1, "")
    assert "No payee of ilf (rehearsal) fits" in said.err and "Nobody Known" not in said.err
