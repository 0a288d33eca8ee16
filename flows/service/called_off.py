"""What keeps money from going, or is to bring it back: a sentence each, for whoever looks where everything stands."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import duckdb

from schemas.stages import Stage
from schemas.standing.records import Recorded
from tasks.approve.stage import say_judged_otherwise
from tasks.authorised_payees.kept import say_by_another_list
from tasks.backup.settled import say_unsettled
from tasks.ledger import runs
from tasks.ledger.recalls import list_standing
from tasks.ledger.stops import list_void
from tasks.payee_checks.standing import list_rechecked
from tasks.tenant_context import TenantContext


def list_called_off(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, recorded: Sequence[Recorded], now: datetime
) -> Iterator[str]:
    """A restore that nobody has settled, stopped payments, recalls that stand, and runs that nobody can approve by now.

    Args:
        connection: the tenant's open ledger, with the definitions of ``payment_kind.py``.
        context: the tenant's.
        recorded: its runs.
        now: the moment.
    """
    if said := say_unsettled(connection, context):
        yield said
    yield from list_void(connection)
    yield from list_rechecked(connection, context)
    yield from (each.said for each in list_standing(connection, now.date()))
    for run in recorded:
        if run.stage == Stage.ASSESS and not run.is_over and not run.is_overtaken:
            if said := say_judged_otherwise(connection, context, run.run_id):
                yield f"{run.run_id}: {said}"
            elif said := say_by_another_list(connection, context, runs.run_row(connection, run.run_id)):
                yield said
