"""``siller recall``: what people type and read."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.month import ROWS, context
from tests.people import code_now
from tests.unit.tasks.exceptions.test_settle import OPERATOR, OWNER, RUN, enrol

Siller = Callable[..., Any]
ITEM = f"{RUN}/1"
TWO = ("--as", OPERATOR, "--agreeing", OWNER)
REASON = ("--reason", "the body asked for it")
ANSWER = ("--bank-said", "failed", "--bank-reference", "case 4711")


@pytest.fixture
def ilf(siller: Siller, home: Path, released_home: Path, monkeypatch: pytest.MonkeyPatch) -> Siller:
    shutil.copytree(released_home, home)
    enrol(context(home), OPERATOR, OWNER)
    monkeypatch.setattr("typer.prompt", lambda text, **_: code_now(text.removeprefix("One-time code of ")))
    return siller


def test_it_is_asked_for_listed_and_ended(ilf: Siller, home: Path) -> None:
    said = ilf("recall", ITEM, *REASON, *TWO)
    assert (said.code, said.err) == (0, "")
    page = context(home).paths.recalls(RUN) / f"{RUN}.recall-1.html"
    assert said.out.startswith(f"Print {page}, or send ") and "nothing was sent by siller" in said.out
    page.unlink()
    listed = ilf("recall", RUN)
    assert listed.code == 0 and f"For the bank: {page}" in listed.out and page.exists()
    status = ilf("status")
    assert status.code == 1 and f"{ITEM}: 1 payment, £1,900.00, recalled on" in status.out
    assert not [word for word in ROWS[1].split(",")[:4] if word in said.out + listed.out + status.out]
    assert (
        ilf("recall", ITEM, *ANSWER, *TWO).out
        == f"The recall of {ITEM} failed. It frees nobody: the bank's own files do.\n"
    )
    assert ilf("recall", RUN).out == f"No recall of {RUN} stands.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (*REASON, *ANSWER, *TWO),
        (*REASON, "--as", OPERATOR),
        (*REASON, "--agreeing", OWNER),
        (*ANSWER[:2], *TWO),
        ("--bank-said", "perhaps", *ANSWER[2:], *TWO),
    ],
    ids=["both", "nobody agrees", "nobody says it", "no reference", "no answer"],
)
def test_wrong_use(ilf: Siller, arguments: tuple[str, ...]) -> None:
    assert ilf("recall", ITEM, *arguments).code == 2


def test_an_auditor_makes_no_sheet(ilf: Siller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.people.identity.account", lambda: "auditor")
    said = ilf("recall", RUN)
    assert said.code == 1 and "is no operator or sender or approver or decision owner" in said.err
