"""A file that was set aside by a fault of siller's own: known by its bytes, and taken as a copy once that is mended."""

import shutil
from pathlib import Path

import pytest

from tasks.exceptions.decisions import Decision
from tasks.reconcile import receive
from tasks.tenant_context import TenantContext
from tests.bank_messages import advice, taken_in
from tests.month import context
from tests.unit.tasks.exceptions.test_settle import AFTER, home, is_whole, settled, states, waiting

__all__ = ["home"]


@pytest.fixture
def ilf(home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(home, tmp_path / "home"))


def test_a_copy_with_one_line_feed_more_is_read_and_the_first_is_dismissed(
    ilf: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ilf.paths.bank_inbox(ilf.tenant)
    folder.mkdir(parents=True)
    (folder / "first.xml").write_text(advice())
    with monkeypatch.context() as broken:
        broken.setattr(receive, "read_bank_file", lambda *_: {}["a fault of siller's own"])
        assert "first.xml cannot be read by siller: KeyError" in taken_in(ilf, AFTER)[1][0]
    assert "first.xml was received before, byte for byte" in taken_in(ilf, AFTER)[1][0]
    (folder / "first.xml").rename(folder / "again.xml")
    (folder / "again.xml").write_text(f"{advice()}\n")
    assert taken_in(ilf, AFTER)[1] == []
    settled(ilf, "first.xml", Decision.DISMISS)
    assert [each.kind for each in waiting(ilf)] == ["returned"]
    assert states(ilf) == {"released": 2, "returned": 1}
    assert is_whole(ilf)
