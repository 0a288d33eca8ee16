"""The bank's inbox where homes share a store: an answer that comes into one home's folder is taken in by any, once.

Whichever home looks into its folder moves what has come there into the store, sealed, as an object named by the SHA-256
of its bytes and created conditionally. Every home takes in from there. That a file counts once says the ledger.
"""

import hashlib
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from schemas.incoming import Incoming, hash_of, read
from schemas.no_go import NoGo
from tasks.storage.atomic_write import write_atomic
from tasks.storage.bucket_address import shared_store
from tasks.storage.custody import open_bytes, seal_bytes
from tasks.storage.store import Store
from tasks.tenant_context import TenantContext

_OBJECT = "answer-"
_MOST_BYTES_OF_A_NAME = 150
"""Of a longer one its end stays: a file system takes 255, and there is more before it until the file is whole."""


@dataclass(frozen=True)
class SharedInbox:
    """One tenant's.

    Attributes:
        context: the tenant's.
        store: what homes share of it.
    """

    context: TenantContext
    store: Store

    @classmethod
    def of(cls, context: TenantContext) -> "SharedInbox | None":
        """The tenant's; None where each home has its own.

        Raises:
            NoGo: the setting names no bucket.
        """
        store = shared_store(context.settings, context.mode, context.tenant)
        return cls(context, store) if store else None

    def move_in(self, waiting: list[Path]) -> None:
        """Move files out of this home's folder; one that cannot be read stays there, and is told.

        Raises:
            NoGo: the store cannot be reached.
        """
        known = self._there()
        for path in waiting:
            try:
                content = read(path, Incoming.BANK_FILE)
            except NoGo:
                continue
            sha256 = hashlib.sha256(content).hexdigest()
            if sha256 not in known:
                sealed = seal_bytes(content, self.context.paths, self.context.tenant)
                name = path.name.encode(errors="replace")[-_MOST_BYTES_OF_A_NAME:].decode(errors="ignore")
                self.store.swap(f"{_OBJECT}{sha256}-{quote(name, safe='')}", sealed, None)
            path.unlink(missing_ok=True)

    def fetch(self) -> list[Path]:
        """What waits there, as files of this home under the names that they came by.

        Raises:
            NoGo: an object is not what was put there, or the store cannot be reached.
        """
        folder, there = self.context.paths.fetched_answers(self.context.tenant), self._there()
        found: dict[str, Path] = {}
        for sha256, name in sorted(there.items(), key=lambda each: each[1]):
            came_as = Path(unquote(name.removeprefix(f"{_OBJECT}{sha256}-"))).name
            path = folder / (came_as if folder / came_as not in found.values() else f"{sha256[:12]}-{came_as}")
            found[sha256] = path
            if path.exists() and hash_of(path, Incoming.BANK_FILE) == sha256:
                continue
            sealed = self.store.get(name)
            if sealed is None:  # another home has just put it away
                del found[sha256]
                continue
            with sealed:
                content = open_bytes(sealed.read(), self.context.paths, self.context.tenant)
            if hashlib.sha256(content).hexdigest() != sha256:
                raise NoGo(f"{name} in {self.store.address} is not what siller put there. Find out who did.")
            write_atomic(path, content)
        for path in folder.glob("*"):
            if path not in found.values():
                path.unlink(missing_ok=True)
        return sorted(found.values())

    def remove(self, sha256s: Collection[str]) -> None:
        """Remove what was received, or is erased, there and here.

        Raises:
            NoGo: the store cannot be reached.
        """
        for name in self._names():  # homes may have put the same there under several
            if _sha256_in(name) in sha256s:
                self.store.remove(name)
        with suppress(NoGo):  # what is wrong there is told when it is to be received
            self.fetch()

    def _there(self) -> dict[str, str]:
        return {_sha256_in(name): name for name in self._names()}

    def _names(self) -> list[str]:
        return [name for name in self.store.names() if name.startswith(_OBJECT)]


def _sha256_in(name: str) -> str:
    return name.removeprefix(_OBJECT).partition("-")[0]
