"""A ledger of an earlier siller is upgraded in one home, and with that in all."""

from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.ledger import shared as sharing
from tasks.ledger import versions
from tasks.ledger.versions import OlderVersion
from tasks.tenant_context import TenantContext
from tasks.upgrade.upgrading import due, due_version
from tasks.verify import problems
from tests.ledgers.earlier import WAITING, WITH_FORM, unpacked, upgraded
from tests.month import context
from tests.people import sit_at
from tests.scale.homes import Home, Shared


def put_as_it_is(of: TenantContext) -> None:
    """Begin a store with a ledger that this siller does not open."""
    copy = sharing.working_copy_of(of.settings, of.paths, "ilf")
    assert copy is not None
    files = [path for folder in (of.paths.parts("ilf"), of.paths.sealed("ilf", "").parent) for path in folder.glob("*")]
    named = [path for path in files if not path.name.startswith(".")]
    sharing.commit(copy, copy.begin(), of.paths, "ilf", named)


@pytest.mark.long
def test_what_one_home_upgrades_the_others_have(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sit_at(monkeypatch, "operator")
    earlier = unpacked(WAITING, tmp_path / "first")
    for name, value in Home(tmp_path / "first", Shared(server, "upgrade")).settings.items():
        if name != "SILLER_KEYS":
            monkeypatch.setenv(name, value)
    of, other = context(tmp_path / "first"), context(tmp_path / "other")
    (tmp_path / "other" / "rehearsal").mkdir(parents=True)
    (tmp_path / "other" / "rehearsal" / "keys").symlink_to(earlier.paths.root / "keys")
    put_as_it_is(of)
    with pytest.raises(OlderVersion), other.ledger.opened():
        pass
    upgraded(other)
    for each in (of, other):
        assert due(each.settings, due_version) == ([], [])
        with each.ledger.opened() as connection:
            assert versions.version_of(connection) == versions.VERSION
            assert connection.execute("SELECT count(*) FROM run WHERE run_id = ?", [WITH_FORM]).fetchone() == (1,)
        assert list(problems(each)) == []


@pytest.mark.long
def test_a_home_that_worked_meanwhile_is_fenced_and_stays_whole(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_at(monkeypatch, "operator")
    earlier = unpacked(WAITING, tmp_path / "first")
    for name, value in Home(tmp_path / "first", Shared(server, "late-upgrade")).settings.items():
        if name != "SILLER_KEYS":
            monkeypatch.setenv(name, value)
    of, other = context(tmp_path / "first"), context(tmp_path / "other")
    (tmp_path / "other" / "rehearsal").mkdir(parents=True)
    (tmp_path / "other" / "rehearsal" / "keys").symlink_to(earlier.paths.root / "keys")
    put_as_it_is(of)
    replaced = type(of.ledger).replace_by

    def slow(ledger: object, copy: object) -> None:
        monkeypatch.setattr(type(of.ledger), "replace_by", replaced)
        upgraded(other)
        replaced(ledger, copy)  # type: ignore[arg-type]

    monkeypatch.setattr(type(of.ledger), "replace_by", slow)
    with pytest.raises(NoGo, match="Another machine has worked for ilf since this one began"):
        upgraded(of)
    with of.ledger.opened() as connection:
        assert versions.version_of(connection) == versions.VERSION
    assert list(problems(of)) == []
