"""``siller exceptions`` and ``siller submitted --never-sent``: what people type and read."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.month import NOVEMBER, context
from tests.people import code_now
from tests.sampled import one_in
from tests.unit.tasks.exceptions.test_settle import ACCEPTED, OPERATOR, OWNER, REJECTED, RUN, SENDER, bank_says, enrol

Siller = Callable[..., Any]
BODY = ("exceptions", "ilf", "--rehearsal")
WORDS = ("--reason", "the bank says so", "--bank-reference", "case 4711")
NEVER = ("submitted", RUN, "--never-sent", "--reason", "the channel was down")


@pytest.fixture(scope="module")
def left_by_the_bank(released_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose file was accepted and then rejected as a duplicate; nobody changes anything there."""
    of = context(shutil.copytree(released_home, tmp_path_factory.mktemp("left") / "home"))
    enrol(of, OPERATOR, OWNER, SENDER)
    return of.settings.home


@pytest.fixture
def ilf(siller: Siller, home: Path, left_by_the_bank: Path, monkeypatch: pytest.MonkeyPatch) -> Siller:
    shutil.copytree(left_by_the_bank, home)
    monkeypatch.setattr("typer.prompt", lambda text, **_: code_now(text.removeprefix("One-time code of ")))
    return siller


@pytest.fixture
def disputed(ilf: Siller, home: Path) -> Iterator[Siller]:
    bank_says(context(home), ACCEPTED)
    bank_says(context(home), REJECTED, message="pain002")
    yield ilf
    assert ilf("verify").code == 0


def settle(siller: Siller, *arguments: str, named: str = RUN) -> Any:
    return siller(*BODY, "--settle", named, "--as", OPERATOR, "--agreeing", OWNER, *WORDS, *arguments)


def test_what_waits_is_told_with_choices_clock_and_command(disputed: Siller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.clock.clock", lambda *_: NOVEMBER.replace(month=12, day=1))
    said = disputed(*BODY)
    assert said.code == 0
    first, clock, command = said.out.splitlines()
    assert first.startswith(f"1. {RUN}: 3 payments, £5,931.60, code DUPL: the bank says both that it took them")
    assert "on 2 December 2026 (the next working day), operator." in clock
    assert command.strip() == f"siller exceptions ilf --rehearsal --settle {RUN} --decision paid|not_paid"
    for personal in ("Royal", "Macdonald", "89620048", "ILF 2611"):
        assert personal not in said.out


def test_it_is_settled_by_two(disputed: Siller) -> None:
    said = settle(disputed, "--decision", "paid")
    assert (said.code, said.err) == (0, "")
    assert said.out == f"{RUN} is settled (3 payments): paid.\n"
    assert disputed(*BODY).out == "Nothing of ilf (rehearsal) waits for two people.\n"
    assert settle(disputed, "--decision", "not_paid").code == 1
    assert "settled what the bank left open: paid, agreed by" in disputed("audit", RUN).out


@pytest.mark.parametrize(
    "arguments",
    one_in(
        2,
        [
            ["--decision", "paid"],
            ["--settle", RUN, "--decision", "perhaps", "--as", OPERATOR, "--agreeing", OWNER],
            ["--settle", RUN, "--decision", "paid", "--as", OPERATOR],
            ["--settle", RUN, "--decision", "paid", "--agreeing", OWNER],
        ],
    ),
    ids=["nothing named", "no decision", "nobody agrees", "nobody says it"],
)
def test_wrong_use(ilf: Siller, arguments: list[str]) -> None:
    assert ilf(*BODY, *arguments).code == 2


def test_an_enquirer_does_not_see_the_list(ilf: Siller) -> None:
    said = ilf(*BODY, "--as", "enquiries@ilf.example")
    assert said.code == 1
    assert "Nothing was done" in said.err


def test_a_file_that_was_never_sent(ilf: Siller, home: Path) -> None:
    said = ilf(*NEVER, "--as", SENDER, "--agreeing", OPERATOR)
    assert (said.code, said.err) == (0, "")
    assert f"{RUN} was never sent: 3 payments, £5,931.60" in said.out
    assert list(context(home).paths.outbox("ilf").iterdir()) == []
    assert "taken back, never sent" in ilf("status").out
    sent = ilf("submitted", RUN, "--reference", "BT 1", "--at", "2026-11-20 10:30", "--as", OPERATOR)
    assert sent.code == 0
    assert "DISPUTED" in sent.err


@pytest.mark.parametrize(
    "arguments",
    [(), ("--as", SENDER), ("--agreeing", OPERATOR), ("--as", SENDER, "--agreeing", OPERATOR, "--reference", "BT 1")],
    ids=["nobody", "one", "the other", "sent and not sent"],
)
def test_never_sent_wrong_use(ilf: Siller, arguments: tuple[str, ...]) -> None:
    assert ilf(*NEVER, *arguments).code == 2
