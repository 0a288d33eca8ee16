"""A store that is a folder of one file system."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tasks.storage.atomic_write import flush, make_folder, open_atomic, remove_unfinished, write_atomic
from tasks.storage.store import Seen, Store, chunks, other_bytes


@dataclass(frozen=True)
class Folder(Store):
    """The files of one folder.

    Attributes:
        path: the folder; made when the first file appears.
    """

    path: Path

    @property
    def address(self) -> str:
        """The folder's path."""
        return str(self.path)

    def names(self) -> list[str]:
        """All names, hidden ones too: what nobody put there has no business there."""
        with self._reached():
            return sorted(path.name for path in self.path.glob("*"))

    def has(self, name: str) -> bool:
        """Whether a file has the name."""
        with self._reached():
            return (self.path / name).exists()

    def get(self, name: str) -> BinaryIO | None:
        """Open the file."""
        with self._reached():
            try:
                return (self.path / name).open("rb")
            except FileNotFoundError:
                return None

    @contextmanager
    def create(self, name: str, overwrite: bool = False) -> Iterator[BinaryIO]:
        """Open a file to be written, which appears whole when the block has ended.

        Args:
            name: of the file.
            overwrite: whether it takes the place of what has the name: the same under another key, or what is broken.

        Raises:
            FileExistsError: something has the name, and is not to be written over.
        """
        with open_atomic(self.path / name, overwrite) as file:
            yield file

    def remove(self, name: str) -> None:
        """Remove a file that counts for nothing; nothing need be there."""
        with self._reached():
            (self.path / name).unlink(missing_ok=True)

    def see(self, name: str) -> Seen | None:
        """Read a pointer, whose version is its SHA-256."""
        content = self.get(name)
        if content is None:
            return None
        with self._reached(), content:
            data = content.read()
        return Seen(data, hashlib.sha256(data).hexdigest())

    def _swap(self, name: str, data: bytes, seen: Seen | None) -> bool:
        with self._reached(), self._alone():
            if self.see(name) != seen:
                return False
            write_atomic(self.path / name, data)
        return True

    def _clear(self, name: str) -> None:
        with self._reached():
            remove_unfinished(self.path / name)

    def _create(self, name: str, content: BinaryIO, sha256: str) -> bool:
        digest = hashlib.sha256()
        with self._reached():
            try:
                with self.create(name) as file:
                    for chunk in chunks(content):
                        digest.update(chunk)
                        file.write(chunk)
                    if digest.hexdigest() != sha256:
                        raise other_bytes(name, sha256)
            except FileExistsError:
                return False
        return True

    def _link(self, name: str, source: Path) -> bool:
        """Give the very same file a second name, once its bytes are on disk."""
        with self._reached():
            make_folder(self.path)
            flush(source)
            try:
                os.link(source, self.path / name)
            except OSError:  # something has the name, another disk, or one that has no second names: a copy finds out
                return False
            flush(self.path)
        return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        make_folder(self.path)
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._unreachable(str(error.strerror)) from None
