"""The analysts' file where several homes publish: in the store, each version an object, and a pointer moved last.

A home that publishes carries on from the newest version, whoever made it: the last one here may lack a run that another
home has published since.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from schemas.no_go import NoGo
from tasks.publish.analytics import VERSIONS_KEPT, Published, is_version, take_over, withdraw
from tasks.storage.bucket_address import shared_store
from tasks.storage.custody import sha256_of_file
from tasks.storage.store import Seen, Store
from tasks.tenant_context import TenantContext

ERASED_MEANWHILE = (
    "A period was erased while this was about to be published, and it may have it still, so it was not published. "
    "Start the run again, which publishes it without."
)
_POINTER = "published.json"
_OBJECT = "published-"
_NOTHING = b'{"nothing":'
"""How a pointer begins that leads to nothing. It stays where it is, so that who saw none before it is too late."""
_MOST_BYTES = 1 << 40


@dataclass(frozen=True)
class SharedFile:
    """A tenant's published file in the store.

    Attributes:
        store: what homes share of the tenant.
        folder: where analysts find the file in this home.
    """

    store: Store
    folder: Path

    @classmethod
    def of(cls, context: TenantContext) -> "SharedFile | None":
        """The tenant's; None where each home publishes by itself.

        Raises:
            NoGo: the setting names no bucket.
        """
        store = shared_store(context.settings, context.mode, context.tenant)
        return cls(store, context.paths.published(context.tenant)) if store else None

    def take(self) -> Seen | None:
        """Make the newest version the newest one here; returns the pointer to it.

        Raises:
            NoGo: what the pointer names is gone or was changed, or the store cannot be reached.
        """
        seen = self.store.see(_POINTER)
        if seen is None:
            withdraw(self.folder)  # what nobody else has is made again, with every run
            return None
        if seen.data.startswith(_NOTHING):
            withdraw(self.folder)
            return seen
        try:
            said = json.loads(seen.data)
            name, version, sha256 = str(said["object"]), str(said["version"]), str(said["sha256"])
        except (ValueError, KeyError, TypeError):
            name = version = sha256 = ""
        here = self.folder / version
        if is_version(version) and here.exists() and sha256_of_file(here) == sha256:
            return seen
        apart = self.folder / ".analytics.fetched"
        if not (is_version(version) and self.store.fetch(name, apart, _MOST_BYTES) and sha256_of_file(apart) == sha256):
            apart.unlink(missing_ok=True)
            raise NoGo(
                f"The published file in {self.store.address} is gone, or is not what {_POINTER} says. Nothing was "
                f"published. Remove {_POINTER} there, and the next publication is made afresh."
            )
        take_over(self.folder, version, apart)
        apart.unlink()
        return seen

    def withdraw(self) -> None:
        """Remove every version, so that each home removes its own: analysts may know nothing any more.

        Raises:
            NoGo: the store cannot be reached.
        """
        nothing = json.dumps({"nothing": secrets.token_hex(8)}).encode()
        while not self.store.swap(_POINTER, nothing, self.store.see(_POINTER)):
            pass  # of a publication that came first, and goes with it
        for name in self.store.names():
            if name.startswith(_OBJECT):
                self.store.remove(name)

    def keep(
        self,
        done: Published,
        seen: Seen | None,
        kept: int = VERSIONS_KEPT,
        is_whole: Callable[[], bool] = lambda: True,
    ) -> None:
        """Have the store keep a version, and let its pointer lead there.

        Args:
            done: the version.
            seen: the pointer, as it was taken.
            kept: how many versions stay, this one among them.
            is_whole: whether nothing was erased since the version was made; an erasure's own is.

        Raises:
            NoGo: another home has published, or a period was erased, meanwhile, or the store cannot be reached.
        """
        sha256, name = sha256_of_file(done.path), f"{_OBJECT}{done.version:06d}-{secrets.token_hex(8)}.duckdb"
        self.store.copy(name, done.path, sha256)
        pointer = {"object": name, "version": done.path.name, "sha256": sha256}
        if not is_whole():
            self.store.remove(name)
            withdraw(self.folder)
            raise NoGo(ERASED_MEANWHILE)
        if not self.store.swap(_POINTER, json.dumps(pointer).encode(), seen):
            self.store.remove(name)
            raise NoGo(
                "Another home has published meanwhile, and this publication does not count: it lacks that one. Start "
                "the run again, which publishes it."
            )
        earlier = [each for each in self.store.names() if each.startswith(_OBJECT) and each != name]
        for old in earlier[: len(earlier) - (kept - 1)]:
            self.store.remove(old)
