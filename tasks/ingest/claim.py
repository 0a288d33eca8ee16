"""Which body has sent an extract, where the homes of several bodies share a store.

A home that has all bodies sees it in their sealed files. Homes that have some of them each claim an extract's bytes in
the store before they seal them: an object named by their SHA-256, created conditionally, which says whose they are.
"""

from schemas.no_go import NoGo
from tasks.ingest.landing import Landed
from tasks.storage.bucket_address import shared_store
from tasks.tenant_context import TenantContext

_OF_ALL_BODIES = "sent-by"
"""In the place of a tenant: none is called so, as their names have no hyphen."""


def claim_bytes(context: TenantContext, arrived: Landed) -> None:
    """Claim an extract's bytes for a body, once and for all; nothing where each home has its own ledgers.

    Raises:
        NoGo: another body has sent them, or the store cannot be reached.
    """
    store = shared_store(context.settings, context.mode, _OF_ALL_BODIES)
    if store and not store.swap(arrived.sha256, context.tenant.encode(), None):
        raise sent_by_another(context, arrived)


def sent_by_another(context: TenantContext, arrived: Landed) -> NoGo:
    """What to say of bytes that another body has sent."""
    return NoGo(
        f"{arrived.manifest.extract} is the very file that another body has sent. Nothing was done: it must not be "
        f"paid for {context.tenant} too. See whose it is."
    )
