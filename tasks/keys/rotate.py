"""Change the keys of a tenant's ledger and sealed files; its pseudonyms stay what they are."""

from datetime import datetime

import duckdb
import pyrage

from schemas.agreement import Role
from schemas.no_go import NoGo
from schemas.stages import Event
from tasks.ledger import audit_log, erasures
from tasks.ledger.catalogue.events import RotateKeys
from tasks.ledger.counters import next_number
from tasks.ledger.parts import listing, sweeping
from tasks.ledger.shared import refuse_shared
from tasks.people.identity import identify
from tasks.storage import keys
from tasks.storage.custody import identities, reseal_all
from tasks.tenant_context import TenantContext


def rotate(context: TenantContext, who: str, now: datetime) -> str:
    """Make new keys and encrypt everything anew with them. Stopped at any line, it is started again.

    Nobody else opens the ledger meanwhile. What was encrypted before, such as a backup, still needs the old keys.

    Args:
        context: the tenant's.
        who: the operator.
        now: when.

    Returns:
        a sentence that says what was done.

    Raises:
        NoGo: nobody like that may do it, an erasure is to be finished first, the environment gives the keys, or the
            ledger is in use or gone.
    """
    by = identify(context, who, "siller keys rotate", Role.OPERATOR)
    with context.ledger.opened() as connection:
        for erasure in erasures.list_unfinished(connection):  # its last step is this one: nothing would tell of it then
            raise NoGo(
                f"{erasure.said}, and not to the end. Nothing was done; start that again first (siller retention "
                f"{context.tenant} --erase {erasure.period}): it changes the keys too."
            )
    return change_keys(context, by, now)


def check_changeable(context: TenantContext) -> None:
    """Check that the keys of ledger and sealed files stand in files of ours.

    Raises:
        NoGo: the environment gives one, or homes share the ledger.
    """
    refuse_shared(context.settings, "A change of keys")
    for use in ("ledger", "sealed"):
        keys.check_replaceable(context.paths.key(context.tenant, use))


def change_keys(context: TenantContext, by: str, now: datetime) -> str:
    """The same, by somebody who has proved who they are.

    Raises:
        NoGo: the environment gives the keys, or the ledger is in use or gone.
    """
    check_changeable(context)
    sealed_key = context.paths.key(context.tenant, "sealed")
    with context.ledger.opened():
        pass  # it is there, and its key opens it
    with context.ledger.held():
        new, *old = identities(context.paths, context.tenant)
        if not old:  # else an earlier start has made the new one
            old, new = [new], pyrage.x25519.Identity.generate()
            keys.replace_key(sealed_key, "\n".join(map(str, [new, *old])))
        resealed = reseal_all(context.paths, context.tenant)
        said = f"The ledger and {resealed:,} sealed files have new keys; sealed files now open for {new.to_public()}."
        folder = context.paths.parts(context.tenant)

        def last(connection: duckdb.DuckDBPyConnection) -> None:
            listing.seal_anew(connection, folder, next_number(connection, Event.ROTATE_KEYS))
            audit_log.keep(connection, RotateKeys(by, said, resealed), now)

        with sweeping.writing(folder):
            context.ledger.rekey(last)
        keys.replace_key(sealed_key, str(new))
    with context.ledger.opened() as connection:
        sweeping.sweep(connection, context.paths, context.tenant)
    return said
