"""``siller upgrade``, and every other command before it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.pay_run import Mode
from tasks.ledger.versions import VERSION
from tests.ledgers.earlier import WAITING, WITH_FORM, unpacked
from tests.month import context
from tests.people import sit_at
from tests.sampled import one_in

Siller = Callable[..., Any]
TOLD = "The ledger of ilf has version 3, and this siller works with version 13. Nothing was changed. Upgrade it"
AS = ("--as", "operator@siller.example")


@pytest.fixture
def earlier(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that an earlier siller left."""
    sit_at(monkeypatch, "operator")
    unpacked(WAITING, home)
    monkeypatch.setenv("SILLER_CONTRACTS", str(home / "contracts"))
    return home


COMMANDS: dict[str, list[str]] = {
    "verify": ["verify", *AS],
    "backup": ["backup", "ilf", "{home}/x.age", "--to", "age1x", "--rehearsal", *AS],
    "rotate": ["keys", "rotate", "ilf", "--rehearsal", *AS],
    "people list": ["people", "list", "ilf", "--rehearsal"],
    "audit": ["audit", WITH_FORM, *AS],
    "trace": ["trace", f"{WITH_FORM}/0", *AS],
    "submitted": ["submitted", WITH_FORM, "--reference", "X", "--at", "2026-11-20 10:00", *AS],
    "settle": ["continuity", "settle", WITH_FORM, "--nothing-was-paid", *AS],
}


@pytest.mark.parametrize("command", one_in(3, COMMANDS))
def test_before_it_every_command_names_it(siller: Siller, earlier: Path, command: str) -> None:
    before = (earlier / "rehearsal/ledgers/ilf.duckdb").read_bytes()
    said = siller(*(argument.format(home=earlier) for argument in COMMANDS[command]))
    assert said.code == 1
    told = said.out + said.err
    assert TOLD in told and "siller upgrade" in told
    assert (earlier / "rehearsal/ledgers/ilf.duckdb").read_bytes() == before


def test_status_has_it_as_a_line_of_its_own(siller: Siller, earlier: Path) -> None:
    said = siller("status")
    assert said.code == 1
    (line,) = [line for line in said.out.splitlines() if TOLD in line]
    assert line.startswith("ilf (rehearsal): ") and line.endswith("siller upgrade")
    said = siller("status", "--json")
    assert said.code == 1
    assert any(TOLD in each for each in json.loads(said.out)["refused"])


def test_it_is_asked_says_what_it_does_and_does_it_once(siller: Siller, earlier: Path) -> None:
    said = siller("upgrade")
    assert said.code == 1 and "there is no terminal to ask" in said.err
    told = "ilf (rehearsal), version 3 to 13. Version 4: The pay day is a property of the payment. Version 5"
    assert told in said.out
    said = siller("upgrade", "--yes")
    assert said.code == 0, said
    assert "ilf (rehearsal) is upgraded.\nilf (rehearsal): everything holds.\n" in said.out
    assert siller("upgrade").out == f"Nothing to upgrade in {earlier}.\n"
    said = siller("status")
    assert TOLD not in said.out and f"{WITH_FORM}, month: " in said.out
    assert "upgraded the ledger from version 3" in siller("audit", "ilf", "--rehearsal", *AS).out


def test_of_a_live_one_it_says_that_its_agreement_is_to_be_adopted_before_anything_goes_on(
    siller: Siller, earlier: Path
) -> None:
    for folder in (earlier / "rehearsal").iterdir():
        folder.rename(earlier / folder.name)
    said = siller("upgrade", "--yes")
    assert "ilf (live) is upgraded.\n" in said.out
    assert "The agreement with ilf is not adopted, so no live run may pay by it." in said.out
    assert "siller agreement propose ilf" in said.out


@pytest.mark.long  # every day those with other damage do
def test_a_ledger_that_cannot_be_opened_is_named_and_holds_up_no_other(siller: Siller, earlier: Path) -> None:
    """A live one beside that of the rehearsals, whose key is gone."""
    shutil.copytree(earlier / "rehearsal/ledgers", earlier / "ledgers")
    said = siller("upgrade", "--yes")
    assert said.code == 1
    assert "ilf (live): The key ilf.ledger is gone" in said.out
    assert "ilf (rehearsal) is upgraded.\n" in said.out


def test_a_ledger_that_does_not_hold_is_named_and_holds_up_no_other(siller: Siller, earlier: Path) -> None:
    for folder in ("ledgers", "keys"):
        shutil.copytree(earlier / "rehearsal" / folder, earlier / folder)
    with context(earlier, Mode.LIVE).ledger.as_it_is() as connection:
        connection.execute("UPDATE run SET period = '2026-12'")
    said = siller("upgrade", "--yes")
    assert said.code == 1
    assert "The ledger of ilf does not hold, so it was not upgraded" in said.out
    assert "ilf (rehearsal) is upgraded.\n" in said.out
    assert "ilf (live), version 3 to 13." in siller("upgrade").out


@pytest.mark.long  # every day the one before it does
def test_a_ledger_with_a_changed_byte_is_named_and_holds_up_no_other(siller: Siller, earlier: Path) -> None:
    for folder in ("ledgers", "keys"):
        shutil.copytree(earlier / "rehearsal" / folder, earlier / folder)
    file = earlier / "ledgers" / "ilf.duckdb"
    content = bytearray(file.read_bytes())
    content[12_288 + 200_000] ^= 1
    file.write_bytes(content)
    said = siller("upgrade", "--yes")
    assert said.code == 1
    assert "ilf (live) was not upgraded, and stands as it was" in said.out or "ilf (live): " in said.out
    assert "ilf (rehearsal) is upgraded.\n" in said.out


def test_who_says_no_leaves_nothing_that_the_earlier_siller_does_not_know(siller: Siller, earlier: Path) -> None:
    """It keeps no checksum, so one of ours would be false as soon as it goes on, and the upgrade refused for ever."""
    for command in (["upgrade"], ["status"]):
        siller(*command)
        assert not list(earlier.rglob("*.sha256"))
    with context(earlier).ledger.as_it_is() as connection:
        connection.execute("CREATE TABLE written_by_the_earlier_siller AS SELECT 1")
        connection.execute("DROP TABLE written_by_the_earlier_siller")
    said = siller("upgrade", "--yes")
    assert said.code == 0, said
    assert list((earlier / "rehearsal/ledgers").glob("*.sha256"))


ENDS = """
import os, signal, sys
if {when}:
    os.kill(os.getpid(), signal.SIGSEGV)
"""


@pytest.mark.parametrize(
    ("when", "where"),
    [
        ("sys.orig_argv[-1] == 'live'", "looked into"),
        pytest.param("len(sys.orig_argv) > 7 and 'live' in sys.orig_argv", "upgraded", marks=pytest.mark.long),
    ],
    ids=["looked-into", "upgraded"],
)
def test_a_ledger_that_ends_whoever_reads_it_is_named_and_holds_up_no_other(
    siller: Siller, earlier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str, where: str
) -> None:
    """Before version 5 there is no checksum, and what DuckDB makes of blocks that changed places can be its own end."""
    for folder in ("ledgers", "keys"):
        shutil.copytree(earlier / "rehearsal" / folder, earlier / folder)
    (tmp_path / "sitecustomize.py").write_text(ENDS.format(when=when))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    before = (earlier / "ledgers" / "ilf.duckdb").read_bytes()
    said = siller("upgrade", "--yes")
    assert said.code == 1
    assert (f"ilf (live), version 3 to {VERSION}" in said.out) is (where == "upgraded")
    assert "The ledger of ilf (live) ended the process that read it (SIGSEGV), and was not upgraded" in said.out
    assert "ilf (rehearsal) is upgraded.\n" in said.out
    assert (earlier / "ledgers" / "ilf.duckdb").read_bytes() == before
