"""The provider's inbox: what it has answered waits there, and is taken in with the bank's answers."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from schemas.incoming import Incoming, hash_of
from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from tasks.error_boundary import Fault, error_boundary
from tasks.ledger.audit_log import SILLER
from tasks.tenant_context import TenantContext
from tasks.vouchers.answers import take_in

_RECEIVED = "SELECT sha256 FROM voucher_answer_file"


def list_waiting(context: TenantContext) -> list[Path]:
    """What waits there, by name; what begins with a dot is still being written, and folders are somebody's own."""
    folder = context.paths.provider_inbox(context.tenant)
    return sorted(path for path in folder.glob("*") if not path.is_dir() and not path.name.startswith("."))


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
    for path in list_waiting(context):
        name = sanitise(path.name)
        try:
            with error_boundary("vouchers answers"):
                taken = take_in(context, path, SILLER, now)
        except (NoGo, Fault) as refused:
            said.append(f"{name}, from the provider of vouchers, was not taken in, and waits in its inbox: {refused}")
            continue
        answered |= dict.fromkeys(taken.runs)
        if taken.revived:
            said.append(f"{name}: {taken.say_revived()}")
    return list(answered), said


def put_away(context: TenantContext) -> None:
    """Take every file that was taken in out of the inbox: the last step, once its runs are reconciled."""
    waiting = list_waiting(context)
    if not waiting:
        return
    with context.ledger.opened() as connection:
        received = {sha256 for (sha256,) in connection.execute(_RECEIVED).fetchall()}
    for path in waiting:
        with suppress(NoGo):  # what cannot be read was told when it was to be taken in
            if hash_of(path, Incoming.VOUCHER_ANSWERS) in received:
                path.unlink()
