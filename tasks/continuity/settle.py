"""Settle the openings of continuity files: what was paid with them is recorded, or nothing was.

Until then nobody knows whether the payments of a run have been made by hand, so nothing is opened or released.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from schemas.no_go import NoGo
from schemas.stages import Event, Stage
from tasks.continuity.openings import Opening, openings
from tasks.ledger import Entry, record, sha256_of
from tasks.ledger.catalogue.events import ContinuitySettled
from tasks.ledger.counters import next_number
from tasks.ledger.journal import OF_NO_RUN
from tasks.ledger.problem import Problem
from tasks.ledger.rows import ContinuitySettlementRow, insert
from tasks.storage.folder import Folder
from tasks.storage.paths import Paths
from tasks.tenant_context import TenantContext


def settle(
    context: TenantContext, run_id: str, paid_elsewhere_no: int | None, by: str, now: datetime
) -> Entry[ContinuitySettled]:
    """Settle every opening of a run's continuity file that is not settled yet.

    Args:
        context: the tenant's.
        run_id: whose continuity file was opened.
        paid_elsewhere_no: the number of the ``paid_elsewhere`` event that records what was paid; None if nothing was.
        by: the officer who settles it.
        now: the time that counts.

    Raises:
        NoGo: nothing is to be settled, the officer opened it, or no such event was recorded since the opening.
    """
    with context.ledger.transaction() as connection:
        waiting = [each for each in _unsettled(connection, context.paths, context.tenant) if each.run_id == run_id]
        if not waiting:
            raise NoGo(f"No opening of the continuity file of {run_id} waits to be settled. Nothing was recorded.")
        if any(each.by == by for each in waiting):
            raise NoGo(f"{by} opened the continuity file of {run_id}. Somebody else is to settle it.")
        if paid_elsewhere_no is not None:
            _check_recorded(connection, paid_elsewhere_no, datetime.fromisoformat(waiting[0].at))
        number = next_number(connection, Event.CONTINUITY_SETTLED)
        settlements = (
            ContinuitySettlementRow(number, each.number, each.hash, run_id, paid_elsewhere_no, by, now)
            for each in waiting
        )
        insert(connection, *settlements)
        figures = ContinuitySettled(by, run_id, len(waiting), paid_elsewhere_no or "nothing was paid")
        input_hash = sha256_of(*(each.hash for each in waiting), paid_elsewhere_no, by)
        return record(connection, 0, OF_NO_RUN, figures, input_hash, now, number)


def check_settled(connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str) -> None:
    """Check that every opening of a tenant's continuity files is settled.

    Raises:
        NoGo: one is not, or the list of openings was changed.
    """
    for opening in _unsettled(connection, paths, tenant):
        unproved = "" if opening.proved else f", by the account {opening.account}, which is not proved to be theirs,"
        raise NoGo(
            f"{opening.by}{unproved} opened the continuity file of {opening.run_id} ({opening.at}), and nobody has "
            "said what was paid with it. Nothing is opened or released until then: record what was paid (siller record "
            f"paid-elsewhere), then: siller continuity settle {opening.run_id}"
        )


def problems(connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str) -> Iterator[Problem]:
    """Hold openings, settlements and continuity files against each other; yield what does not hold."""
    try:
        check_settled(connection, paths, tenant)
    except NoGo as said:
        yield Problem("continuity", str(said))
    left = connection.execute(
        "SELECT run_id, figures ->> 'sha256' FROM journal WHERE stage = ?", [Stage.CONTINUITY]
    ).fetchall()
    for run_id, sha256 in left:
        file = paths.continuity_file(run_id)
        there = Folder("folder of continuity files", file.parent).sha256_of(file.name)
        if there not in (None, sha256):
            yield Problem(run_id, f"{file.name} is not the continuity file that the run left.")


def _unsettled(connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str) -> list[Opening]:
    path = paths.continuity_openings(tenant)
    found = openings(path)
    settled = dict(connection.execute("SELECT opening_no, opening_hash FROM continuity_settlement").fetchall())
    _check_none_lost(path, found, settled)
    return [each for each in found if each.number not in settled]


def _check_none_lost(path: Path, found: list[Opening], settled: dict[int, str]) -> None:
    """What the ledger settled stands in the file still, as it stood then."""
    known = {each.number: each.hash for each in found}
    for number, settled_hash in settled.items():
        if known.get(number) != settled_hash:
            raise NoGo(
                f"{path} no longer has the opening {number} as the ledger settled it. Put the file back from a backup, "
                "or find out what was taken out; until then nothing is opened or released."
            )


def _check_recorded(connection: duckdb.DuckDBPyConnection, number: int, since: datetime) -> None:
    found = connection.execute(
        "SELECT 1 FROM journal WHERE stage = ? AND recorded_at >= ? AND (figures ->> 'pence')::BIGINT >= 0",
        [Event.PAID_ELSEWHERE.numbered(number), since],
    ).fetchone()
    if found is None:
        raise NoGo(
            f"Nothing is recorded as paid elsewhere under the number {number} since the continuity file was opened. "
            "Record it first (siller record paid-elsewhere); it says the number."
        )
