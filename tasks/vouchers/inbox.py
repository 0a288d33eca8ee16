"""The provider's inbox: what it has answered waits there, and is taken in with the bank's answers."""

from datetime import datetime
from pathlib import Path

from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from tasks.error_boundary import Fault, error_boundary
from tasks.ledger.audit_log import SILLER
from tasks.reconcile import shared_inbox
from tasks.reconcile.shared_inbox import PROVIDER, SharedInbox
from tasks.tenant_context import TenantContext
from tasks.vouchers.answers import take_in


def list_waiting(context: TenantContext) -> list[Path]:
    """What waits there, as :func:`tasks.reconcile.shared_inbox.list_waiting` says."""
    return shared_inbox.list_waiting(context, PROVIDER)


def take_in_waiting(context: TenantContext, now: datetime) -> tuple[list[str], list[str]]:
    """Take in what waits; one that cannot count stays there, until somebody takes it away or the provider's is right.

    Args:
        context: the tenant's.
        now: the moment.

    Returns:
        the runs of which files spoke, each once, also of one that had been taken in and still stands there; and a
        sentence for each file that was refused, and for each that contradicts what the provider had said.
    """
    answered: dict[str, None] = {}
    said = []
    shared = SharedInbox.of(context, PROVIDER)
    where = f"the inbox that homes share, {shared.store.address}/{PROVIDER.objects}…" if shared else "its inbox"
    for path in list_waiting(context):
        name = sanitise(path.name)
        try:
            with error_boundary("vouchers answers"):
                taken = take_in(context, path, SILLER, now)
        except (NoGo, Fault) as refused:
            said.append(f"{name}, from the provider of vouchers, was not taken in, and waits in {where}: {refused}")
            continue
        answered |= dict.fromkeys(taken.runs)
        if taken.revived:
            said.append(f"{name}: {taken.say_revived()}")
    return list(answered), said


def put_away(context: TenantContext) -> None:
    """Take every file that was taken in out of the inbox: the last step, once its runs are reconciled."""
    shared_inbox.put_away(context, PROVIDER)
