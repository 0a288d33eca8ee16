"""The inboxes of the bank and of a voucher provider: what waits there, and what is taken out again once it counts.

Where homes share a store, an answer that comes into one home's folder is taken in by any, once. Whichever home looks
into its folder moves what has come there into the store, sealed, as an object named by the SHA-256 of its bytes and
created conditionally. Every home takes in from there. That a file counts once says the ledger.
"""

import hashlib
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from schemas.incoming import Incoming, hash_of, read
from schemas.no_go import NoGo
from tasks.storage.atomic_write import write_atomic
from tasks.storage.bucket_address import shared_store
from tasks.storage.custody import open_bytes, seal_bytes
from tasks.storage.paths import Paths
from tasks.storage.store import Store
from tasks.tenant_context import TenantContext

_MOST_BYTES_OF_A_NAME = 150
"""Of a longer one its end stays: a file system takes 255, and there is more before it until the file is whole."""


@dataclass(frozen=True)
class Inbox:
    """Whose answers come, and where they stand.

    Attributes:
        kind: what each file is.
        objects: how the name of one begins in a store that homes share.
        folder: where they come.
        fetched: where they stand while they are taken in, if homes share a store.
        received: the query for the SHA-256 of those that the ledger has.
    """

    kind: Incoming
    objects: str
    folder: Callable[[Paths, str], Path]
    fetched: Callable[[Paths, str], Path]
    received: str


BANK = Inbox(
    Incoming.BANK_FILE, "answer-", Paths.bank_inbox, Paths.fetched_answers, "SELECT sha256 FROM bank_file"
)  # fmt: skip
PROVIDER = Inbox(
    Incoming.VOUCHER_ANSWERS,
    "provider-answer-",
    Paths.provider_inbox,
    Paths.fetched_from_provider,
    "SELECT sha256 FROM voucher_answer_file",
)
INBOXES = BANK, PROVIDER


def list_waiting(context: TenantContext, inbox: Inbox) -> list[Path]:
    """What waits, by name; what begins with a dot is still being written.

    Where homes share a store, what has come into this home's folder is moved there, and all of it is fetched.

    What is no file that can be read is among them, so that it is told; folders are somebody's own business.

    Raises:
        NoGo: an object is not what was put into the store, or it cannot be reached.
    """
    shared = SharedInbox.of(context, inbox)
    if shared is None:
        return _in_folder(context, inbox)
    shared.move_in(_in_folder(context, inbox))
    return [*shared.fetch(), *_in_folder(context, inbox)]


def put_away(context: TenantContext, inbox: Inbox) -> None:
    """Take every file that has been received out of an inbox: the last step, once its runs are reconciled.

    Until then a start that was killed finds them there, and reconciles.

    Raises:
        NoGo: as :func:`list_waiting` says, or the ledger cannot be opened.
    """
    waiting = {}
    for path in list_waiting(context, inbox):
        with suppress(NoGo):  # what cannot be read was told when it was to be received
            waiting[path] = hash_of(path, inbox.kind)
    if not waiting:
        return
    with context.ledger.opened() as connection:
        received = {sha256 for (sha256,) in connection.execute(inbox.received).fetchall()}
    if shared := SharedInbox.of(context, inbox):
        shared.remove(received)
    for path, sha256 in waiting.items():
        if sha256 in received:
            _take_away(path, inbox.kind, sha256)


def _take_away(path: Path, kind: Incoming, sha256: str) -> None:
    """Remove a file, unless another answer has taken its place since: a sender may call each day's alike."""
    with suppress(NoGo, OSError):  # it is gone, or is no file any more that can be read: that is told
        if hash_of(path, kind) == sha256:
            path.unlink()


def _in_folder(context: TenantContext, inbox: Inbox) -> list[Path]:
    folder = inbox.folder(context.paths, context.tenant)
    return sorted(path for path in folder.glob("*") if not path.is_dir() and not path.name.startswith("."))


@dataclass(frozen=True)
class SharedInbox:
    """One tenant's.

    Attributes:
        context: the tenant's.
        store: what homes share of it.
        inbox: whose answers.
    """

    context: TenantContext
    store: Store
    inbox: Inbox

    @classmethod
    def of(cls, context: TenantContext, inbox: Inbox) -> "SharedInbox | None":
        """The tenant's; None where each home has its own.

        Raises:
            NoGo: the setting names no bucket.
        """
        store = shared_store(context.settings, context.mode, context.tenant)
        return cls(context, store, inbox) if store else None

    def move_in(self, waiting: list[Path]) -> None:
        """Move files out of this home's folder; one that cannot be read stays there, and is told.

        Raises:
            NoGo: the store cannot be reached.
        """
        known = self._there()
        for path in waiting:
            try:
                content = read(path, self.inbox.kind)
            except NoGo:
                continue
            sha256 = hashlib.sha256(content).hexdigest()
            if sha256 not in known:
                sealed = seal_bytes(content, self.context.paths, self.context.tenant)
                name = path.name.encode(errors="replace")[-_MOST_BYTES_OF_A_NAME:].decode(errors="ignore")
                self.store.swap(f"{self.inbox.objects}{sha256}-{quote(name, safe='')}", sealed, None)
            _take_away(path, self.inbox.kind, sha256)

    def fetch(self) -> list[Path]:
        """What waits there, as files of this home under the names that they came by.

        Raises:
            NoGo: an object is not what was put there, or the store cannot be reached.
        """
        folder, there = self.inbox.fetched(self.context.paths, self.context.tenant), self._there()
        found: dict[str, Path] = {}
        for sha256, name in sorted(there.items(), key=lambda each: each[1]):
            came_as = Path(unquote(name.removeprefix(f"{self.inbox.objects}{sha256}-"))).name
            path = folder / (came_as if folder / came_as not in found.values() else f"{sha256[:12]}-{came_as}")
            found[sha256] = path
            if path.exists() and hash_of(path, self.inbox.kind) == sha256:
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
            if self._sha256_in(name) in sha256s:
                self.store.remove(name)
        with suppress(NoGo):  # what is wrong there is told when it is to be received
            self.fetch()

    def _there(self) -> dict[str, str]:
        return {self._sha256_in(name): name for name in self._names()}

    def _names(self) -> list[str]:
        return [name for name in self.store.names() if name.startswith(self.inbox.objects)]

    def _sha256_in(self, name: str) -> str:
        return name.removeprefix(self.inbox.objects).partition("-")[0]
