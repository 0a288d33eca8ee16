"""The outbox: a file appears once, whole, under its final name only."""

import hashlib
import os
import stat
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.release.outbox import cleared_part, put, put_text

CONTENT = b"UTL1" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "staged"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def final(tmp_path: Path) -> Path:
    return tmp_path / "outbox" / "ilf.bacs18.txt"


def test_it_appears_whole_and_alone(source: Path, final: Path) -> None:
    put(source, final, SHA256)
    assert final.read_bytes() == CONTENT
    assert [path.name for path in final.parent.iterdir()] == ["ilf.bacs18.txt"]
    assert final.stat().st_nlink == 1
    assert stat.S_IMODE(final.parent.stat().st_mode) == 0o700


def test_again_leaves_the_very_same_file(source: Path, final: Path) -> None:
    put(source, final, SHA256)
    before = final.stat()
    put(source, final, SHA256)
    assert (final.stat().st_ino, final.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_another_file_at_the_final_name_is_never_written_over(source: Path, final: Path) -> None:
    final.parent.mkdir()
    final.write_bytes(b"another")
    with pytest.raises(NoGo, match=r"already holds another file named ilf\.bacs18\.txt.*Nothing was released"):
        put(source, final, SHA256)
    assert final.read_bytes() == b"another"
    assert len(list(final.parent.iterdir())) == 1


def test_a_source_that_is_not_what_was_approved_does_not_appear(source: Path, final: Path) -> None:
    source.write_bytes(CONTENT.replace(b"UTL1", b"UTL2", 1))
    with pytest.raises(NoGo, match=f"is not the file that was approved: its SHA-256 is not {SHA256}"):
        put(source, final, SHA256)
    assert not list(final.parent.iterdir())


def test_what_a_killed_start_left_under_the_temporary_name_is_no_obstacle(source: Path, final: Path) -> None:
    final.parent.mkdir()
    final.with_name(".ilf.bacs18.txt.part").write_bytes(b"half")
    put(source, final, SHA256)
    assert [path.name for path in final.parent.iterdir()] == ["ilf.bacs18.txt"]


def test_a_text_appears_once_and_another_is_refused(final: Path) -> None:
    final.parent.mkdir()
    put_text("said", final)
    put_text("said", final)
    assert final.read_text() == "said"
    with pytest.raises(NoGo, match="says something else"):
        put_text("said otherwise", final)
    assert final.read_text() == "said"
    assert len(list(final.parent.iterdir())) == 1


@pytest.mark.parametrize("text", ["said", "said otherwise"])
def test_a_leftover_second_name_is_not_a_way_into_the_released_file(final: Path, text: str) -> None:
    """Killed between link and unlink, a start leaves the temporary name on the very same bytes."""
    final.parent.mkdir()
    final.write_text("said")
    os.link(final, final.with_name(f".{final.name}.part"))
    inode = final.stat().st_ino
    if text == "said":
        put_text(text, final)
    else:
        with pytest.raises(NoGo):
            put_text(text, final)
    assert final.read_text() == "said"
    assert final.stat().st_ino == inode
    assert final.stat().st_nlink == 1


def test_clearing_takes_the_temporary_name_alone(final: Path) -> None:
    final.parent.mkdir()
    final.write_text("said")
    os.link(final, final.with_name(f".{final.name}.part"))
    cleared_part(final)
    assert [path.name for path in final.parent.iterdir()] == [final.name]
