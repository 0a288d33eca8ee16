"""The days on which a run's payments are made: everything that asks for them asks here.

A payment file pays on one day or on several, so the days are rows, one a run and pay day. What is said of a run as a
whole keeps to the first day on which something must be done, and to the last on which payees have their money.
"""

from dataclasses import astuple, dataclass, fields
from datetime import date

import duckdb

from schemas.no_go import NoGo

ADDED_UP = """
SELECT run_id FROM payment_file AS file JOIN run USING (run_no) LEFT JOIN (
    SELECT run_no, sum(payments) AS payments, sum(pence) AS pence FROM file_day GROUP BY run_no
) AS days USING (run_no)
WHERE (file.payments, file.pence) IS DISTINCT FROM (days.payments, days.pence)
"""
"""Runs whose days are not all of their payment file. Empty means that all is well."""


@dataclass(frozen=True)
class FileDay:
    """One day of a payment file.

    Attributes:
        entry_date: the pay day, when payees have their money and the paying account is debited.
        processing_date: the date in the file; by then the bank says whether it took it.
        input_day: the last day on which the file may be sent.
        returns_closed: the last day on which a payment may come back.
        payments: of this day.
        pence: their sum.
    """

    entry_date: date
    processing_date: date
    input_day: date
    returns_closed: date
    payments: int
    pence: int


_COLUMNS = ", ".join(field.name for field in fields(FileDay))


def keep(connection: duckdb.DuckDBPyConnection, run_no: int, day: FileDay) -> None:
    """Keep a day of a run's payment file, in the transaction that is open."""
    values = [run_no, *astuple(day)]
    connection.execute(f"INSERT INTO file_day (run_no, {_COLUMNS}) VALUES ({', '.join('?' * len(values))})", values)


def days_of(connection: duckdb.DuckDBPyConnection, run_id: str) -> tuple[FileDay, ...]:
    """The days of a run's payment file, the first one first.

    Raises:
        NoGo: there is no payment file yet.
    """
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM file_day JOIN run USING (run_no) WHERE run_id = ? ORDER BY entry_date", [run_id]
    ).fetchall()
    if not rows:
        raise NoGo(f"The stage instruct of {run_id} has not been done yet.")
    return tuple(FileDay(*row) for row in rows)


def only_day(connection: duckdb.DuckDBPyConnection, run_id: str) -> FileDay:
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

    Its rows: ``run_no``, ``processing_date``, the first of its file, and ``entry_date``, the last.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP MACRO days_of_runs() AS TABLE SELECT run_no, min(processing_date) AS processing_date, "
        "max(entry_date) AS entry_date FROM file_day GROUP BY run_no"
    )
