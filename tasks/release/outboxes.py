"""Which outbox a tenant has: a folder below ``SILLER_HOME``, or a bucket if one is set."""

from schemas.pay_run import Mode
from tasks.release.outbox import Outbox
from tasks.release.released_file import LiveFile, RehearsalFile
from tasks.settings import Settings
from tasks.storage.bucket_address import bucket_at
from tasks.storage.folder import Folder
from tasks.storage.paths import Paths
from tasks.storage.store import Store
from tasks.tenant_context import TenantContext


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
    return bucket_at(settings.outbox, "SILLER_OUTBOX", "outbox", mode, tenant)
