"""Taking in what the provider of vouchers has answered, as tasks of a flow."""

from datetime import date
from typing import NamedTuple

from schemas.pay_run import Mode
from tasks.clock import clock
from tasks.error_boundary import error_boundary
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.vouchers import inbox


class Received(NamedTuple):
    """What came of it.

    Attributes:
        runs: of which the provider speaks, each once.
        said: a sentence for each thing that somebody has to look at.
    """

    runs: tuple[str, ...]
    said: tuple[str, ...]


def receive_vouchers(tenant: str, mode: Mode, today: date | None) -> Received:
    """Take in every file of the provider's inbox."""
    with error_boundary("receive vouchers"):
        context = TenantContext(tenant, mode, Settings())
        found, said = inbox.take_in_waiting(context, clock(mode, today))
        return Received(tuple(found), tuple(said))


def put_away_vouchers(tenant: str, mode: Mode) -> None:
    """Take what has been taken in and reconciled out of the provider's inbox."""
    with error_boundary("put-away"):
        inbox.put_away(TenantContext(tenant, mode, Settings()))
