"""What siller carries, by the ledgers that were read: the board shows it, and people are told of it."""

from collections.abc import Iterable
from datetime import date

from flows.service.standing import Picture
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.carried_data import Stock, take_stock
from tasks.settings import Settings
from tasks.tenant_context import TenantContext


def stock_of(contexts: Iterable[TenantContext], seen: Picture, settings: Settings, today: date) -> Stock | None:
    """Say how old what siller carries is; None where an agreement or the announced holidays cannot be read.

    Args:
        contexts: the bodies that are asked for: by their agreements an account table ages.
        seen: the ledgers that were read; a look at the advisories counts for all of them, in whichever it is kept.
        settings: of this machine.
        today: the day that counts.
    """
    ledgers = {each.context.tenant: each.carried for each in seen.books if each.context.mode is Mode.LIVE}
    try:
        return take_stock(contexts, settings, today, ledgers)
    except NoGo:  # the picture says what stands in the way
        return None
