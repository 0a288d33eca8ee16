"""Acts: what is done to a ledger as a whole, or stops a run, each with its row and its journal entry."""

from datetime import datetime

import duckdb

from tasks.ledger.digests import sha256_of
from tasks.ledger.journal import OF_NO_RUN, Entry, Figures, record
from tasks.ledger.versions import VERSION

SILLER = "siller"
"""Who acted where no person did."""


def keep(
    connection: duckdb.DuckDBPyConnection,
    act: str,
    by: str,
    said: str,
    at: datetime,
    figures: Figures | None = None,
    run: tuple[int, str] = (0, OF_NO_RUN),
    version: int = VERSION,
) -> Entry:
    """Record an act, in the transaction that is open.

    Args:
        connection: an open ledger, in a transaction.
        act: one of the journal's events that are covered by the table ``act``.
        by: the officer who did it, or ``SILLER``.
        said: what was done or found, in a sentence; nothing of a payee.
        at: when.
        figures: what else the journal entry names.
        run: number and id of the run that it concerns.
        version: of the ledger's tables; an earlier siller's had this one already.
    """
    row = connection.execute("SELECT coalesce(max(act_no), 0) + 1 FROM act").fetchone()
    assert row is not None
    number = int(row[0])
    connection.execute("INSERT INTO act VALUES (?, ?, ?, ?, ?, ?)", [number, act, run[0], by, said, at])
    kept = {"by": by, "said": said, **(figures or {})}
    return record(connection, *run, f"{act} {number}", sha256_of(act, by, said), kept, at, version)
