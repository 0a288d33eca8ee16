"""What people read is the same in every home, whichever made it; and what one erases goes from all."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.storage.folder import Folder
from tasks.storage.shared_folders import LIST, SharedFolders

PLACE = "to-the-body/ilf/ilf-2026-11-live-1.left-out.csv"


class Home:
    """A home at the store; what it seals is turned round, so that the store has nothing as it is."""

    def __init__(self, root: Path, store: Folder) -> None:
        self.root = root
        self.folders = SharedFolders(store, root, root / "note.json", turned, turned)

    def files(self) -> list[Path]:
        return sorted((self.root / "to-the-body").rglob("*.csv"))

    def makes(self, text: str, place: str = PLACE) -> None:
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, ns=(0, len(text) + 7_000_000_000))

    def has(self, is_last: Callable[[], bool] = lambda: True) -> dict[str, str]:
        self.folders.bring_together(self.files(), is_last)
        return {str(path.relative_to(self.root)): path.read_text() for path in self.files()}


def turned(content: bytes) -> bytes:
    return content[::-1]


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    return Folder("store", tmp_path / "store")


@pytest.fixture
def homes(tmp_path: Path, store: Folder) -> tuple[Home, Home]:
    return Home(tmp_path / "one", store), Home(tmp_path / "other", store)


def test_what_one_home_wrote_another_finds_and_each_new_state_of_it(homes: tuple[Home, Home], store: Folder) -> None:
    one, other = homes
    for text in ("as at nine", "as at ten o'clock"):
        one.makes(text)
        assert one.has() == other.has() == {PLACE: text}
    assert len(store.names()) == 2, "the list, and the one object that it names"
    assert turned(b"as at ten o'clock") in [(store.path / name).read_bytes() for name in store.names()]


def test_nothing_is_put_or_fetched_again_where_nothing_has_changed(homes: tuple[Home, Home], store: Folder) -> None:
    one, other = homes
    one.makes("as at nine")
    for home in homes:
        home.has()
    before = (store.path / LIST).read_bytes()
    assert other.has() == one.has() == {PLACE: "as at nine"}
    assert (store.path / LIST).read_bytes() == before


def test_one_that_was_paused_writes_over_nothing_that_came_later(homes: tuple[Home, Home]) -> None:
    one, other = homes
    one.makes("as at nine")
    one.has()
    other.has()
    one.makes("as at ten, and paused")
    other.makes("as at eleven")
    assert other.has() == one.has() == {PLACE: "as at eleven"}


def test_what_somebody_removed_in_one_home_is_there_again(homes: tuple[Home, Home]) -> None:
    one, other = homes
    one.makes("as at nine")
    one.has()
    other.has()
    (one.root / PLACE).unlink()
    assert one.has() == other.has() == {PLACE: "as at nine"}


def test_what_is_erased_in_one_home_goes_from_the_store_and_from_the_others(
    homes: tuple[Home, Home], store: Folder
) -> None:
    one, other = homes
    kept = PLACE.replace("11", "12")
    for place in (PLACE, kept):
        one.makes("payees", place)
    one.has()
    other.has()
    one.folders.erase([one.root / PLACE])
    assert one.has() == other.has() == {kept: "payees"}
    assert len(store.names()) == 2


def test_what_a_home_had_not_shared_before_an_erasure_is_not_shared_after_it(
    homes: tuple[Home, Home], store: Folder
) -> None:
    one, other = homes
    other.makes("payees")
    other.folders.fetch()
    one.folders.erase([one.root / PLACE])
    assert other.has(lambda: False) == {PLACE: "payees"}, "its ledger says by the next opening what of this is erased"
    assert one.has() == {} and store.names() == [LIST]


def test_nor_where_it_was_paused_after_it_had_asked_whether_anything_is_erased(
    homes: tuple[Home, Home], store: Folder
) -> None:
    one, other = homes
    other.makes("payees")
    asked = []

    def is_last() -> bool:
        if asked:
            return False
        asked.append("before the erasure, which comes now")
        one.folders.erase([one.root / PLACE])
        return True

    other.has(is_last)
    assert one.has() == {} and store.names() == [LIST]


def test_an_object_that_somebody_changed_is_not_taken(homes: tuple[Home, Home], store: Folder) -> None:
    one, other = homes
    one.makes("as at nine")
    one.has()
    [name] = set(store.names()) - {LIST}
    (store.path / name).write_text("something else")
    with pytest.raises(NoGo, match=f"{name} in .* is not what siller put there"):
        other.has()
    (store.path / LIST).write_text("{}")
    with pytest.raises(NoGo, match=f"{LIST} in .* is not what siller wrote there"):
        other.has()
