"""The checksum: the SHA-256 of a ledger's file as its last holder closed it, beside it as ``sha256sum`` writes it.

DuckDB authenticates every block of an encrypted file and binds none to its place: two blocks that changed places give
wrong rows without an error, or end the process. So a ledger's bytes are held against the checksum before it is opened,
under its lock.

Whoever opens a ledger lifts its checksum first and keeps another when it is closed. A ledger without one was being
written when its process was killed: what DuckDB's log then makes of it, the digests of the journal prove, not this.
Lifting is a rename, so that a file system's own journal has it on disk before anything that the ledger flushes later.

A file that has not been touched since the checksum was written, by the moment that the file system gives each change
of either, is not read again at each opening: a stage would read a gigabyte for nothing. Verifying always reads it.
Nor is it read when it is closed by who has not touched it: whoever lifts a checksum notes what the file was then. The
moments alone would not do, for a clock that steps back makes what is written now look older than the checksum.
"""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from tasks.error_boundary import is_full
from tasks.storage.atomic_write import flush


class State(NamedTuple):
    """What a file was at a moment: any writing of it changes one of these, whatever the clock says."""

    inode: int
    size: int
    written_ns: int
    changed_ns: int


def beside(file: Path) -> Path:
    """Where the checksum of a ledger stands."""
    return file.with_name(f"{file.name}.sha256")


def differs(file: Path, surely: bool = False) -> bool:
    """Whether a ledger that nobody has open is another file than its last holder closed.

    Args:
        file: the ledger.
        surely: read it even if it seems untouched.
    """
    checksum = beside(file)
    if not checksum.exists() or (not surely and _untouched(file, checksum)):
        return False
    return checksum.read_bytes() != _line(file)


def lift(file: Path) -> State | None:
    """Take the checksum away, before the ledger is opened; return what the ledger was, None where there is none."""
    if beside(file).exists():
        beside(file).replace(_lifted(file))
    else:
        _lifted(file).unlink(missing_ok=True)
    return _state(file)


def put_back(file: Path, was: State | None) -> bool:
    """Let the checksum stand again if the ledger has not been touched since it was lifted; say whether it does.

    Args:
        file: the ledger.
        was: what it was when its checksum was lifted.
    """
    stands = _lifted(file).exists() and _untouched(file, _lifted(file)) and _state(file) == was
    if stands:
        _lifted(file).replace(beside(file))
    return stands


def keep(file: Path, was: State | None) -> None:
    """Note what a ledger is now that it is closed; nothing if its log is left, which the next opening plays.

    On a full disk the ledger goes without, as after a kill: its holder, who may only have looked, is not to fail of it.

    Args:
        file: the ledger.
        was: what it was when its checksum was lifted.
    """
    if put_back(file, was) or file.with_name(f"{file.name}.wal").exists():
        return
    try:
        with _lifted(file).open("wb") as note:
            note.write(_line(file))
            note.flush()
            os.fsync(note.fileno())
    except OSError as error:
        if not is_full(error):
            raise
        _lifted(file).unlink(missing_ok=True)
        return
    _lifted(file).replace(beside(file))
    flush(file.parent)


def forget(file: Path, _: State | None) -> None:
    """Leave a ledger without a checksum: the siller that wrote it last keeps none, and would not lift this one."""
    _lifted(file).unlink(missing_ok=True)


def _lifted(file: Path) -> Path:
    return file.with_name(f".{file.name}.sha256.part")


def _state(file: Path) -> State | None:
    if not file.exists():
        return None
    found = file.stat()
    return State(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _untouched(file: Path, checksum: Path) -> bool:
    return file.stat().st_ctime_ns < checksum.stat().st_ctime_ns


def _line(file: Path) -> bytes:
    with file.open("rb") as content:
        return f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {file.name}\n".encode()
