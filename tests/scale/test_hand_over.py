"""Homes that hand one file over to the bank's server: whoever is paused or killed where, the bank has it once."""

import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.release.outboxes import outbox_of
from tasks.storage.custody import sha256_of_file
from tasks.tenant_context import TenantContext
from tests.scale.at_hand_over import POINTS, RUN
from tests.scale.homes import Home, Shared, ended, wait_until_stopped
from tests.ssh_server import SshServer, ssh_server
from tests.unit.tasks.hand_over.conftest import agreed_with, released_live_home

__all__ = ["released_live_home"]

FILE = f"{RUN}.bacs18.txt"
UPLOAD, INTENT, NAMED = POINTS


class Bank:
    """The bank's server, and what the bank has taken from it."""

    def __init__(self, server: SshServer) -> None:
        self.server, self.taken = server, list[bytes]()

    def takes(self) -> list[bytes]:
        """Take away what has its final name, as a bank does within seconds; all that it ever took."""
        for path in self.server.incoming.iterdir():
            if not path.name.endswith(".part"):
                assert path.name == FILE
                self.taken.append(path.read_bytes())
                path.unlink()
        return self.taken


@pytest.fixture(scope="module")
def bank_server() -> Iterator[SshServer]:
    with ssh_server() as opened:
        yield opened


@pytest.fixture
def bank(bank_server: SshServer) -> Bank:
    for path in bank_server.incoming.iterdir():
        path.unlink()
    return Bank(bank_server)


@pytest.fixture
def homes(
    server: str, bank: Bank, released_live_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[bytes, list[Home]]:
    """The released file, and three homes at a store that has its run; each has the same keys, as files."""
    alone = agreed_with(bank.server, tmp_path, released_live_home)
    first, released = alone.settings.home, alone.paths.outbox("ilf")
    others = {"SILLER_CONTRACTS": str(alone.settings.contracts), "SILLER_KEYS": "{}"}
    shared = Shared(server, f"handed-{tmp_path.name}")
    made = [
        Home(root, shared, None, "tests.scale.at_hand_over", others)
        for root in (first, tmp_path / "second", tmp_path / "third")
    ]
    for home in made[1:]:
        shutil.copytree(first / "keys", home.root / "keys")
    for name, value in made[0].settings.items():
        monkeypatch.setenv(name, value)
    with TenantContext("ilf", alone.mode, alone.settings.model_copy(update=_shared(made[0]))).ledger.put_into_store():
        pass
    outbox = outbox_of(TenantContext("ilf", alone.mode, alone.settings.model_copy(update=_shared(made[0]))))
    for path in released.iterdir():
        outbox.copy(path.name, path, sha256_of_file(path))
    return (released / FILE).read_bytes(), made


def _shared(home: Home) -> dict[str, str]:
    return {"store": home.shared.store, "outbox": home.shared.outbox}


@pytest.mark.long
@pytest.mark.parametrize("point", POINTS)
def test_one_that_is_paused_anywhere_and_another_that_goes_on_hand_it_over_once(
    homes: tuple[bytes, list[Home]], bank: Bank, point: str
) -> None:
    content, (early, other, _) = homes
    stopped = early.start("hand over", stop_at=point)
    wait_until_stopped(stopped)
    assert other.work("hand over") == "hand over: done"
    assert bank.takes() == [content]
    stopped.send_signal(signal.SIGCONT)
    said = ended(stopped)
    if point == UPLOAD:
        assert said.startswith("hand over: NoGo: Somebody has said meanwhile what became of")
    else:
        assert said == "hand over: done", "it says what the other one did"
    assert bank.takes() == [content]


@pytest.mark.long
def test_one_that_did_not_know_of_the_intent_gives_no_name(homes: tuple[bytes, list[Home]], bank: Bank) -> None:
    content, (early, late, _) = homes
    waits = late.start("hand over", stop_at=UPLOAD)
    wait_until_stopped(waits)
    killed = early.start("hand over", stop_at=NAMED)
    wait_until_stopped(killed)
    assert bank.takes() == [content]
    killed.send_signal(signal.SIGKILL)
    assert ended(killed) == ""
    waits.send_signal(signal.SIGCONT)
    assert ended(waits).startswith(f"hand over: NoGo: Another machine was about to hand {FILE} over meanwhile")
    assert late.work("hand over").startswith("hand over: PerhapsThere")
    assert bank.takes() == [content]


def test_a_part_that_a_third_one_sends_later_is_not_the_one_that_gets_the_name(
    homes: tuple[bytes, list[Home]], bank: Bank
) -> None:
    content, (early, other, third) = homes
    uploads_late = third.start("hand over", stop_at=UPLOAD)
    wait_until_stopped(uploads_late)
    names_late = early.start("hand over", stop_at=INTENT)
    wait_until_stopped(names_late)
    assert other.work("hand over") == "hand over: done"
    assert bank.takes() == [content]
    uploads_late.send_signal(signal.SIGCONT)
    assert ended(uploads_late).startswith("hand over: NoGo: Somebody has said meanwhile")
    assert [path.read_bytes() for path in bank.server.incoming.iterdir()] == [content], "a whole part stands there"
    names_late.send_signal(signal.SIGCONT)
    assert ended(names_late) == "hand over: done"
    assert bank.takes() == [content]


@pytest.mark.long
def test_what_was_taken_back_as_never_sent_gets_no_name(homes: tuple[bytes, list[Home]], bank: Bank) -> None:
    _, (early, other, _) = homes
    stopped = early.start("hand over", stop_at=INTENT)
    wait_until_stopped(stopped)
    assert other.work("take back") == "take back: done"
    stopped.send_signal(signal.SIGCONT)
    assert ended(stopped).startswith("hand over: PerhapsThere")
    assert bank.takes() == []


def test_a_home_that_is_a_copy_of_another_uploads_nothing_that_the_other_has_named(
    homes: tuple[bytes, list[Home]], bank: Bank, tmp_path: Path
) -> None:
    content, (_, late, _) = homes
    waits = late.start("hand over", stop_at=UPLOAD)
    wait_until_stopped(waits)
    copy = replace(late, root=tmp_path / "copied")
    shutil.copytree(late.root, copy.root)
    killed = copy.start("hand over", stop_at=NAMED)
    wait_until_stopped(killed)
    assert bank.takes() == [content]
    killed.send_signal(signal.SIGKILL)
    assert ended(killed) == ""
    waits.send_signal(signal.SIGCONT)
    assert ended(waits).startswith(f"hand over: NoGo: Another machine was about to hand {FILE} over meanwhile")
    for home in (copy, late):
        assert home.work("hand over").startswith("hand over: PerhapsThere")
    assert bank.takes() == [content]
