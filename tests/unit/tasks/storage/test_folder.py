"""The store that is a folder: a name is absent or whole, and what has it is never written over."""

import hashlib
import os
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.storage.folder import Folder
from tasks.storage.store import OtherBytes
from tests.killed import ON_DISK, at_every_step

DATA = b"a part of rows" * 50_000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    return Folder("folder of parts", tmp_path / "store")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "made" / "source"
    path.parent.mkdir()
    path.write_bytes(DATA)
    return path


@pytest.fixture
def no_second_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """As between two disks: a second name is given within a folder alone."""
    link = os.link

    def within_a_folder(source: str | Path, target: Path) -> None:
        if Path(source).parent != target.parent:
            raise PermissionError
        link(source, target)

    monkeypatch.setattr(os, "link", within_a_folder)


def test_the_same_bytes_again_are_fine_and_others_a_no_go(store: Folder, source: Path) -> None:
    for _ in range(2):
        store.put_if_absent("name", DATA)
        store.link_or_copy("name", source, SHA256)
    other = hashlib.sha256(b"other").hexdigest()
    source.write_bytes(b"other")
    with pytest.raises(NoGo, match=r"folder of parts already holds another file named name, in .*Nothing was written"):
        store.put_if_absent("name", b"other")
    with pytest.raises(NoGo, match="already holds another file named name"):
        store.link_or_copy("name", source, other)
    assert (store.names(), store.sha256_of("name")) == (["name"], SHA256)


def test_a_file_gets_a_second_name_and_no_byte_is_copied(store: Folder, source: Path) -> None:
    store.link_or_copy("name", source, SHA256)
    assert (store.path / "name").samefile(source)
    source.unlink()
    assert (store.names(), store.sha256_of("name")) == (["name"], SHA256)


@pytest.mark.usefixtures("no_second_names")
def test_where_there_are_no_second_names_it_is_copied_and_held_against_what_was_meant(
    store: Folder, source: Path
) -> None:
    store.link_or_copy("name", source, SHA256)
    assert not (store.path / "name").samefile(source)
    assert store.sha256_of("name") == SHA256
    with pytest.raises(OtherBytes, match="other was to be stored and is not the file that was meant"):
        store.link_or_copy("other", source, "0" * 64)
    assert store.names() == ["name"]


def test_what_is_written_as_it_comes_appears_whole_or_not_at_all(store: Folder) -> None:
    with store.create("name") as file:
        file.write(DATA)
        assert store.get("name") is None
    with pytest.raises(FileExistsError), store.create("name") as file:
        file.write(b"other")
    with pytest.raises(ZeroDivisionError), store.create("torn") as file:
        file.write(bytes(1 // 0))
    assert (store.names(), store.sha256_of("name")) == (["name"], SHA256)
    with store.create("name", overwrite=True) as file:
        file.write(b"the same under another key")
    assert (store.names(), store.text_of("name")) == (["name"], "the same under another key")


def test_a_store_that_cannot_be_reached_is_a_sentence(store: Folder) -> None:
    store.path.write_text("a file where the folder should be")
    with pytest.raises(NoGo, match=r"The folder of parts .* cannot be used: Not a directory"):
        store.put_if_absent("name", DATA)


PUT = "store.put_if_absent('name', data)"
LINK = "store.link_or_copy('name', source, sha256)"
COPY = f"""
def refused(source, target, link=os.link):
    if Path(source).parent != target.parent:
        raise PermissionError
    link(source, target)
os.link = refused
{LINK}
"""


@pytest.mark.parametrize("way", [PUT, LINK, COPY], ids=["put", "link", "copy"])
def test_killed_anywhere_a_name_is_absent_or_whole_and_the_next_start_finishes(
    store: Folder, source: Path, way: str
) -> None:
    loads = "import hashlib\nfrom pathlib import Path\nfrom tasks.storage.folder import Folder"
    program = f"""
store, source = Folder("folder of parts", Path({str(store.path)!r})), Path({str(source)!r})
data = source.read_bytes()
sha256 = hashlib.sha256(data).hexdigest()
{way}
"""
    kills = 0
    for _ in at_every_step(ON_DISK, loads, program):
        kills += 1
        assert store.sha256_of("name") in (None, SHA256)
        store.put_if_absent("name", DATA)
        assert (store.names(), store.sha256_of("name"), source.read_bytes()) == (["name"], SHA256, DATA)
        store.remove("name")
        store.path.rmdir()
    assert kills >= 6
