"""What one who looks again and again is told of a ledger: what was read before, only as long as it holds."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.service.books import KEPT_FOR, Shelf, read
from tasks.advisories import record_look
from tasks.ledger.connection import Ledger
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
    first = shelf.read(of, NOW)
    assert [run.run_id for run in first.runs] == ["ilf-2026-11-rehearsal-1"]
    assert shelf.read(of, NOW + KEPT_FOR - timedelta(seconds=1)) == first == read(of, NOW)
    assert opened == ["ilf"] * 2, "once for the shelf, once without it"
    shelf.read(of, NOW + KEPT_FOR)
    assert len(opened) == 3
    shelf.read(of, NOW)
    assert len(opened) == 4, "a clock that was put back"


def test_what_was_written_is_told_at_once(of: TenantContext) -> None:
    shelf = Shelf()
    assert shelf.read(of, NOW).carried.look is None
    record_look(of, "nothing", "operator@siller.example", NOW)
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
