"""A store: bytes under names, each whole or not there, and never written over, but for pointers.

A folder and a bucket differ in a few methods alone, so what a run leaves can stand in either. A pointer is a small file
that is moved on: by compare-and-swap, so that of two who have seen the same one only one moves it.
"""

import hashlib
import io
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from tasks.storage.atomic_write import open_atomic

CHUNK_BYTES = 1 << 20
"""What is read at a time: no file is held in memory."""


class OtherBytes(NoGo):
    """What was to be stored is not what the caller meant: something changed it meanwhile."""


@dataclass(frozen=True)
class Seen:
    """A pointer as it stood when it was read.

    Attributes:
        data: what it says.
        version: the store's own word for this state of it.
    """

    data: bytes
    version: str


@dataclass(frozen=True)
class Store(ABC):
    """Where files appear once, whole, under their final names only.

    Attributes:
        called: what people call it, for a sentence.
    """

    called: str

    @property
    @abstractmethod
    def address(self) -> str:
        """Where it is, for people."""

    @abstractmethod
    def names(self) -> list[str]:
        """The names of all that is there, in order.

        Raises:
            NoGo: the store cannot be reached.
        """

    @abstractmethod
    def has(self, name: str) -> bool:
        """Whether something has the name.

        Raises:
            NoGo: the store cannot be reached.
        """

    def has_had(self, name: str) -> bool:
        """Whether something stood under a name before what stands there now, if anything does; a folder forgets that.

        Raises:
            NoGo: the store cannot be reached.
        """
        return False

    @abstractmethod
    def get(self, name: str) -> BinaryIO | None:
        """Open what stands under a name, to be read from its beginning and closed; None if nothing does.

        Raises:
            NoGo: the store cannot be reached.
        """

    def put_if_absent(self, name: str, data: bytes) -> None:
        """Make these bytes appear, or find the very same ones there.

        Raises:
            NoGo: other bytes have the name, or the store cannot be reached.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        self._clear(name)
        if self.has(name) or not self._create(name, io.BytesIO(data), sha256):
            self.check(name, sha256)

    @abstractmethod
    def see(self, name: str) -> Seen | None:
        """Read a pointer; None if nothing has the name.

        Raises:
            NoGo: the store cannot be reached.
        """

    def swap(self, name: str, data: bytes, seen: Seen | None) -> bool:
        """Move a pointer from what was seen to something that it never said before, and say whether that was done.

        Where the store's answer was lost, the pointer is read again: it says who moved it.

        Args:
            name: of the pointer.
            data: what it is to say.
            seen: what it said; None where it was not there.

        Returns:
            false if it was moved by somebody else meanwhile, and says what they said.

        Raises:
            NoGo: the store cannot be reached, so that nobody knows yet: it was moved if the pointer says so later.
        """
        if self._swap(name, data, seen):
            return True
        now = self.see(name)
        return now is not None and now.data == data

    def copy(self, name: str, source: Path, sha256: str) -> None:
        """Make a copy of a file appear, or find the very same bytes there.

        Args:
            name: of the copy in the store.
            source: the file; whoever writes into it later does not write into the store.
            sha256: of its bytes, as the caller has read them.

        Raises:
            OtherBytes: its bytes are others.
            NoGo: other bytes have the name, or the store cannot be reached.
        """
        self._clear(name)
        if self.has(name) or not self._copy(name, source, sha256):
            self.check(name, sha256)

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove what counts for nothing any more; nothing need be there.

        Raises:
            NoGo: the store cannot be reached.
        """

    def link_or_copy(self, name: str, source: Path, sha256: str) -> None:
        """Make a finished file appear, or find the very same bytes there; none but those found are read again.

        Where it can be, the file gets a second name and no byte is copied: whoever still writes into it writes into
        the store.

        Args:
            name: of the file in the store.
            source: the file, which nobody writes any more.
            sha256: of its bytes, as the caller has read them.

        Raises:
            OtherBytes: it is copied, and its bytes are others.
            NoGo: other bytes have the name, or the store cannot be reached.
        """
        self._clear(name)
        if self.has(name) or not (self._link(name, source) or self._copy(name, source, sha256)):
            self.check(name, sha256)

    def check(self, name: str, sha256: str) -> None:
        """Read what stands under a name and hold it against what it should be.

        Raises:
            NoGo: nothing stands there, or other bytes; or the store cannot be reached.
        """
        there = self.sha256_of(name)
        if there is None:
            raise NoGo(f"{self.address} did not keep {name}. Start the run again; it goes on where it stopped.")
        if there != sha256:
            raise NoGo(
                f"The {self.called} already holds another file named {name}, in {self.address}. Nothing was written "
                "over it. Find out which of the two is right before anything else is done with either."
            )

    def sha256_of(self, name: str) -> str | None:
        """The SHA-256 of the bytes that stand under a name, read now; None if nothing does.

        Raises:
            NoGo: the store cannot be reached.
        """
        content = self.get(name)
        if content is None:
            return None
        digest = hashlib.sha256()
        with self._reached(), content:
            for chunk in chunks(content):
                digest.update(chunk)
        return digest.hexdigest()

    def fetch(self, name: str, path: Path, most_bytes: int) -> bool:
        """Copy what stands under a name into a file, which appears whole; false if nothing does.

        Raises:
            NoGo: it is longer than it may be, or the store cannot be reached.
        """
        content = self.get(name)
        if content is None:
            return False
        with self._reached(), content, open_atomic(path) as file:
            left = most_bytes
            for chunk in chunks(content):
                left -= len(chunk)
                if left < 0:
                    raise NoGo(f"{sanitise(name)} in {self.address} is longer than {most_bytes:,} bytes: not read.")
                file.write(chunk)
        return True

    def text_of(self, name: str) -> str | None:
        """The text that stands under a name, unreadable bytes replaced; None if nothing does.

        Raises:
            NoGo: the store cannot be reached.
        """
        content = self.get(name)
        if content is None:
            return None
        with self._reached(), content:
            return content.read().decode("utf-8", errors="replace")

    @abstractmethod
    def _clear(self, name: str) -> None:
        """Remove what a killed process left unfinished under this name."""

    @abstractmethod
    def _create(self, name: str, content: BinaryIO, sha256: str) -> bool:
        """Make content of this SHA-256 appear whole, and say so; false if something may have the name already.

        Raises:
            OtherBytes: the content has another SHA-256.
        """

    @abstractmethod
    def _swap(self, name: str, data: bytes, seen: Seen | None) -> bool:
        """Move a pointer if it is still what was seen; false if it is not, or if its answer may have been lost."""

    @abstractmethod
    def _reached(self) -> AbstractContextManager[None]:
        """Turn the store's own errors in the block into a sentence."""

    def _link(self, name: str, source: Path) -> bool:
        """Give a file a name in the store without copying it, and say whether that was possible."""
        return False

    def _copy(self, name: str, source: Path, sha256: str) -> bool:
        with source.open("rb") as content:
            return self._create(name, content, sha256)

    def _unreachable(self, why: str) -> NoGo:
        return NoGo(
            f"The {self.called} {self.address} cannot be used: {why}. Put that right first. What was begun is finished "
            "by starting the run again."
        )


def chunks(content: BinaryIO) -> Iterator[bytes]:
    """What is left to read, a piece at a time."""
    return iter(partial(content.read, CHUNK_BYTES), b"")


def other_bytes(name: str, sha256: str) -> OtherBytes:
    """What to say when the bytes at hand are not those that were meant."""
    return OtherBytes(
        f"{name} was to be stored and is not the file that was meant: its SHA-256 is not {sha256}. Something changed "
        "it meanwhile. Nothing was stored; find out before going on."
    )
