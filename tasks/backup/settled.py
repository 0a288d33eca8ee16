"""A restored ledger is an earlier one: two people say that what it has forgotten is known again.

What siller handed over after the backup was made, it does not know. So it uploads nothing from a restore on, whatever
the run, until the sender, who has asked the bank, and somebody else have said so.
"""

from datetime import datetime

import duckdb

from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.stages import Event
from tasks.ledger import audit_log
from tasks.ledger.catalogue.events import RestoreSettled
from tasks.people.two_people import Given, check_said, check_two, prove_two
from tasks.tenant_context import TenantContext

DOOR = "siller settle-restore"
PARTS = ((Role.SENDER,), (Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER))
"""The sender, who asks the bank, and who agrees."""

_UNSETTLED = f"""
SELECT recorded_at FROM journal
WHERE starts_with(stage, '{Event.RESTORE} ') AND entry > (
    SELECT coalesce(max(entry), -1) FROM journal WHERE starts_with(stage, '{Event.RESTORE_SETTLED} '))
ORDER BY entry DESC LIMIT 1
"""


def find_unsettled(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """When the ledger was restored, if nobody has settled that since; else None."""
    row = connection.execute(_UNSETTLED).fetchone()
    return row[0] if row else None


def say_unsettled(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> str:
    """That a live ledger was restored, and nobody has settled that since; empty if nothing waits for that."""
    restored = find_unsettled(connection) if context.mode is Mode.LIVE else None
    if restored is None:
        return ""
    return (
        f"The ledger of {context.tenant} was restored from a backup on {restored.astimezone(LONDON):%-d %B %Y}, and "
        "nobody has said since what the bank has that it may have forgotten: a file that stands here as not sent, or "
        "not released, may have left once. Take none to the bank. Ask the bank, then two people say it: siller "
        f"settle-restore {context.tenant}"
    )


def settle_restore(
    context: TenantContext, reason: str, people: tuple[Given, Given], at: datetime, now: datetime
) -> RestoreSettled:
    """Record that what a restored ledger may have forgotten is known again, so that siller hands over as ever.

    A run that was opened on the day of the restore or before stays as it is: what became of its own file is said of it.

    Args:
        context: the tenant's, live.
        reason: what the bank has said, and in which writing; nothing of a payee.
        people: the sender, and who agrees.
        at: when, by a real clock, for their codes.
        now: the time that counts.

    Raises:
        NoGo: no restore waits for that, or they are not two who may say so.
    """
    reason = check_said(reason, "what the bank has, by which writing of its own")
    with context.ledger.opened() as connection:
        _check_waits(connection)
    names = check_two(context, people, PARTS, {}, DOOR)
    prove_two(context, names, people, DOOR, at, now)
    said = RestoreSettled(names[0], f"settled the restore of the ledger: {reason}", names[1])
    with context.ledger.transaction() as connection:
        _check_waits(connection)
        audit_log.keep(connection, said, now)
    return said


def _check_waits(connection: duckdb.DuckDBPyConnection) -> None:
    if find_unsettled(connection) is None:
        raise NoGo("The ledger was not restored, or that is settled. Nothing was recorded.")
