"""The payments of a run as the bank was sent them, and so as its answers name them."""

from pathlib import Path

import duckdb
import polars as pl

from tasks.ledger import entry_of
from tasks.ledger.catalogue.stages import Instruct
from tasks.rails import rail_of_file
from tasks.tenant_context import TenantContext

_PAYMENTS = Path(__file__).with_name("as_answered.sql").read_text()


def payments_as_answered(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run_no: int, pence: pl.Series | None
) -> pl.DataFrame:
    """The payments of a run that answers could speak of, as the bank was sent them: those of these sums, or all.

    If an answer gives no sum, all are asked for.
    """
    every = pence is None or pence.null_count() > 0
    asked = pl.Series("amount_pence", [], pl.Int64) if pence is None else pence.drop_nulls().unique()
    connection.register("asked", asked.to_frame().to_arrow())
    alike = context.agreement.accounts.applied(connection.execute(_PAYMENTS, {"run_no": run_no, "all": every}).pl())
    connection.unregister("asked")
    found = connection.execute(
        "SELECT rail, serial, run_id FROM payment_file JOIN run USING (run_no) WHERE run_no = ?", [run_no]
    ).fetchone()
    assert found is not None
    name, serial, run_id = found
    rail = rail_of_file(name, entry_of(connection, run_id, Instruct).channel)
    return alike.select(pl.lit(run_no, pl.Int32).alias("run_no"), "row_number", *rail.as_answered(serial))
