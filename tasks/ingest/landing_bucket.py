"""A landing that is a bucket: what is asked for is fetched, and gone again once it has been taken in.

In a bucket an object is there whole or not at all, so an upload in progress, also one in parts, is not seen. Nothing is
moved or removed there: an extract that was taken in is known by its hash.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from schemas.incoming import Incoming
from schemas.no_go import NoGo
from tasks.ingest.landing import Landing
from tasks.storage.atomic_write import make_folder
from tasks.storage.bucket_address import bucket_at
from tasks.storage.store import Store
from tasks.tenant_context import TenantContext

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
    paths, tenant = context.paths, context.tenant
    if context.settings.landing is None:
        return Landing(paths.landing(tenant))
    store = bucket_at(context.settings.landing, "SILLER_LANDING", "landing", context.mode, tenant)
    landing = LandingBucket(paths.fetched(tenant), store)
    landing.fetch_manifests()
    return landing


@contextmanager
def forgetting(context: TenantContext) -> Iterator[None]:
    """Remove what was fetched of a bucket, however the block ends: the ledger has what was taken in."""
    try:
        yield
    finally:
        for path in context.paths.fetched(context.tenant).glob("*"):
            path.unlink(missing_ok=True)
