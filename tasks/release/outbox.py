"""The outbox: where a payment file appears once, whole, under its final name only."""

import hashlib
from dataclasses import dataclass
from typing import Generic

from schemas.no_go import NoGo
from tasks.release.released_file import F
from tasks.storage.custody import sha256_of_file
from tasks.storage.store import Store


@dataclass(frozen=True)
class Outbox(Generic[F]):
    """The way into one tenant's outbox of one mode.

    Attributes:
        kind: which payment files it takes: live ones or rehearsed ones, never both.
        store: where they stand.
    """

    kind: type[F]
    store: Store

    def put(self, file: F) -> None:
        """Make a payment file appear.

        If the very same file is there already, a start before this one got that far, and there is nothing
        left to do. What stands there in the end is read back and hashed. Where the outbox remembers, a file that was
        taken from it does not appear again.

        Raises:
            NoGo: the file is of the other mode, is not what was approved, or another file has its name; it was there
                before and was taken away; or the outbox cannot be reached.
        """
        self._check_kind(file)
        if self.store.has_had(file.name):
            raise self._taken_away(file)
        if not self.store.has(file.name) and sha256_of_file(file.staged) != file.sha256:
            raise NoGo(
                f"{file.name} is not the file that was approved: its SHA-256 is not {file.sha256}. "
                "Nothing was released. Someone or something changed it after the approval; find out before going on."
            )
        self.store.link_or_copy(file.name, file.staged, file.sha256)
        self.store.check(file.name, file.sha256)
        if self.store.has_had(file.name):  # another home was between the look and the step
            self.store.remove(file.name)
            raise self._taken_away(file)

    def put_manifest(self, file: F, text: str) -> None:
        """Make the text beside a payment file appear, or find it there.

        Raises:
            NoGo: another text is there, or the outbox cannot be reached.
        """
        self._check_kind(file)
        data = text.encode()
        self.store.put_if_absent(file.manifest_name, data)
        self.store.check(file.manifest_name, hashlib.sha256(data).hexdigest())

    def _taken_away(self, file: F) -> NoGo:
        return NoGo(
            f"{file.name} was in {self.store.address} before, and was taken away: whoever took it may have sent it. It "
            f"was not put there again. Start {file.run.run_id} again: it says what the ledger has of it by now."
        )

    def _check_kind(self, file: F) -> None:
        if type(file) is not self.kind:
            raise NoGo(
                f"{file.name} is a {file.mode} file, and {self.store.address} takes {self.kind.mode} files alone. "
                "Nothing was released."
            )
