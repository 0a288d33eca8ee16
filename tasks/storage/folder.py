"""An outbox that is a folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tasks.durable import flush
from tasks.ingest.custody import sha256_of_file
from tasks.release.outbox import Outbox, not_approved, unreachable
from tasks.release.released_file import F


@dataclass(frozen=True)
class Folder(Outbox[F]):
    """A folder of one file system.

    Attributes:
        path: the folder; made when the first file appears.
    """

    path: Path

    @property
    def address(self) -> str:
        """The folder's path."""
        return str(self.path)

    def names(self) -> list[str]:
        """All names, hidden ones too: what nobody released has no business there."""
        with self._reached():
            return sorted(path.name for path in self.path.glob("*"))

    def sha256_of(self, name: str) -> str | None:
        """Read and hash the file."""
        with self._reached():
            return sha256_of_file(self.path / name) if (self.path / name).exists() else None

    def text_of(self, name: str) -> str | None:
        """Read the file."""
        path = self.path / name
        with self._reached():
            return path.read_text(encoding="utf-8", errors="replace") if path.exists() else None

    def _clear(self, name: str) -> None:
        # A start that was killed may have left the temporary name beside the final one, as a second name of
        # the very same file: to write there would be to write into the released file.
        with self._reached():
            self._part(name).unlink(missing_ok=True)

    def _create(self, name: str, content: BinaryIO, sha256: str) -> None:
        """Copy under a temporary name, flush to disk, read back and hash; only then give the final name.

        ``os.link`` fails if something has the final name, where ``os.replace`` would overwrite.
        """
        part = self._part(name)
        with self._reached():
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                _copy_to_disk(content, part)
                if sha256_of_file(part) != sha256:
                    raise not_approved(name, sha256)
                os.link(part, self.path / name)
            except FileExistsError:
                return
            finally:
                part.unlink(missing_ok=True)
            flush(self.path)

    def _part(self, name: str) -> Path:
        return self.path / f".{name}.part"

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise unreachable(self.address, str(error.strerror)) from None


def _copy_to_disk(content: BinaryIO, target: Path) -> None:
    with target.open("xb") as write:
        while chunk := content.read(1 << 20):
            write.write(chunk)
        write.flush()
        os.fsync(write.fileno())
