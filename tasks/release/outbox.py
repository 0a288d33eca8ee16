"""The outbox: a folder in which a file appears once, whole, under its final name only."""

import os
from pathlib import Path

from schemas.no_go import NoGo
from tasks.ingest.custody import sha256_of_file


def put(source: Path, final: Path, sha256: str) -> None:
    """Make a file appear in the outbox.

    It is copied under a temporary name, flushed to disk, read back and hashed; only then is it linked to
    its final name, which fails if something is there (``os.replace`` would overwrite). If the very same
    file is there already, a start before this one got that far, and there is nothing left to do.

    Raises:
        NoGo: the copy is not the file that was approved, or another file has the final name.
    """
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = cleared_part(final)
    _copy_to_disk(source, part)
    if sha256_of_file(part) != sha256:
        part.unlink()
        raise NoGo(
            f"{final.name} is not the file that was approved: its SHA-256 is not {sha256}. "
            "Nothing was released. Someone or something changed it after the approval; find out before going on."
        )
    try:
        os.link(part, final)
    except FileExistsError:
        if sha256_of_file(final) != sha256:
            raise NoGo(
                f"The outbox already holds another file named {final.name}. Nothing was released. "
                "Compare it with the run before anything is sent to the bank."
            ) from None
    finally:
        part.unlink()
    _flush_folder(final.parent)


def put_text(text: str, final: Path) -> None:
    """Make a small text file appear, or find it there with the same text.

    Raises:
        NoGo: another text is there.
    """
    part = cleared_part(final)
    with part.open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, final)
    except FileExistsError:
        if final.read_text(encoding="utf-8") != text:
            raise NoGo(f"{final.name} is in the outbox already and says something else.") from None
    finally:
        part.unlink()
    _flush_folder(final.parent)


def cleared_part(final: Path) -> Path:
    """The temporary name of a file of the outbox, with nothing there any more.

    A start that was killed may have left the temporary name beside the final one, as a second name of the
    very same file: to write there would be to write into the released file.
    """
    part = final.with_name(f".{final.name}.part")
    part.unlink(missing_ok=True)
    return part


def _copy_to_disk(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("xb") as write:
        while chunk := read.read(1 << 20):
            write.write(chunk)
        write.flush()
        os.fsync(write.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
