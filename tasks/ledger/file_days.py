"""The days on which a run's payments are made: everything that asks for them asks here.

A payment file pays on one day or on several, so the days are rows, one a run and pay day. What is said of a run as a
whole keeps to the first day on which something must be done, and to the last on which payees have their money.
"""

import duckdb

from schemas.no_go import NoGo
from tasks.ledger.rows import FileDayRow, columns

ADDED_UP = """
SELECT run_id FROM payment_file AS file JOIN run USING (run_no) LEFT JOIN (
    SELECT run_no, sum(payments) AS payments, sum(pence) AS pence FROM file_day GROUP BY run_no
) AS days USING (run_no)
WHERE (file.payments, file.pence) IS DISTINCT FROM (days.payments, days.pence)
"""
"""Runs whose days are not all of their payment file. Empty means that all is well."""


def days_of(connection: duckdb.DuckDBPyConnection, run_id: str) -> tuple[FileDayRow, ...]:
    """The days of a run's payment file, the first one first.

    Raises:
        NoGo: there is no payment file yet.
    """
    rows = connection.execute(
        f"SELECT {columns(FileDayRow)} FROM file_day JOIN run USING (run_no) WHERE run_id = ? ORDER BY entry_date",
        [run_id],
    ).fetchall()
    if not rows:
        raise NoGo(f"The stage instruct of {run_id} has not been done yet.")
    return tuple(FileDayRow(*row) for row in rows)


def only_day(connection: duckdb.DuckDBPyConnection, run_id: str) -> FileDayRow:
    """The day of a run's payment file, for what can speak of one day alone.

    Raises:
        NoGo: there is no payment file yet, or it has several days.
    """
    first, *others = days_of(connection, run_id)
    if others:
        raise NoGo(f"The payment file of {run_id} has {len(others) + 1} days, and this siller writes files of one.")
    return first


def define_days_of_runs(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger the table function ``days_of_runs()``, for this connection alone.

    Its rows: ``run_no``, ``processing_date``, the first of its file, ``entry_date``, the last, and ``returns_closed``,
    the last day on which a payment of it may come back.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP MACRO days_of_runs() AS TABLE SELECT run_no, min(processing_date) AS processing_date, "
        "max(entry_date) AS entry_date, max(returns_closed) AS returns_closed FROM file_day GROUP BY run_no"
    )
