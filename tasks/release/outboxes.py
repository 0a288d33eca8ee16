"""Which outbox a tenant has: a folder below ``SILLER_HOME``, or a bucket if one is set.

Homes that share a ledger (``SILLER_STORE``) release into one bucket, which has to remember what was taken away: one
that was paused between the ledger and the outbox would otherwise put a file there again that the sender has taken.
"""

from dataclasses import replace

from schemas.no_go import NoGo
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
    bucket = bucket_at(settings.outbox, "SILLER_OUTBOX", "outbox", mode, tenant)
    return replace(bucket, remembers=settings.store is not None)


def check_remembers(settings: Settings, mode: Mode, tenant: str) -> None:
    """Check that an outbox that homes share lets nothing be taken away without a trace; others need not.

    Raises:
        NoGo: it does, or it cannot be reached.
    """
    if settings.store is None or settings.outbox is None:
        return
    bucket = bucket_at(settings.outbox, "SILLER_OUTBOX", "outbox", mode, tenant)
    if forgets := bucket.list_what_forgets():
        raise NoGo(
            f"The outbox {bucket.address} must not be used by homes that share a ledger (SILLER_STORE): "
            f"{' '.join(forgets)} What was released could be released again. Nothing was released; set a bucket with "
            "object lock, a default retention and no lifecycle rule for it."
        )
