"""At which line of its payment file each payment stands: by paying account, and of each in the order of the extract."""

import duckdb

from schemas.contract.contract import PAYING_ACCOUNT


def define_payment_line(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger ``payment_line(run_no)`` for this connection alone.

    One row a payment of the run: ``row_number``, ``amount_pence`` and ``line``, which counts from 1.
    """
    columns = {row[0] for row in connection.execute("DESCRIBE raw_extract_row").fetchall()}
    payments, order = "core_payment", "row_number"
    if PAYING_ACCOUNT in columns:
        payments, order = (
            "core_payment JOIN raw_extract_row USING (run_no, row_number)",
            f"{PAYING_ACCOUNT}, row_number",
        )
    connection.execute(
        "CREATE OR REPLACE TEMP MACRO payment_line(this_run) AS TABLE "
        f"SELECT row_number, amount_pence, row_number() OVER (ORDER BY {order}) AS line FROM {payments} "
        "WHERE run_no = this_run"
    )
