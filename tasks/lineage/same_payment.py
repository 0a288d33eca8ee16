"""The same payment in other runs: where a row that was not paid, or came back, was asked for again, and what paid it.

It is the same payment by the identity that never-twice goes by: payee reference, period, kind of payment and
occurrence. What the same payee gets in another period, or on top, is another payment.
"""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from schemas.account.forms import AccountForms
from schemas.payment_state import PaymentState
from tasks.ledger import never_twice, runs
from tasks.ledger.runs import RunRow

_PAID_SINCE = Path(__file__).with_name("paid_since.sql").read_text()
_OTHERS = """
WITH this AS (
    SELECT payee_reference, occurrence FROM sent_identity WHERE run_no = $run_no AND row_number = $row_number
)
SELECT run_no, row_number, state FROM sent_identity JOIN this USING (payee_reference, occurrence)
JOIN payment_state($as_at) USING (run_no, row_number)
WHERE {of_runs} AND (run_no, row_number) <> ($run_no, $row_number)
ORDER BY run_no, row_number
"""
PAID_SINCE = {
    "row_number": pl.Int32,
    "state": pl.String,
    "paid_by": pl.String,
    "paid_run": pl.String,
    "paid_state": pl.String,
    "amount_pence": pl.Int64,
}
"""The columns of ``paid_since``."""


class OtherRow(NamedTuple):
    """A row of another place for the same payment.

    Attributes:
        run: the run that has it.
        row_number: its number there.
        state: where it stands.
    """

    run: RunRow
    row_number: int
    state: PaymentState


def define(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger where each payment stands, and what is the same one, for this connection alone."""
    never_twice.define(connection, AccountForms())  # it is payees that are looked for, not accounts


def other_rows(connection: duckdb.DuckDBPyConnection, run: RunRow, row_number: int, as_at: date) -> list[OtherRow]:
    """Every other row for the payment of a row, in its own run and in others, in the order of the runs.

    Args:
        connection: an open ledger with the definitions of ``define``.
        run: the run of the row.
        row_number: the row.
        as_at: the day, for where they stand.
    """
    by_no = {each.run_no: each for each in runs.competing(connection, run.period, run.payment_kind)}
    if len(by_no) == 1:  # most runs: no row need be read
        return []
    found = connection.execute(
        _OTHERS.format(of_runs=f"run_no IN ({', '.join(map(str, by_no))})"),
        {"run_no": run.run_no, "row_number": row_number, "as_at": as_at},
    ).fetchall()
    return [OtherRow(by_no[no], row, PaymentState(state)) for no, row, state in found]


def paid_since(connection: duckdb.DuckDBPyConnection, run: RunRow, as_at: date) -> pl.DataFrame:
    """What paid the rows of a run that it did not pay, or that came back.

    Args:
        connection: an open ledger.
        run: whose rows.
        as_at: the day, for where they stand.

    Returns:
        ``row_number``, its ``state`` in this run, ``paid_by`` (run and row, as a trace takes them), ``paid_run``,
        ``paid_state`` and ``amount_pence``: a row each that a released payment pays, which did not come back itself.
    """
    beside = [each for each in runs.competing(connection, run.period, run.payment_kind) if each.run_no >= run.run_no]
    if len(beside) == 1 and run.joins is None:  # most runs: no row need be read
        return pl.DataFrame(schema=PAID_SINCE)
    define(connection)
    found = connection.execute(_PAID_SINCE, {"run_no": run.run_no, "as_at": as_at}).pl()
    return found.select(pl.col(name).cast(kind) for name, kind in PAID_SINCE.items())
