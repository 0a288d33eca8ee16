"""At which line of its payment file each payment stands: by paying account, and of each in the order of the extract."""

import duckdb

from schemas.contract.contract import PAYING_ACCOUNT


def define_payment_line(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger ``payment_line`` for this connection alone.

    One row a payment: ``run_no``, ``row_number``, ``amount_pence`` and ``line``, which counts a file's payments from 1.
    """
    columns = {row[0] for row in connection.execute("DESCRIBE raw_extract_row").fetchall()}
    payments, order = "core_payment", "row_number"
    if PAYING_ACCOUNT in columns:
        payments = f"core_payment JOIN (SELECT run_no, row_number, {PAYING_ACCOUNT} FROM raw_extract_row) "
        payments += "USING (run_no, row_number)"
        order = f"{PAYING_ACCOUNT}, row_number"
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW payment_line AS SELECT run_no, row_number, amount_pence, "
        f"row_number() OVER (PARTITION BY run_no ORDER BY {order}) AS line FROM {payments}"
    )
