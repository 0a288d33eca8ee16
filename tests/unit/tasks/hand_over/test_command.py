"""``siller hand-over`` and ``siller keys hand-over``: what a person types and reads."""

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.pay_run import Mode
from tasks.ledger import audit_log
from tasks.ledger.catalogue.events import Restore
from tasks.people.credentials import Kind, keep
from tests.people import ENROLLED, code_at, secret_of
from tests.ssh_server import SshServer
from tests.unit.flows.cli.conftest import home, siller
from tests.unit.tasks.exceptions.test_settle import OPERATOR
from tests.unit.tasks.hand_over.conftest import Agree
from tests.unit.tasks.hand_over.test_stage import AT, FILE, RUN, SENDER

__all__ = ["home", "siller"]

Siller = Callable[..., Any]


@pytest.fixture
def agreed(agree: Agree, monkeypatch: pytest.MonkeyPatch) -> Agree:
    """The command finds the agreement, at a moment before the last day to send."""

    def found(*given: Any, **changes: object) -> Any:
        of = agree(*given, **changes)
        monkeypatch.setenv("SILLER_CONTRACTS", str(of.settings.contracts))
        return of

    monkeypatch.setattr("tasks.clock.clock", lambda *_: AT)
    monkeypatch.setattr("tasks.people.identity.clock", lambda *_: AT)
    return found


def test_the_sender_hands_over_by_a_code_of_their_own(
    siller: Siller, agreed: Agree, bank: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = agreed()
    with of.ledger.transaction() as connection:
        keep(connection, SENDER, Kind.ONE_TIME_CODE, secret_of(SENDER), ("operator@siller.example",), ENROLLED)
    for name in ("operator@siller.example", "first.approver@ilf.example", "nobody@ilf.example"):
        said = siller("hand-over", RUN, "--as", name)
        assert said.code == 1
        assert "is no sender in the agreement with ilf. Nothing was done." in said.err
    assert bank.files() == {}
    monkeypatch.setenv("SILLER_ONE_TIME_CODE", code_at(SENDER, AT))
    said = siller("hand-over", RUN, "--as", SENDER)
    assert (said.code, said.err.strip()) == (0, "")
    assert said.out == f"{RUN} is submitted, 20 November 2026 at 09:50, under the reference {FILE} by SFTP.\n"
    assert list(bank.files()) == [FILE]
    told = siller("audit", RUN).out
    assert f"was about to hand {FILE} over to 127.0.0.1 by SFTP" in " ".join(told.split())


def test_after_a_restore_two_people_say_what_the_bank_has(
    siller: Siller, agreed: Agree, bank: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = agreed()
    with of.ledger.transaction() as connection:
        for name in (SENDER, OPERATOR):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
    told = (
        "settle-restore",
        "ilf",
        "--as",
        SENDER,
        "--agreeing",
        OPERATOR,
        "--reason",
        "case 12: nothing since Tuesday",
    )
    monkeypatch.setattr("typer.prompt", lambda text, **_: code_at(text.rpartition(" ")[2], AT))
    said = siller(*told)
    assert (said.code, said.err) == (1, "The ledger was not restored, or that is settled. Nothing was recorded.\n")
    with of.ledger.transaction() as connection:
        audit_log.keep(connection, Restore(OPERATOR, "a backup of three days ago"), AT - timedelta(days=3))
    monkeypatch.setattr("tasks.people.identity.identify", lambda *_: SENDER)
    held = siller("hand-over", RUN)
    assert (held.code, bank.files()) == (1, {})
    assert "The ledger was restored on 17 November 2026" in held.err
    assert "siller settle-restore ilf" in held.err
    said = siller(*told)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(
        f"The restore of ilf is settled, by {SENDER} and {OPERATOR}. A run that was opened after"
    )
    assert siller("hand-over", RUN).code == 0
    assert list(bank.files()) == [FILE]


def test_of_a_rehearsal_nothing_goes(siller: Siller, agreed: Agree, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(Mode.REHEARSAL)
    monkeypatch.setattr("tasks.people.identity.identify", lambda *_: SENDER)
    said = siller("hand-over", "ilf-2026-11-rehearsal-1")
    assert said.code == 1
    assert "ilf-2026-11-rehearsal-1 is a rehearsal, and 127.0.0.1 is a live server" in " ".join(said.err.split())


def test_the_public_key_is_shown_and_openssh_finds_the_private_one(
    siller: Siller, agreed: Agree, bank: SshServer, home: Path
) -> None:
    of = agreed()
    path = of.paths.key("ilf", "sftp")
    path.unlink()
    shown = siller("keys", "hand-over", "ilf")
    assert (shown.code, shown.err) == (0, "")
    assert path.stat().st_mode & 0o777 == 0o600
    derived = subprocess.run(["ssh-keygen", "-y", "-f", path], capture_output=True, text=True, check=True).stdout
    assert shown.out.split()[:2] == derived.split()[:2]
    assert siller("keys", "hand-over", "ilf").out == shown.out, "made once"
