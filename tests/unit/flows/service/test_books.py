"""What one who looks again and again is told of a ledger: what was read before, only as long as it holds."""

import shutil
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from flows.service.books import KEPT_FOR, Shelf, kept_until, read
from tasks.advisories import record_look
from tasks.ledger.connection import Ledger
from tasks.storage.folder import Folder
from tasks.tenant_context import TenantContext
from tests import month

NOW = month.NOVEMBER


@pytest.fixture
def of(waiting_home: Path, tmp_path: Path) -> TenantContext:
    return month.context(shutil.copytree(waiting_home, tmp_path / "home", symlinks=True))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each opening of a ledger."""
    found: list[str] = []
    opens = Ledger.opened

    def watched(self: Ledger, *given: bool) -> object:
        found.append(self.tenant)
        return opens(self, *given)

    monkeypatch.setattr(Ledger, "opened", watched)
    return found


def test_what_nobody_has_written_since_is_told_for_some_minutes_and_as_it_was(
    of: TenantContext, opened: list[str]
) -> None:
    shelf = Shelf()
    first, until = shelf.read(of, NOW), kept_until("ilf", NOW)
    assert [run.run_id for run in first.runs] == ["ilf-2026-11-rehearsal-1"]
    assert shelf.read(of, until - timedelta(seconds=1)) == first == read(of, NOW)
    assert opened == ["ilf"] * 2, "once for the shelf, once without it"
    shelf.read(of, until)
    assert len(opened) == 3
    shelf.read(of, NOW)
    assert len(opened) == 4, "a clock that was put back"


def test_two_hundred_ledgers_are_not_opened_again_in_one_minute() -> None:
    until = [kept_until(f"body{number}", NOW) - NOW for number in range(200)]
    assert min(until) > timedelta() and max(until) <= KEPT_FOR
    a_minute = [sum(each <= timedelta(minutes=minute) for each in until) for minute in range(6)]
    assert max(later - earlier for earlier, later in pairwise(a_minute)) < 60
    again = NOW + until[0]
    assert kept_until("body0", again) == again + KEPT_FOR, "and each five minutes from then on"


def test_what_was_written_is_told_at_once(of: TenantContext) -> None:
    shelf = Shelf()
    assert shelf.read(of, NOW).carried.look is None
    record_look(of, "nothing", "operator@siller.example", NOW)
    found = shelf.read(of, NOW).carried.look
    assert found is not None and found.by == "operator@siller.example"


def test_where_homes_share_a_ledger_the_store_says_whether_it_is_the_same(
    of: TenantContext, opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILLER_OUTBOX", "s3://bucket/outbox")
    monkeypatch.setattr("tasks.ledger.shared.shared_store", lambda *_: Folder("store", tmp_path / "store"))
    of, other, shelf = month.context(of.settings.home), month.context(tmp_path / "other"), Shelf()
    shutil.copytree(of.paths.key("ilf", "ledger").parent, other.paths.key("ilf", "ledger").parent)
    with of.ledger.put_into_store():
        pass
    first = shelf.read(of, NOW)
    assert not first.refused and shelf.read(of, NOW) == first
    assert opened == ["ilf"], "the second look has asked the store alone"
    record_look(other, "nothing", "operator@siller.example", NOW)
    found = shelf.read(of, NOW).carried.look
    assert found is not None and found.by == "operator@siller.example"


def test_another_agreement_is_told_at_once(of: TenantContext, tmp_path: Path) -> None:
    shelf = Shelf()
    assert shelf.read(of, NOW).called_off == ()
    shutil.copytree(of.settings.contracts, tmp_path / "contracts")
    with (tmp_path / "contracts" / "ilf" / "agreement.yaml").open("a", encoding="utf-8") as agreement:
        agreement.write("# another line\n")
    changed = replace(of, settings=of.settings.model_copy(update={"contracts": tmp_path / "contracts"}))
    (said,) = shelf.read(changed, NOW).called_off
    assert "The agreement has changed since the gates judged this run" in said


@pytest.mark.parametrize("damage", ["gone", "other bytes"])
def test_a_ledger_that_is_not_what_it_was_is_told_at_once(of: TenantContext, damage: str) -> None:
    shelf, file = Shelf(), of.paths.ledger("ilf")
    shelf.read(of, NOW)
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[::-1])
    assert shelf.read(of, NOW).refused == read(of, NOW).refused != ""


def test_what_is_being_worked_on_is_said_to_be(of: TenantContext) -> None:
    shelf = Shelf()
    shelf.read(of, NOW)
    with of.ledger.opened():
        assert shelf.read(of, NOW, patience=0.0).is_busy
    assert not shelf.read(of, NOW).is_busy
