"""Payments that somebody has stopped before the release."""

import duckdb

from tasks.ledger.runs import RunRow

_PLACED = """
SELECT row_number FROM stop WHERE run_no = ? GROUP BY row_number HAVING arg_max(is_placed, stop_no) ORDER BY row_number
"""
_STILL_PAID = """
SELECT run_no, run_id, count(*) FROM (
    SELECT run_no, row_number FROM stop GROUP BY run_no, row_number HAVING arg_max(is_placed, stop_no)
) ANTI JOIN core_left_out USING (run_no, row_number) SEMI JOIN file_day USING (run_no) JOIN run USING (run_no)
GROUP BY run_no, run_id
"""
_NOT_REPLACED = f"""
FROM ({_STILL_PAID}) AS stopped WHERE NOT EXISTS (
    FROM run AS later JOIN run AS this ON this.run_no = stopped.run_no
    WHERE later.run_no > this.run_no AND later.period = this.period
        AND payment_kind(later.kind) = payment_kind(this.kind)
)
"""


def list_stopped(connection: duckdb.DuckDBPyConnection, run: RunRow) -> list[int]:
    """The rows of a run that are stopped."""
    return [row for (row,) in connection.execute(_PLACED, [run.run_no]).fetchall()]


def say_stopped(connection: duckdb.DuckDBPyConnection, run: RunRow) -> str:
    """Why nobody can approve or release a run of which a payment was stopped after it was judged; empty if none was."""
    found = connection.execute(_STILL_PAID).fetchall()
    return next((_said(run_id, rows) for run_no, run_id, rows in found if run_no == run.run_no), "")


def list_void(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """A sentence for each run whose payment file has a payment that was stopped, until another takes its place."""
    found = connection.execute(_NOT_REPLACED).fetchall()
    return [_said(run_id, rows) for _, run_id, rows in found]


def _said(run_id: str, rows: int) -> str:
    are = f"1 payment of {run_id} was" if rows == 1 else f"{rows:,} payments of {run_id} were"
    return (
        f"{are} stopped, and its payment file still has what was stopped: no approval of it counts. Start the same "
        f"extract again: it opens the period's next run, which holds it, with a file and an approval of its own."
    )
