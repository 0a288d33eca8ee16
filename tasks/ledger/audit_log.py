"""Acts: what is done to a ledger as a whole, or stops a run, each with its row and its journal entry."""

from datetime import datetime

import duckdb

from schemas.stages import Event
from tasks.ledger.catalogue import named
from tasks.ledger.catalogue.events import Act
from tasks.ledger.counters import next_number
from tasks.ledger.digests import sha256_of
from tasks.ledger.journal import OF_NO_RUN, Entry, record
from tasks.ledger.rows import ActRow, insert
from tasks.ledger.versions import VERSION

SILLER = "siller"
"""Who acted where no person did."""


def keep(
    connection: duckdb.DuckDBPyConnection,
    act: Act,
    at: datetime,
    run: tuple[int, str] = (0, OF_NO_RUN),
    version: int = VERSION,
) -> Entry[Act]:
    """Record an act, in the transaction that is open.

    Args:
        connection: an open ledger, in a transaction.
        act: what was done or found, and by whom; its class says which kind of act it is.
        at: when.
        run: number and id of the run that it concerns.
        version: of the ledger's tables; an earlier siller's had this one already.
    """
    event = Event(named(type(act)))
    number = next_number(connection, event)
    insert(connection, ActRow(number, event, run[0], act.by, act.said, at))
    return record(connection, *run, act, sha256_of(event, act.by, act.said), at, number, version)
