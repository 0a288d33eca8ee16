"""Which agreement the body has adopted, and whether the one that stands in its folder is that one."""

from contextlib import suppress

import duckdb

from schemas.agreement import Agreement
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.rails.channel import Channels
from tasks.ledger.adopted import adopted_text
from tasks.ledger.catalogue.adopting import AgreementAdopted
from tasks.ledger.journal import latest_of
from tasks.tenant_context import TenantContext

_HOW = (
    "Bring it in (siller agreement propose {tenant}); then the decision owner and a second person of the body adopt it "
    "(siller agreement adopt {tenant})."
)


def adopted_agreement(connection: duckdb.DuckDBPyConnection, channels: Channels) -> Agreement | None:
    """The agreement that was adopted last, as it was then; None if none ever was.

    Args:
        connection: the tenant's ledger.
        channels: which channels there are.

    Raises:
        NoGo: this siller does not read it any more.
    """
    text = adopted_text(connection)
    return Agreement.parsed(text.encode(), "the adopted agreement", channels) if text else None


def readable_agreement(connection: duckdb.DuckDBPyConnection, channels: Channels) -> Agreement | None:
    """The same; None too where this siller does not read it any more, and the next one is adopted as a whole."""
    with suppress(NoGo):
        return adopted_agreement(connection, channels)
    return None


def say_unadopted(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> str:
    """Why no live run may pay by the agreement as it stands; empty if one may, and of a rehearsal.

    Args:
        connection: the tenant's ledger.
        context: the tenant's.
    """
    if context.mode is Mode.REHEARSAL:
        return ""
    latest = latest_of(connection, AgreementAdopted)
    how = _HOW.format(tenant=context.tenant)
    if latest is None:
        return f"The agreement with {context.tenant} is not adopted, so no live run may pay by it. {how}"
    _, adopted, at = latest
    if adopted.sha256 == context.agreement_sha256:
        return context.agreement.say_untested()
    return (
        f"The agreement with {context.tenant} is not the one that {adopted.by} and {adopted.agreed_by} adopted on "
        f"{at.astimezone(LONDON):%-d %B %Y}, so no live run may pay by it: it has changed since (siller agreement diff "
        f"{context.tenant} says what). Put it back as it was, or have it adopted. {how}"
    )
