"""A file has its name only when it is whole and on disk, whatever happens to who writes it."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tasks.storage.atomic_write import make_folder, move_into_place, open_atomic, remove_unfinished, write_atomic
from tests.killed import ON_DISK, at_every_step

LOADS = "from pathlib import Path\nfrom tasks.storage.atomic_write import open_atomic"
OLD, NEW = b"old" * 100_000, b"new!" * 100_000


def program_for(path: Path, overwrite: bool) -> str:
    """Writes ``NEW`` in two pieces, and may die between them."""
    return f"""
data = {NEW[:4]!r} * {len(NEW) // 4}
try:
    with open_atomic(Path({str(path)!r}), overwrite={overwrite}) as file:
        file.write(data[:1000])
        file.flush()
        step()
        file.write(data[1000:])
        step()
except FileExistsError:
    pass
"""


@pytest.mark.parametrize("overwrite", [True, False], ids=["written over", "not written over"])
def test_killed_anywhere_a_name_is_absent_or_whole_and_the_next_one_finishes(tmp_path: Path, overwrite: bool) -> None:
    path = tmp_path / "home" / "folder" / "file"
    program = program_for(path, overwrite)
    kills = 0
    for _ in at_every_step(ON_DISK, LOADS, program):
        kills += 1
        assert not path.exists() or path.read_bytes() == NEW
        with suppress(FileExistsError), open_atomic(path, overwrite) as file:
            file.write(NEW)
        assert path.read_bytes() == NEW
        assert [each.name for each in path.parent.iterdir()] == ["file"], "the next one leaves nothing beside it"
        path.unlink()
        path.parent.rmdir()
    assert kills >= 12


def test_killed_anywhere_the_old_file_stands_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(OLD)
    seen = set()
    for _ in at_every_step(ON_DISK, LOADS, program_for(path, overwrite=True)):
        seen.add(path.read_bytes())
        path.write_bytes(OLD)
    assert seen == {OLD, NEW}


@pytest.mark.parametrize("overwrite", [True, False], ids=["written over", "not written over"])
def test_its_bytes_are_on_disk_before_its_name_and_the_name_before_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overwrite: bool
) -> None:
    happened: list[str] = []
    fsync, link, replace = os.fsync, os.link, os.replace

    def flushed(descriptor: int) -> None:
        happened.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def named(*paths: str) -> None:
        happened.append("name")
        (replace if overwrite else link)(*paths)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", flushed)
        patched.setattr(os, "replace" if overwrite else "link", named)
        with open_atomic(tmp_path / "file", overwrite=overwrite) as file:
            file.write(NEW)
    assert happened == ["file", "name", "folder"]


def test_what_has_the_name_is_not_written_over(tmp_path: Path) -> None:
    write_atomic(tmp_path / "file", OLD)
    with pytest.raises(FileExistsError), open_atomic(tmp_path / "file", overwrite=False) as file:
        file.write(NEW)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", OLD)]


def test_a_block_that_raises_leaves_what_was_there(tmp_path: Path) -> None:
    write_atomic(tmp_path / "file", OLD)
    with pytest.raises(KeyboardInterrupt), open_atomic(tmp_path / "file") as file:
        file.write(NEW)
        raise KeyboardInterrupt
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", OLD)]


def test_what_it_has_written_can_be_read_back_before_it_counts(tmp_path: Path) -> None:
    with open_atomic(tmp_path / "file") as file:
        file.write(NEW)
        file.flush()
        assert Path(file.name).read_bytes() == NEW
        assert not (tmp_path / "file").exists()
    assert (tmp_path / "file").read_bytes() == NEW


@pytest.mark.parametrize("overwrite", [True, False], ids=["written over", "not written over"])
def test_many_at_once_leave_one_whole_file(tmp_path: Path, overwrite: bool) -> None:
    def write(number: int) -> bool:
        try:
            with open_atomic(tmp_path / "file", overwrite=overwrite) as file:
                for _ in range(100):
                    file.write(bytes([number]) * 1000)
        except FileExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, range(32)))
    assert sum(won) == (32 if overwrite else 1)
    content = (tmp_path / "file").read_bytes()
    assert len(content) == 100_000 and len(set(content)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_files_and_every_new_folder_are_their_owners_alone(tmp_path: Path) -> None:
    write_atomic(tmp_path / "one" / "two" / "file", NEW)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "one", *(tmp_path / "one").rglob("*"))]
    assert modes == [0o700, 0o700, 0o600]


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    make_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_what_was_left_unfinished_is_no_way_into_a_finished_file(tmp_path: Path) -> None:
    """Killed between link and unlink, a process leaves the temporary name on the finished file's very bytes."""
    write_atomic(tmp_path / "file", OLD)
    os.link(tmp_path / "file", tmp_path / ".file.part")
    remove_unfinished(tmp_path / "file")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", OLD)]
    os.link(tmp_path / "file", tmp_path / ".file.part")
    (tmp_path / "second").hardlink_to(tmp_path / "file")
    write_atomic(tmp_path / "file", NEW)
    assert ((tmp_path / "second").read_bytes(), (tmp_path / "file").read_bytes()) == (OLD, NEW)
    assert not (tmp_path / ".file.part").exists()


def test_a_finished_file_is_moved_to_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    (tmp_path / "part").write_bytes(NEW)
    move_into_place(tmp_path / "part", tmp_path / "file")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", NEW)]
