"""Since when a tenant's keys are what they are."""

from datetime import date

import duckdb

from schemas.bank_days import LONDON
from schemas.stages import Event

_CHANGED = """
SELECT coalesce(max(recorded_at) FILTER (split_part(stage, ' ', 1) = ?), min(recorded_at)) FROM journal
"""


def find_keys_since(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The day on which a tenant's keys were changed last; of the first entry, where they are those that it began with.

    Args:
        connection: the tenant's ledger; None comes of one in which nothing stands.
    """
    [(at,)] = connection.execute(_CHANGED, [Event.ROTATE_KEYS]).fetchall()
    return at.astimezone(LONDON).date() if at else None
