"""The analysts' file where homes share a store: a publication that was paused leaves nothing of what was erased."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from schemas.no_go import NoGo
from schemas.period import Period
from tasks.ledger.erasures import ErasureRow
from tasks.ledger.rows import insert
from tasks.publish.shared_file import SharedFile
from tasks.publish.stage import publish, publish_without_erased
from tasks.storage.folder import Folder
from tests.month import NOVEMBER, context
from tests.published import AS_AT, published

RUN = "ilf-2026-11-rehearsal-1"


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    return Folder("store", tmp_path / "store")


@pytest.fixture
def homes(tmp_path: Path, store: Folder) -> tuple[SharedFile, SharedFile]:
    one, other = (SharedFile(store, tmp_path / name / "published") for name in ("one", "other"))
    keep(one, 1, "2026-10", "2026-11")
    return one, other


def keep(home: SharedFile, version: int, *periods: str, kept: int = 3) -> None:
    seen = home.take()
    home.keep(published(home.folder, "ilf", version, dict.fromkeys(periods, AS_AT)), seen, kept)


def test_one_that_another_home_was_before_is_not_left_in_the_store(
    homes: tuple[SharedFile, SharedFile], store: Folder
) -> None:
    one, other = homes
    seen = other.take()
    late = published(other.folder, "ilf", 2, {"2026-10": AS_AT, "2026-11": AS_AT})
    keep(one, 2, "2026-11", kept=1)
    stands = store.names()
    with pytest.raises(NoGo, match="Another home has published meanwhile"):
        other.keep(late, seen)
    assert store.names() == stands and len(stands) == 2, "the pointer and what it names"
    keep(one, 3, "2026-11")
    other.take()
    assert sorted(path.name for path in other.folder.glob("analytics*")) == [
        "analytics-000003.duckdb",
        "analytics.duckdb",
    ]


@pytest.mark.parametrize("killed", ["0" * 16, "f" * 16], ids=["earlier", "later"])
def test_an_erasure_leaves_its_own_version_and_none_of_who_was_killed(
    homes: tuple[SharedFile, SharedFile], store: Folder, killed: str
) -> None:
    one, _ = homes
    store.put_if_absent(f"published-000002-{killed}.duckdb", b"of one that was paused, and killed")
    keep(one, 2, "2026-11", kept=1)
    assert len(store.names()) == 2
    assert one.take() is not None


def test_a_period_that_is_erased_while_it_is_published_is_not(
    finished_home: Path, tmp_path: Path, store: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = context(shutil.copytree(finished_home, tmp_path / "home", symlinks=True))
    monkeypatch.setattr("tasks.publish.shared_file.shared_store", lambda *_: store)
    copy = Folder.copy

    def erased_meanwhile(self: Folder, name: str, source: Path, sha256: str) -> None:
        copy(self, name, source, sha256)
        with of.ledger.transaction() as connection:
            row = ErasureRow(1, Period.parsed("2026-11"), "its years are over", "one", "another", NOVEMBER)
            insert(connection, row)

    monkeypatch.setattr(Folder, "copy", erased_meanwhile)
    with pytest.raises(NoGo, match="A period was erased while this was about to be published"):
        publish(of, RUN, NOVEMBER)
    assert store.names() == []
    assert list(of.paths.published("ilf").glob("*.duckdb")) == []


@pytest.mark.parametrize("had", [False, True], ids=["nothing was published", "something was"])
def test_nor_where_nothing_is_left_to_publish_and_it_was_paused_at_the_pointer(
    finished_home: Path, tmp_path: Path, store: Folder, monkeypatch: pytest.MonkeyPatch, had: bool
) -> None:
    """A pointer that is not there says nothing: whoever has seen none has to see that there was an erasure since."""
    of = context(shutil.copytree(finished_home, tmp_path / "home", symlinks=True))
    if not had:
        shutil.rmtree(of.paths.published("ilf"))
    monkeypatch.setattr("tasks.publish.shared_file.shared_store", lambda *_: store)
    swap = Folder.swap

    def erased_just_before(self: Folder, *asked: Any) -> bool:
        monkeypatch.setattr(Folder, "swap", swap)
        with of.ledger.transaction() as connection:
            row = ErasureRow(1, Period.parsed("2026-11"), "its years are over", "one", "another", NOVEMBER)
            insert(connection, row)
        shutil.move(of.paths.published("ilf"), tmp_path / "of who is paused")
        publish_without_erased(of, NOVEMBER)
        shutil.rmtree(of.paths.published("ilf"), ignore_errors=True)
        shutil.move(tmp_path / "of who is paused", of.paths.published("ilf"))
        return self.swap(*asked)

    monkeypatch.setattr(Folder, "swap", erased_just_before)
    with pytest.raises(NoGo, match="Another home has published meanwhile"):
        publish(of, RUN, NOVEMBER)
    assert [name for name in store.names() if name.startswith("published-")] == []
    assert SharedFile(store, tmp_path / "a third" / "published").take() is not None
    publish_without_erased(of, NOVEMBER)
    assert list(of.paths.published("ilf").glob("*.duckdb")) == []
