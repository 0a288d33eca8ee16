"""What has been written outlasts a power cut: a file has its name only when it is whole and on disk.

A name is on disk once its folder is flushed, and a file's bytes once the file is: renamed before that, a file can be
found empty under its final name after the power was cut.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


def flush(path: Path) -> None:
    """Have the disk keep a file's bytes or a folder's names: a renamed file is safe once its folder is flushed."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Make a folder and what is missing above it, each its owner's alone and on disk."""
    if not path.is_dir():
        make_folder(path.parent)
        with suppress(FileExistsError):  # another process was first
            path.mkdir(mode=0o700)
        flush(path.parent)


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file in one step: whoever reads it, and whatever happens, sees all of this or what stood there before."""
    with open_atomic(path) as file:
        file.write(data)


@contextmanager
def open_atomic(path: Path, overwrite: bool = True) -> Iterator[BinaryIO]:
    """Open a file to be written, which has its name once the block has ended and every byte is on disk.

    Until then it is called ``.NAME.part``, mode 0600, in the same folder; the block may read there what it has flushed.
    If the block raises nothing is left, and what a killed process left is gone with the next one that writes the name.

    Args:
        path: the file's name; missing folders are made.
        overwrite: whether it takes the place of what has the name.

    Yields:
        the file to write to; its ``name`` is where it stands until then.

    Raises:
        FileExistsError: something has the name, and is not to be written over.
    """
    make_folder(path.parent)
    with _unfinished(path.with_name(f".{path.name}.part")) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
        if overwrite:
            Path(file.name).replace(path)
        else:
            os.link(file.name, path)  # fails if something has the name, where a rename would write over it
    flush(path.parent)


def move_into_place(part: Path, path: Path) -> None:
    """Give a finished file of the same folder its name, once its bytes are on disk; what had the name is gone."""
    flush(part)
    part.replace(path)
    flush(path.parent)


def remove_unfinished(path: Path) -> None:
    """Remove what a killed process left beside a name; what another process is writing there is waited for."""
    part = path.with_name(f".{path.name}.part")
    if part.exists():
        with _unfinished(part):
            pass


@contextmanager
def _unfinished(part: Path) -> Iterator[BinaryIO]:
    """A new file that nobody else writes, gone when the block has ended unless it was renamed.

    What a killed process left is never written into: it may be a second name of a finished file.
    """
    while True:
        file = open(part, "wb", opener=_for_us_alone)  # noqa: SIM115  # Path.open takes no opener
        fcntl.flock(file, fcntl.LOCK_EX)
        ours = os.fstat(file.fileno())
        if ours.st_size == 0 and ours.st_nlink == 1 and _is(part, ours):
            break
        _remove(part, ours)
        file.close()
    with file:
        try:
            yield file
        finally:
            _remove(part, ours)


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags & ~os.O_TRUNC, 0o600)


def _remove(part: Path, ours: os.stat_result) -> None:
    # Who holds the lock of the file under this name is the only one to give it another or none.
    if _is(part, ours):
        part.unlink()


def _is(part: Path, ours: os.stat_result) -> bool:
    try:
        return part.stat().st_ino == ours.st_ino
    except FileNotFoundError:
        return False
