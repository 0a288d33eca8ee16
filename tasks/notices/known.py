"""What the ledger says of a body, for what is due to be told."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import duckdb

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.stages import Event
from tasks.adoption.adopted import adopted_agreement
from tasks.exceptions.standings import SET_ASIDE
from tasks.exceptions.waiting import Waiting
from tasks.notices.due import Aside, Done, Known
from tasks.tenant_context import TenantContext

_DONE = Path(__file__).with_name("done.sql").read_text(encoding="utf-8")
_SINCE = "SELECT min(recorded_at) FROM journal WHERE starts_with(stage, ? || ' ')"


def find_known(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, waiting: Iterable[Waiting]
) -> Known | None:
    """What its ledger knows of a body whose people are to be told; None where no adopted agreement says whom to tell.

    Of a rehearsal nobody is told anything: its days are whoever's who holds it.

    Args:
        connection: the body's ledger.
        context: the tenant's.
        waiting: what waits for two people.
    """
    if context.mode is Mode.REHEARSAL:
        return None
    agreement = None
    with suppress(NoGo):  # of one that this siller does not read; nothing is paid by it either
        agreement = adopted_agreement(connection, context.channels)
    if agreement is None or agreement.notices is None:
        return None
    since = connection.execute(_SINCE, [Event.AGREEMENT_ADOPTED]).fetchone()
    assert since is not None
    aside = (each for each in waiting if each.kind == SET_ASIDE)
    return Known(
        agreement,
        since[0],
        {run_id: Done(*done) for run_id, *done in connection.execute(_DONE).fetchall()},
        tuple(Aside(each.sha256, each.due.until) for each in aside),
    )
