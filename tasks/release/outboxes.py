"""Which outbox a tenant has: a folder below ``SILLER_HOME``, or a bucket if one is set."""

import re

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.release.outbox import Outbox
from tasks.release.released_file import LiveFile, RehearsalFile
from tasks.settings import Settings
from tasks.storage.folder import Folder
from tasks.storage.paths import Paths
from tasks.storage.store import Store
from tasks.tenant_context import TenantContext

_S3 = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.*?))?/?")


def live_outbox(settings: Settings, tenant: str) -> Outbox[LiveFile]:
    """Where a tenant's live payment files appear: the sender takes them from here."""
    return Outbox(LiveFile, _store(settings, tenant, Mode.LIVE))


def rehearsal_outbox(settings: Settings, tenant: str) -> Outbox[RehearsalFile]:
    """Where a tenant's rehearsed payment files appear, apart from everything live."""
    return Outbox(RehearsalFile, _store(settings, tenant, Mode.REHEARSAL))


def outbox_of(context: TenantContext) -> Store:
    """The outbox of a tenant, to read from: whoever puts a file into one says which kind it is."""
    return _store(context.settings, context.tenant, context.mode)


def _store(settings: Settings, tenant: str, mode: Mode) -> Store:
    if settings.outbox is None:
        return Folder("outbox", Paths(settings.home, mode).outbox(tenant))
    found = _S3.fullmatch(settings.outbox)
    if found is None:
        raise NoGo(
            f"SILLER_OUTBOX is {settings.outbox!r}, which is no bucket: write it s3://BUCKET or s3://BUCKET/PREFIX, "
            "or unset it to release into a folder."
        )
    # Loading the AWS SDK takes most of a second, which only those pay who have a bucket.
    from tasks.storage.bucket import Bucket

    prefix = f"{found['prefix']}/" if found["prefix"] else ""
    return Bucket("outbox", found["bucket"], f"{prefix}{mode}/{tenant}/")
