"""The outbox that is a folder: a file appears once, whole, under its final name only."""

import errno
import hashlib
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from tasks.release.outbox import Outbox
from tasks.release.released_file import LiveFile
from tasks.storage.folder import Folder

CONTENT = b"UTL1" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = "ilf-2026-11-live-1.bacs18.txt"
MANIFEST = f"{NAME}.manifest.json"


@pytest.fixture
def file(tmp_path: Path) -> LiveFile:
    staged = tmp_path / "staging" / NAME
    staged.parent.mkdir()
    staged.write_bytes(CONTENT)
    return LiveFile(PayRun.of("ilf-2026-11-live-1"), staged, SHA256)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder("outbox", tmp_path / "outbox" / "ilf")


@pytest.fixture
def outbox(folder: Folder) -> Outbox[LiveFile]:
    return Outbox(LiveFile, folder)


def test_it_appears_whole_and_alone(outbox: Outbox[LiveFile], folder: Folder, file: LiveFile) -> None:
    outbox.put(file)
    assert (folder.path / NAME).read_bytes() == CONTENT
    assert folder.names() == [NAME]
    assert folder.sha256_of(NAME) == SHA256
    assert (folder.path / NAME).samefile(file.staged), "no byte was copied"
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_nothing_is_there_before_the_first_file(outbox: Outbox[LiveFile], folder: Folder) -> None:
    assert (folder.names(), folder.sha256_of(NAME), folder.text_of(MANIFEST)) == ([], None, None)


def test_again_leaves_the_very_same_file(outbox: Outbox[LiveFile], folder: Folder, file: LiveFile) -> None:
    outbox.put(file)
    before = (folder.path / NAME).stat()
    outbox.put(file)
    after = (folder.path / NAME).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_another_file_at_the_final_name_is_never_written_over(
    outbox: Outbox[LiveFile], folder: Folder, file: LiveFile
) -> None:
    folder.path.mkdir(parents=True)
    (folder.path / NAME).write_bytes(b"another")
    with pytest.raises(NoGo, match=rf"already holds another file named {NAME}.*Nothing was written over"):
        outbox.put(file)
    assert (folder.path / NAME).read_bytes() == b"another"
    assert folder.names() == [NAME]


def test_one_that_appears_in_the_last_moment_is_not_written_over(
    outbox: Outbox[LiveFile], folder: Folder, file: LiveFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def late(part: Path, final: Path) -> None:
        final.write_bytes(b"another")
        link(part, final)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(NoGo, match="already holds another file"):
        outbox.put(file)
    assert (folder.path / NAME).read_bytes() == b"another"
    assert folder.names() == [NAME]


def test_a_source_that_is_not_what_was_approved_does_not_appear(
    outbox: Outbox[LiveFile], folder: Folder, file: LiveFile
) -> None:
    file.staged.write_bytes(CONTENT.replace(b"UTL1", b"UTL2", 1))
    with pytest.raises(NoGo, match=f"is not the file that was approved: its SHA-256 is not {SHA256}"):
        outbox.put(file)
    assert folder.names() == []


def test_what_a_killed_start_left_under_the_temporary_name_is_no_obstacle(
    outbox: Outbox[LiveFile], folder: Folder, file: LiveFile
) -> None:
    folder.path.mkdir(parents=True)
    (folder.path / f".{NAME}.part").write_bytes(b"half")
    outbox.put(file)
    assert folder.names() == [NAME]
    assert folder.sha256_of(NAME) == SHA256


def test_a_manifest_appears_once_and_another_is_refused(
    outbox: Outbox[LiveFile], folder: Folder, file: LiveFile
) -> None:
    outbox.put_manifest(file, "said")
    outbox.put_manifest(file, "said")
    assert folder.text_of(MANIFEST) == "said"
    with pytest.raises(NoGo, match=f"another file named {MANIFEST}"):
        outbox.put_manifest(file, "said otherwise")
    assert folder.text_of(MANIFEST) == "said"
    assert folder.names() == [MANIFEST]


@pytest.mark.parametrize("text", ["said", "said otherwise"])
def test_a_leftover_second_name_is_not_a_way_into_the_released_file(
    outbox: Outbox[LiveFile], folder: Folder, file: LiveFile, text: str
) -> None:
    """Killed between link and unlink, a start leaves the temporary name on the very same bytes."""
    outbox.put_manifest(file, "said")
    final = folder.path / MANIFEST
    os.link(final, final.with_name(f".{MANIFEST}.part"))
    inode = final.stat().st_ino
    if text == "said":
        outbox.put_manifest(file, text)
    else:
        with pytest.raises(NoGo):
            outbox.put_manifest(file, text)
    assert final.read_text() == "said"
    assert (final.stat().st_ino, final.stat().st_nlink) == (inode, 1)


@pytest.fixture
def on_another_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second name is only given within a folder, as where the outbox is on another disk than what is staged."""
    link = os.link

    def refused(source: str | Path, target: Path) -> None:
        if Path(source).parent != target.parent:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        link(source, target)

    monkeypatch.setattr(os, "link", refused)


def test_on_another_disk_it_is_copied(
    outbox: Outbox[LiveFile], folder: Folder, file: LiveFile, on_another_disk: None
) -> None:
    outbox.put(file)
    assert (folder.path / NAME).read_bytes() == CONTENT
    assert (folder.path / NAME).stat().st_nlink == file.staged.stat().st_nlink == 1
    assert folder.names() == [NAME]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """What a full disk does to the process that writes: the write fails in the middle of the file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_nothing_and_says_so(
    outbox: Outbox[LiveFile], folder: Folder, file: LiveFile, on_another_disk: None
) -> None:
    with files_of_at_most(1000), pytest.raises(NoGo, match=r"cannot be used: File too large.*starting the run again"):
        outbox.put(file)
    assert folder.names() == []
    outbox.put(file)
    assert folder.names() == [NAME]


def test_a_folder_that_cannot_be_reached_is_a_sentence(tmp_path: Path, file: LiveFile) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    with pytest.raises(NoGo, match=r"cannot be used: Not a directory"):
        Outbox(LiveFile, Folder("outbox", tmp_path / "outbox" / "ilf")).put(file)
