"""The days on which a run's payments are made: everything that asks for them asks here.

A payment file pays on one day or on several, so the days are rows, one a run and pay day. What is said of a run as a
whole keeps to the first day on which something must be done, and to the last on which payees have their money.
"""

from collections import defaultdict
from datetime import date
from pathlib import Path

import duckdb

from schemas.no_go import NoGo
from tasks.ledger.rows import FileDayRow, columns

_DEFINITIONS = Path(__file__).with_suffix(".sql")

ADDED_UP = """
SELECT run_id FROM payment_file AS file JOIN run USING (run_no) LEFT JOIN (
    SELECT run_no, sum(payments) AS payments, sum(pence) AS pence FROM file_day GROUP BY run_no
) AS days USING (run_no)
WHERE (file.payments, file.pence) IS DISTINCT FROM (days.payments, days.pence)
"""
"""Runs whose days are not all of their payment file. Empty means that all is well."""

MISPLACED = """
SELECT run_no FROM numbered_day AS day LEFT JOIN (
    SELECT run_no, day_no, count(*) AS payments, sum(amount_pence) AS pence
    FROM row_day JOIN core_payment USING (run_no, row_number) GROUP BY run_no, day_no
) AS placed USING (run_no, day_no)
WHERE day_no > 0 AND (day.payments, day.pence) IS DISTINCT FROM (placed.payments, placed.pence)
"""
"""Runs of several days whose rows do not add up to each. Empty means that all is well."""


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


def list_days(connection: duckdb.DuckDBPyConnection) -> dict[str, list[FileDayRow]]:
    """The days of every payment file, by its run's id, the first one first."""
    found = defaultdict[str, list[FileDayRow]](list)
    rows = connection.execute(
        f"SELECT run_id, {columns(FileDayRow)} FROM file_day JOIN run USING (run_no) ORDER BY run_no, entry_date"
    ).fetchall()
    for run_id, *day in rows:
        found[run_id].append(FileDayRow(*day))
    return found


def find_day_no(
    connection: duckdb.DuckDBPyConnection, run_no: int, row_number: int | None, pay_day: date | None
) -> int | None:
    """Which day of a run's file a row is paid on, or a pay day is; None for no row and no day, or none of its days.

    Args:
        connection: a ledger with the definitions of ``define_file_days``.
        run_no: the run.
        row_number: of a payment.
        pay_day: a day.
    """
    if row_number is not None:
        [(day_no,)] = connection.execute(
            "SELECT coalesce(any_value(day_no), 0) FROM row_day WHERE run_no = ? AND row_number = ?",
            [run_no, row_number],
        ).fetchall()
        return int(day_no)
    found = connection.execute(
        "SELECT day_no FROM numbered_day WHERE run_no = ? AND entry_date = ?", [run_no, pay_day]
    ).fetchone()
    return int(found[0]) if found else None


def define_file_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger what says which day is which, for this connection alone.

    ``days_of_runs()`` is of runs as a whole: ``run_no``, ``processing_date`` and ``first_entry_date``, the first of its
    file, ``entry_date``, the last, and ``returns_closed``, the last day on which a payment of it may come back.
    ``numbered_day`` is ``file_day`` with ``day_no``: 0 of a file of one day, else from 1. ``row_day`` says ``run_no``,
    ``row_number`` and ``day_no`` of the rows of files of several days; every other row's is 0. ``run_file`` has what a
    run pays by all of its files.
    """
    connection.execute(_DEFINITIONS.read_text())
