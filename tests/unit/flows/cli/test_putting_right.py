"""``siller holds``, ``siller enquiries`` and ``siller correction-file``: what people type and read, and who may."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks.people.credentials import Kind, keep
from tasks.people.identity import account
from tests.month import NOVEMBER, ROWS, context
from tests.people import code_now
from tests.sampled import one_in
from tests.unit.tasks.exceptions.test_settle import (
    ACCEPTED,
    AFTER,
    OPERATOR,
    OWNER,
    RUN,
    SENDER,
    Answer,
    bank_says,
    enrol,
)

Siller = Callable[..., Any]
BODY = ("ilf", "--rehearsal")
PAYMENT = f"{RUN}/1"
BACK: tuple[Answer, Answer] = ((1, "returned", "B", 190000), (1, "statement_credit", "B", 190000))
LIFT = ("--lift", PAYMENT, "--reason", "the bank confirms it", "--reference", "letter of 4 December")
TWO = ("--as", OPERATOR, "--agreeing", OWNER)
SAID = ("--payment", PAYMENT, "--reason", "the payee says so", "--reference", "case 12")
PERSONAL = [word for row in ROWS for word in row.split(",")[:4] if word]


@pytest.fixture
def ilf(siller: Siller, home: Path, released_home: Path, monkeypatch: pytest.MonkeyPatch) -> Siller:
    """November is with the bank; the operator and the decision owner work at this account, the sender at none."""
    shutil.copytree(released_home, home)
    of = context(home)
    enrol(of, OPERATOR, OWNER, SENDER)
    with of.ledger.transaction() as connection:
        for name in (OPERATOR, OWNER):
            keep(connection, name, Kind.ACCOUNT, account(), (OPERATOR,), NOVEMBER)
    monkeypatch.setattr("typer.prompt", lambda text, **_: code_now(text.removeprefix("One-time code of ")))
    bank_says(of, ACCEPTED)
    return siller


@pytest.fixture
def back(ilf: Siller, home: Path) -> Siller:
    """The second payment came back from an account that is none, and the statement shows the money."""
    bank_says(context(home), BACK[0], message="arucs")
    bank_says(context(home), BACK[1], message="camt053")
    return ilf


def names_nobody(*said: Any) -> bool:
    return not [word for word in PERSONAL for each in said if word in each.out + each.err]


def test_a_hold_is_listed_and_lifted_by_two(back: Siller) -> None:
    listed = back("holds", *BODY, "--as", OPERATOR)
    assert (listed.code, listed.err) == (0, "")
    assert listed.out.startswith(f"{PAYMENT}: {RUN}, row 1 (line 3 of ilf.csv), came back, code B: its account is held")
    lifted = back("holds", *BODY, *LIFT, *TWO)
    assert (lifted.code, lifted.out) == (0, f"The account of {PAYMENT} is no longer held.\n")
    assert back("holds", *BODY, "--as", OPERATOR).out.startswith("Nothing of ilf (rehearsal) is held")
    assert names_nobody(listed, lifted) and back("verify", "--as", OPERATOR).code == 0


def test_one_person_under_two_spellings_is_one(back: Siller) -> None:
    said = back("holds", *BODY, *LIFT, "--as", OWNER, "--agreeing", f" {OWNER.upper()} ")
    assert said.code == 1 and "it takes two people" in said.err
    assert PAYMENT in back("holds", *BODY, "--as", OPERATOR).out


def test_an_enquiry_is_opened_listed_and_shown_by_the_status(ilf: Siller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.clock.clock", lambda *_: AFTER + timedelta(hours=1))
    opened = ilf("enquiries", *BODY, *SAID, "--as", OWNER)
    assert (opened.code, opened.err) == (0, "") and opened.out.startswith(f"{PAYMENT}: opened. It is looked at again")
    listed = ilf("enquiries", *BODY, "--as", OWNER)
    assert listed.code == 0
    assert listed.out.startswith(f"{PAYMENT}: £1,900.00, line 3 of ilf.csv: said not to have arrived")
    assert "under case 12" in listed.out
    status = ilf("status", "--as", OWNER)
    assert f"{PAYMENT}, £1,900.00: said not to have arrived" in status.out and "case 12" not in status.out
    assert "siller enquiries ilf --rehearsal" in status.out
    assert ilf("enquiries", *BODY, *SAID, "--stands", "found", "--as", OWNER).out == f"{PAYMENT}: found.\n"
    assert ilf("enquiries", *BODY, "--as", OWNER).out.startswith("Nothing of ilf (rehearsal) is said not to have")
    assert names_nobody(opened, listed, status)


def test_the_correction_file_is_for_the_body_alone(back: Siller, home: Path) -> None:
    said = back("correction-file", "ilf", "2026-11", "--rehearsal", "--as", OPERATOR)
    path = next(context(home).paths.left_out(RUN).parent.glob("*correction-supplementary.csv"))
    assert (said.code, said.err) == (0, "")
    assert said.out == f"1 payment to be put right, to be sent again as supplementary: {path}\n"
    assert names_nobody(said) and not [word for word in PERSONAL if word in path.name]
    assert path.stat().st_mode & 0o777 == 0o600
    assert f"\r\n{RUN},3," in path.read_bytes().decode("utf-8-sig")


def test_of_nothing_there_is_a_sentence_and_no_file(ilf: Siller) -> None:
    said = ilf("correction-file", "ilf", "2026-11", "--rehearsal", "--as", OPERATOR)
    assert (said.code, said.out) == (0, "Nothing of 2026-11 is to be put right that may be paid again.\n")
    assert ilf("correction-file", "ilf", "2026-10", "--rehearsal", "--as", OPERATOR).code == 1


@pytest.mark.parametrize(
    "command",
    [("holds", *BODY), ("enquiries", *BODY), ("correction-file", "ilf", "2026-11", "--rehearsal")],
    ids=["holds", "enquiries", "correction-file"],
)
@pytest.mark.parametrize("name", one_in(2, [SENDER, "enquiries@sds.example"]))
def test_nobody_else_is_told(back: Siller, command: tuple[str, ...], name: str) -> None:
    said = back(*command, "--as", name)
    assert (said.code, said.out) == (1, "") and f"{name} is no " in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("holds", *BODY, "--reason", "x"),
        ("holds", *BODY, *LIFT, "--as", OPERATOR),
        ("holds", *BODY, *LIFT, "--agreeing", OWNER),
        ("enquiries", *BODY, "--reason", "x"),
        ("enquiries", *BODY, *SAID, "--stands", "perhaps", "--as", OWNER),
        ("enquiries", *BODY, *SAID, "--review-on", "soon", "--as", OWNER),
        ("correction-file", "ilf"),
    ],
    ids=["no lift", "nobody agrees", "nobody says it", "no payment", "no stand", "no day", "no period"],
)
def test_wrong_use(ilf: Siller, arguments: tuple[str, ...]) -> None:
    assert ilf(*arguments).code == 2
