"""Is a payment made, or may it be made, already?

Identity: tenant, payee reference, period, kind of payment, occurrence. Fingerprint, without the reference: tenant,
period, kind, sort code, account, roll number, amount. A ledger is one tenant's; arrears are a kind of payment of their
own and all other extracts of a period are another.
"""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from tasks.ledger.payment_state import define_payment_state

_DEFINITIONS = Path(__file__).with_name("never_twice.sql")
_HITS = Path(__file__).with_name("hits.sql")


def define(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger ``sent_identity``, ``runs_last_time`` and ``standing_beside``, for this connection alone.

    The ledger has the rows of an extract already.
    """
    columns = {row[0] for row in connection.execute("DESCRIBE raw_extract_row").fetchall()}
    otherwise = "" if "occurrence" in columns else ", '1' AS occurrence"
    define_payment_state(connection)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW sent_row AS SELECT *{otherwise} FROM raw_extract_row")
    connection.execute(_DEFINITIONS.read_text())


def hits(connection: duckdb.DuckDBPyConnection, run_no: int, today: date) -> pl.DataFrame:
    """Which payments of a run are made already, or wait in another run: ``row_number``, ``rule``, one row a payment.

    Rules: ``already_released``, ``paid_elsewhere``, ``in_another_run``, and the same with ``alike_`` before them for
    the same account and amount under another reference.
    """
    define(connection)
    return connection.execute(_HITS.read_text(), {"run_no": run_no, "today": today}).pl()
