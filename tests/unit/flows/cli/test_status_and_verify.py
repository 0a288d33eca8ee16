"""``siller status`` and ``siller verify``: what a person reads of the ledgers, and the exit codes."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows import console
from flows.service import liveness
from schemas.pay_run import Mode
from tasks.manual_payments.stage import record_paid_elsewhere
from tasks.people.account import account
from tasks.people.credentials import Kind, keep
from tasks.tenant_context import TenantContext
from tests.by_hand import pay_another_amount
from tests.month import APPROVER, NOVEMBER, ROWS, approve, assessed, context, deliver
from tests.people import ENROLLED

Siller = Callable[..., Any]
RUN = "ilf-2026-11-rehearsal-1"
FLOW = "00000000-0000-4000-8000-000000000000"


def test_nothing_was_ever_run(siller: Siller, home: Path) -> None:
    said = siller("status")
    assert (said.code, said.out) == (
        0,
        "There is no run yet. Pay a period with: siller run TENANT --period PERIOD, such as 2026-11 or 2026-W48\n",
    )
    said = siller("verify")
    assert (said.code, said.out) == (0, f"There is no ledger in {home}: nothing to verify.\n")
    assert not home.exists()


def test_a_released_run(siller: Siller, home: Path, released_home: Path) -> None:
    shutil.copytree(released_home, home)
    said = siller("status")
    assert said.code == 0
    assert f"{RUN}, month: rehearsed\n  3 payments, £5,931.60, pay day 30 Nov 2026\n" in said.out
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


def test_a_reason_with_brackets_is_shown_as_it_was_typed(siller: Siller, waiting: TenantContext) -> None:
    approve(waiting, RUN, decision="reject", reason="[/] wrong [bold] month")
    assert "[/] wrong [bold] month" in siller("status").out


def test_what_does_not_hold_is_named_and_is_exit_code_1(siller: Siller, home: Path, released_home: Path) -> None:
    shutil.copytree(released_home, home)
    with context(home).ledger.opened() as connection:
        pay_another_amount(connection, 1)
    (context(home).paths.outbox("ilf") / "[odd] name.txt").write_text("")
    said = siller("verify")
    assert said.code == 1
    assert f"ilf (rehearsal): {RUN}: What the stage validate wrote has changed since" in said.out
    assert "[odd] name.txt" in said.out
    assert "Release nothing until each is explained." in said.err


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE part SET first_row = first_row + 1", id="rows have other numbers"),
        pytest.param("DELETE FROM journal WHERE entry = (SELECT max(entry) FROM journal)", id="the chain is cut short"),
        pytest.param(
            "DELETE FROM journal WHERE entry > (SELECT entry FROM journal WHERE stage = 'approve')",
            id="the ledger is older than its release",
        ),
    ],
)
def test_whatever_does_not_hold_is_exit_code_1(siller: Siller, home: Path, released_home: Path, damage: str) -> None:
    shutil.copytree(released_home, home)
    with context(home).ledger.opened() as connection:
        connection.execute(damage)
    assert siller("verify").code == 1


@pytest.mark.parametrize(("command", "stream"), [("status", "out"), ("verify", "err")])
def test_a_ledger_that_does_not_open_is_a_sentence(
    siller: Siller, home: Path, released_home: Path, command: str, stream: str
) -> None:
    shutil.copytree(released_home, home)
    context(home).paths.ledger("ilf").write_bytes(b"no ledger at all")
    said = siller(command)
    assert said.code == 1
    assert "ilf (rehearsal): The ledger of ilf is not the file that siller closed last" in said.out


@pytest.mark.parametrize("command", ["status", "verify"])
def test_an_office_that_does_not_open_blinds_nobody_to_the_others(
    siller: Siller, home: Path, released_home: Path, command: str
) -> None:
    shutil.copytree(released_home, home)
    live = context(home, Mode.LIVE).paths
    for path in (live.ledger("ilf"), live.ledger("nobody"), live.ledger("nobody").with_name("NOTES")):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"no ledger at all")
    said = siller(command)
    assert said.code == 1
    assert "ilf (live): The key ilf.ledger is gone" in said.out
    assert "nobody (live): there is a ledger or what is left of one, and no agreement." in said.out
    assert ("ilf (rehearsal): everything holds." if command == "verify" else RUN) in said.out
    assert not said.err.startswith("siller failed")


@pytest.mark.parametrize("command", [["status"], ["verify"], ["keys", "rotate", "ilf", "--rehearsal"]])
def test_a_damaged_key_is_told_and_not_shown(
    siller: Siller, home: Path, released_home: Path, command: list[str]
) -> None:
    shutil.copytree(released_home, home)
    key = context(home).paths.key("ilf", "ledger")
    damaged = key.read_text()[:20] + "'" + key.read_text()[20:]
    key.write_text(damaged)
    said = siller(*command)
    assert said.code == 1
    assert "is not the key ilf.ledger: it is to be 32 bytes in base64" in said.out + said.err
    for piece in (damaged[:20], damaged[21:]):
        assert piece not in said.out + said.err


def test_a_disk_without_room_for_the_parts_is_said_where_keys_are_changed(
    siller: Siller, home: Path, released_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every part is written anew before the old ones go."""
    shutil.copytree(released_home, home)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("tasks.ledger.parts.sealing.open_atomic", full)
        said = siller("keys", "rotate", "ilf", "--rehearsal")
    assert said.code == 1
    assert "The disk is full, so the command did not end." in said.err
    assert siller("verify").code == 0
    assert siller("keys", "rotate", "ilf", "--rehearsal").code == 0
    assert siller("verify").code == 0


def test_a_ledger_that_is_gone_is_said_by_every_command(siller: Siller, home: Path, released_home: Path) -> None:
    shutil.copytree(released_home, home)
    context(home).paths.ledger("ilf").unlink()
    verified = siller("verify")
    assert verified.code == 1
    assert "ilf (rehearsal): The ledger of ilf in" in verified.out and "is gone" in verified.out
    status = siller("status")
    assert status.code == 1
    assert "is gone" in status.out
    assert "is gone" in siller("audit", RUN).err


def test_what_nobody_starts_again_is_said_in_the_status(siller: Siller, home: Path) -> None:
    with liveness.take_over(home, FLOW) as left:
        assert left
        left.keep(liveness.Begun("pay-run/ilf", {}, "The process of ilf 2026-11 live has died 3 times."))
    status = siller("status")
    assert status.code == 1
    assert "has died 3 times" in status.out


@pytest.fixture
def waiting(home: Path, waiting_home: Path) -> TenantContext:
    """A run that has come to its form, as far as its ledger knows; no Prefect server is there to ask."""
    return context(shutil.copytree(waiting_home, home))


def test_without_prefect_nobody_is_sent_to_a_form(siller: Siller, waiting: TenantContext) -> None:
    said = siller("status")
    assert said.code == 1
    assert "Prefect was not asked. There is no Prefect server to speak to." in said.out
    assert "Start one with: siller up. What follows is what the ledgers alone know." in said.out
    assert f"{RUN}, month: not known without Prefect" in said.out
    assert "waits for approval" not in said.out
    assert "  siller up\n" in said.out


def test_for_a_program_it_is_json(siller: Siller, waiting: TenantContext) -> None:
    said = siller("status", "--json")
    told = json.loads(said.out)
    assert (said.code, told["needs_a_person"], told["refused"]) == (1, True, [])
    (run,) = told["runs"]
    assert (run["run"], run["kind"], run["standing"]) == (RUN, "month", "not known without Prefect")
    assert (run["payments"], run["pence"], run["entry_date"]) == (3, 593160, "2026-11-30")


def test_in_a_terminal_of_80_columns_no_line_is_cut(
    siller: Siller, home: Path, released_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(released_home, home)
    of = context(home)
    deliver(of, ROWS[:1], kind="arrears")
    assessed(of, flow="flow-2")
    monkeypatch.setattr(console.OUT, "width", 80)
    said = siller("status")
    assert RUN in said.out and "£5,931.60" in said.out
    assert "ilf-2026-11-rehearsal-2, arrears: not known without Prefect" in said.out
    long = [line for line in said.out.splitlines() if len(line) > 80]
    assert all(line.startswith(("Prefect was not asked.", "  siller ", "  http")) for line in long), long
    assert "…" not in said.out


@pytest.mark.parametrize("who", [(), ("--as", "nobody@nowhere.example")])
def test_a_ledger_that_is_gone_is_said_whoever_asks(
    siller: Siller, home: Path, released_home: Path, who: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who would be known by an account that the lost ledger had registered is told like everybody else."""
    shutil.copytree(released_home, home)
    context(home).paths.ledger("ilf").unlink()
    monkeypatch.setattr("tasks.people.identity.account", lambda: "registered-in-the-ledger")
    said = siller("status", *who)
    assert said.code == 1
    assert "The ledger of ilf in" in said.out and "is gone" in said.out


def test_an_office_that_does_not_open_is_said_and_the_others_go_on(
    siller: Siller, home: Path, released_home: Path
) -> None:
    shutil.copytree(released_home, home)
    (context(home).paths.root / "ledgers" / "nobody.duckdb").write_bytes(b"")
    said = siller("status")
    assert said.code == 1
    assert "nobody (rehearsal): there is a ledger or what is left of one, and no agreement." in said.out
    assert f"{RUN}, month: rehearsed" in said.out


def test_a_run_that_has_been_paid_otherwise_calls_nobody_any_more(
    siller: Siller, home: Path, waiting: TenantContext
) -> None:
    columns = "payee_reference,pay_period,kind,sort_code,account_number,roll_number,amount,paid_on"
    paid = [
        ",".join((reference, "2026-11", "full", sort_code, number, roll, amount, "25/11/2026"))
        for reference, _, sort_code, number, roll, amount, *_ in (row.split(",") for row in ROWS)
    ]
    file, evidence = home / "portal.csv", home / "statement.pdf"
    file.write_text("\n".join([columns, *paid, ""]))
    evidence.write_bytes(b"%PDF-1.7 what the bank shows")
    with waiting.ledger.transaction() as connection:
        keep(connection, APPROVER, Kind.ACCOUNT, account(), ("operator@siller.example",), ENROLLED)
    record_paid_elsewhere(waiting, file, evidence, "operator@siller.example", APPROVER, NOVEMBER)
    said = siller("status")
    assert (said.code, f"{RUN}, month: paid otherwise" in said.out) == (0, True), said
