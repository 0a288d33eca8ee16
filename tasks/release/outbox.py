"""The outbox: where a payment file appears once, whole, under its final name only."""

import hashlib
import io
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Generic

from schemas.no_go import NoGo
from tasks.release.released_file import F


@dataclass(frozen=True)
class Outbox(ABC, Generic[F]):
    """One tenant's outbox of one mode; a folder and a bucket differ in the few methods below alone.

    Attributes:
        kind: which payment files it takes: live ones or rehearsed ones, never both.
    """

    kind: type[F]

    def put(self, file: F) -> None:
        """Make a payment file appear.

        If the very same file is there already, a start before this one got that far, and there is nothing
        left to do. What stands there in the end is read back and hashed.

        Raises:
            NoGo: the file is of the other mode, is not what was approved, or another file has its name; or the
                outbox cannot be reached.
        """
        self._check_kind(file)
        self._stand(file.name, lambda: file.staged.open("rb"), file.sha256)

    def put_manifest(self, file: F, text: str) -> None:
        """Make the text beside a payment file appear, or find it there.

        Raises:
            NoGo: another text is there, or the outbox cannot be reached.
        """
        self._check_kind(file)
        data = text.encode()
        self._stand(file.manifest_name, lambda: io.BytesIO(data), hashlib.sha256(data).hexdigest())

    @property
    @abstractmethod
    def address(self) -> str:
        """Where it is, for people."""

    @abstractmethod
    def names(self) -> list[str]:
        """The names of all that is there, in order."""

    @abstractmethod
    def sha256_of(self, name: str) -> str | None:
        """The SHA-256 of the bytes that stand under a name, read now; None if nothing does."""

    @abstractmethod
    def text_of(self, name: str) -> str | None:
        """The text that stands under a name, unreadable bytes replaced; None if nothing does."""

    @abstractmethod
    def _clear(self, name: str) -> None:
        """Remove what a killed start left unfinished under this name."""

    @abstractmethod
    def _create(self, name: str, content: BinaryIO, sha256: str) -> None:
        """Make content of this SHA-256 appear whole, unless something has the name: then do nothing.

        Raises:
            NoGo: the content has another SHA-256.
        """

    def _stand(self, name: str, opened: Callable[[], BinaryIO], sha256: str) -> None:
        self._clear(name)
        there = self.sha256_of(name)
        if there is None:
            with opened() as content:
                self._create(name, content, sha256)
            there = self.sha256_of(name)
        if there is None:
            raise NoGo(f"{self.address} did not keep {name}. Start the run again; it goes on where it stopped.")
        if there != sha256:
            raise NoGo(
                f"The outbox already holds another file named {name}, in {self.address}. Nothing was written over "
                "it. Compare it with the run before anything is sent to the bank."
            )

    def _check_kind(self, file: F) -> None:
        if type(file) is not self.kind:
            raise NoGo(
                f"{file.name} is a {file.mode} file, and {self.address} takes {self.kind.mode} files alone. "
                "Nothing was released."
            )


def unreachable(address: str, why: str) -> NoGo:
    """What to say when an outbox cannot be read or written."""
    return NoGo(
        f"The outbox {address} cannot be used: {why}. Put that right first. A release that was begun is finished by "
        "starting the run again."
    )


def not_approved(name: str, sha256: str) -> NoGo:
    """What to say when the bytes at hand are not those of the approval."""
    return NoGo(
        f"{name} is not the file that was approved: its SHA-256 is not {sha256}. "
        "Nothing was released. Someone or something changed it after the approval; find out before going on."
    )
