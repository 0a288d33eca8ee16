"""What has moved beside a run since it was validated, so that it would pay somebody whom it must not pay any more."""

from datetime import date

import duckdb

from schemas.account.forms import AccountForms
from schemas.stages import Stage
from tasks.ledger import holds, never_twice
from tasks.ledger.journal import link, may_have_moved
from tasks.ledger.runs import RunRow

MOST_ROWS_NAMED = 10
"""How many rows a sentence names; the next run's report has all."""


def say_moved(connection: duckdb.DuckDBPyConnection, run: RunRow, today: date, forms: AccountForms) -> str:
    """Why nobody can approve or release a run that was validated; empty if nothing of it has been paid or held since.

    Args:
        connection: the tenant's open ledger.
        run: which has been validated.
        today: the day.
        forms: how account numbers are written to the bank.
    """
    validated, _ = link(connection, run.run_id, Stage.VALIDATE)
    if not may_have_moved(connection, validated, run.run_id):
        return ""
    hits = never_twice.find_duplicates(connection, run.run_no, today, forms)
    if hits.height:
        return (
            f"{hits.height:,} payments of {run.run_id} have been paid otherwise since it was validated, at row "
            f"{_named(hits['row_number'].to_list())}. Start the same extract again: it opens the next run of "
            f"{run.period}, which holds them, with an approval of its own."
        )
    held = holds.find_held(connection, run.run_no, today)
    if held.height:
        return (
            f"{held.height:,} payments of {run.run_id} go where an earlier one has come back from since it was "
            f"validated, at row {_named(held['row_number'].to_list())}. Start the same extract again: it opens the "
            "next run, which holds them, with an approval of its own. siller holds says what is held, and two people "
            "lift it."
        )
    return ""


def _named(rows: list[int]) -> str:
    more = f" and {len(rows) - MOST_ROWS_NAMED:,} more" if len(rows) > MOST_ROWS_NAMED else ""
    return f"{', '.join(map(str, rows[:MOST_ROWS_NAMED]))}{more}"
