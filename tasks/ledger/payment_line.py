"""At which line of its payment file each payment stands: by paying account and day, and then as in the extract."""

import duckdb

from schemas.contract.contract import PAYING_ACCOUNT
from tasks.ledger.file_days import define_file_days


def define_payment_line(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger ``payment_line(run_no)`` for this connection alone.

    One row a transfer of the run: ``row_number``, ``amount_pence`` and ``line``, which counts from 1.
    """
    columns = {row[0] for row in connection.execute("DESCRIBE raw_extract_row").fetchall()}
    transfers = "core_payment ANTI JOIN core_voucher USING (run_no, row_number)"
    payments, order = f"{transfers} LEFT JOIN row_day USING (run_no, row_number)", "coalesce(day_no, 0), row_number"
    if PAYING_ACCOUNT in columns:
        payments, order = f"{payments} JOIN raw_extract_row USING (run_no, row_number)", f"{PAYING_ACCOUNT}, {order}"
    define_file_days(connection)
    connection.execute(
        "CREATE OR REPLACE TEMP MACRO payment_line(this_run) AS TABLE "
        f"SELECT row_number, amount_pence, row_number() OVER (ORDER BY {order}) AS line FROM {payments} "
        "WHERE run_no = this_run"
    )
