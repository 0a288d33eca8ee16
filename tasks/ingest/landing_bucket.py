"""A landing that is a bucket: what is asked for is fetched, and gone again once it has been taken in.

In a bucket an object is there whole or not at all, so an upload in progress, also one in parts, is not seen. Nothing is
moved or removed there: an extract that was taken in is known by its hash.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from schemas.incoming import Incoming, read
from schemas.manifest import Manifest
from schemas.no_go import NoGo
from tasks.ingest.landing import Landing
from tasks.storage.atomic_write import make_folder
from tasks.storage.bucket_address import bucket_at
from tasks.storage.store import Store
from tasks.tenant_context import TenantContext

if TYPE_CHECKING:
    from tasks.storage.bucket import Bucket

_MOST_BYTES_OF_A_NAME = 200
"""A file system takes 255, and a file that is not whole yet has a longer name."""


@dataclass(frozen=True)
class LandingBucket(Landing):
    """The landing of one tenant in a bucket.

    Attributes:
        store: its objects.
    """

    store: Store

    @property
    def address(self) -> str:
        """The bucket and prefix."""
        return self.store.address

    def fetch(self, name: str) -> None:
        """Copy the extract into the folder; its newest version, where the bucket keeps several."""
        self._copy(name, Incoming.EXTRACT)

    def fetch_manifests(self) -> None:
        """Copy every manifest with its signature into the folder, in which nothing else is left."""
        shutil.rmtree(self.folder, ignore_errors=True)
        make_folder(self.folder)
        for name in self.store.names():
            if "/" not in name and name.endswith((".manifest.json", ".manifest.json.sig")):
                self._copy(name, Incoming.SIGNATURE if name.endswith(".sig") else Incoming.DOCUMENT)

    def _copy(self, name: str, kind: Incoming) -> None:
        if len(name.encode()) > _MOST_BYTES_OF_A_NAME:
            raise NoGo(
                f"{self.address} has a name of more than {_MOST_BYTES_OF_A_NAME} bytes. Send it by a shorter one."
            )
        self.store.fetch(name, self.folder / name, kind.most_bytes)


def arrived_at(context: TenantContext) -> Landing:
    """The landing of a tenant, with what has arrived in it ready to be read.

    Raises:
        NoGo: the bucket cannot be reached, or the setting names none.
    """
    store = _bucket_of(context)
    if store is None:
        return Landing(context.paths.landing(context.tenant))
    landing = LandingBucket(context.paths.fetched(context.tenant), store)
    landing.fetch_manifests()
    return landing


def list_declared(context: TenantContext) -> Iterator[tuple[Manifest, str]]:
    """The manifests in a tenant's bucket whose extract is there too, each with its SHA-256; none without a bucket.

    Nothing is left on disk, and a manifest is fetched once by a process for as long as it stays what it is.

    Raises:
        NoGo: the bucket cannot be reached, or the setting names none.
    """
    store = _bucket_of(context)
    there = store.etags() if store else {}
    for name, etag in sorted(there.items()):
        if store and "/" not in name and name.endswith(".manifest.json"):
            declared = _declared(store, name, etag, context.tenant)
            if declared and declared[0].extract in there:
                yield declared


@lru_cache(maxsize=4096)
def _declared(store: Store, name: str, etag: str, tenant: str) -> tuple[Manifest, str] | None:
    """What a manifest says, and its SHA-256; None where it cannot be read: the run that takes it in says why."""
    with TemporaryDirectory(prefix="siller-") as folder, suppress(NoGo):
        path = Path(folder) / "manifest.json"
        if store.fetch(name, path, Incoming.DOCUMENT.most_bytes):
            content = read(path, Incoming.DOCUMENT)
            return Manifest.parsed(content, name, tenant), hashlib.sha256(content).hexdigest()
    return None


def _bucket_of(context: TenantContext) -> "Bucket | None":
    if context.settings.landing is None:
        return None
    return bucket_at(context.settings.landing, "SILLER_LANDING", "landing", context.mode, context.tenant)


@contextmanager
def forgetting(context: TenantContext) -> Iterator[None]:
    """Remove what was fetched of a bucket, however the block ends: the ledger has what was taken in."""
    try:
        yield
    finally:
        for path in context.paths.fetched(context.tenant).glob("*"):
            path.unlink(missing_ok=True)
