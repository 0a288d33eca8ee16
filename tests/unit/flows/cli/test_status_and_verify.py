"""``siller status`` and ``siller verify``: what a person reads of the ledgers, and the exit codes."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows import alive
from tests.month import NOVEMBER, approve, assessed, deliver, office

Siller = Callable[..., Any]
RUN = "ilf-2026-11-rehearsal-1"


def test_nothing_was_ever_run(siller: Siller, home: Path) -> None:
    said = siller("status")
    assert (said.code, said.out) == (0, "There is no run yet. Pay a month with: siller run TENANT --period YYYY-MM\n")
    said = siller("verify")
    assert (said.code, said.out) == (0, f"There is no ledger in {home}: nothing to verify.\n")
    assert not home.exists()


def test_a_released_run(siller: Siller, home: Path, released_home: Path) -> None:
    shutil.copytree(released_home, home)
    said = siller("status")
    assert said.code == 0
    line = next(line for line in said.out.splitlines() if RUN in line)
    assert line.split() == [RUN, "released", "3", "£5,931.60", "30", "Nov", "2026"]
    verified = siller("verify")
    assert (verified.code, verified.out) == (0, "ilf (rehearsal): everything holds.\n")


def test_a_holiday_that_moves_a_run(
    siller: Siller, home: Path, released_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The debit of 30 November is expected a day later once the 30th is no bank day."""
    shutil.copytree(released_home, home)
    file = tmp_path / "announced.yaml"
    file.write_text(
        "version: 2\nannouncements:\n  - announced_on: 2026-11-20\n    source: gazette\n"
        "    divisions: [england-and-wales]\n    holidays: [2026-11-30]\n"
    )
    monkeypatch.setenv("SILLER_BANK_HOLIDAYS", str(file))
    monkeypatch.setattr("tasks.clock.clock", lambda mode, today: NOVEMBER)
    said = siller("status")
    assert said.code == 0
    assert f"{RUN} has left" in said.out
    assert "entry date Mon 30 Nov 2026 to Tue 1 Dec 2026" in said.out and "no debit by 1 December" in said.out
    monkeypatch.delenv("SILLER_BANK_HOLIDAYS")
    assert "has left" not in siller("status").out


def test_a_reason_with_brackets_is_shown_as_it_was_typed(siller: Siller, home: Path) -> None:
    of = office(home)
    deliver(of)
    approve(of, assessed(of), decision="reject", reason="[/] wrong [bold] month")
    assert "[/] wrong [bold] month" in siller("status").out


def test_what_does_not_hold_is_named_and_is_exit_code_1(siller: Siller, home: Path, released_home: Path) -> None:
    shutil.copytree(released_home, home)
    with office(home).ledger.opened() as connection:
        connection.execute("UPDATE core_payment SET amount_pence = 1 WHERE row_number = 1")
    (office(home).places.outbox("ilf") / "[odd] name.txt").write_text("")
    said = siller("verify")
    assert said.code == 1
    assert f"ilf (rehearsal): {RUN}: What the stage validate wrote has changed since" in said.out
    assert "[odd] name.txt" in said.out
    assert "Release nothing until each is explained." in said.err


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(
            "UPDATE core_payment SET amount_pence = (SELECT min(amount_pence) + max(amount_pence) FROM core_payment) "
            "- amount_pence WHERE amount_pence IN (SELECT unnest([min(amount_pence), max(amount_pence)]) "
            "FROM core_payment)",
            id="two payments change places",
        ),
        pytest.param("DELETE FROM journal WHERE entry = (SELECT max(entry) FROM journal)", id="the chain is cut short"),
        pytest.param(
            "DELETE FROM journal WHERE entry > (SELECT entry FROM journal WHERE stage = 'approve')",
            id="the ledger is older than its release",
        ),
    ],
)
def test_whatever_does_not_hold_is_exit_code_1(siller: Siller, home: Path, released_home: Path, damage: str) -> None:
    shutil.copytree(released_home, home)
    with office(home).ledger.opened() as connection:
        connection.execute(damage)
    assert siller("verify").code == 1


@pytest.mark.parametrize("command", ["status", "verify"])
def test_a_ledger_that_does_not_open_is_a_sentence(
    siller: Siller, home: Path, released_home: Path, command: str
) -> None:
    shutil.copytree(released_home, home)
    office(home).places.ledger("ilf").write_bytes(b"no ledger at all")
    said = siller(command)
    assert said.code == 1
    assert "The ledger of ilf does not open with the key in" in said.err


def test_a_ledger_that_is_gone_is_said_by_every_command(siller: Siller, home: Path, released_home: Path) -> None:
    shutil.copytree(released_home, home)
    office(home).places.ledger("ilf").unlink()
    verified = siller("verify")
    assert verified.code == 1
    assert "ilf (rehearsal): ledger: The ledger of ilf in" in verified.out and "is gone" in verified.out
    status = siller("status")
    assert status.code == 1
    assert "is gone" in status.out
    assert "is gone" in siller("audit", RUN).err


def test_what_nobody_starts_again_is_said_in_the_status(siller: Siller, home: Path) -> None:
    with alive.unattended(home, "a-flow-run") as left:
        assert left
        left.keep(alive.Begun("pay-run/ilf", {}, "The process of ilf 2026-11 live has died 3 times."))
    status = siller("status")
    assert status.code == 1
    assert "has died 3 times" in status.out
