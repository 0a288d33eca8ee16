"""Payments that the bank's answer cannot be told apart by: two people say of which it is."""

import duckdb
import polars as pl

from schemas.reconciliation.matching import find_alike
from tasks.instruct.as_answered import payments_as_answered
from tasks.tenant_context import TenantContext

_UNMATCHED = """
SELECT run_no, bank_file_no, item, kind, reference, sort_code, account_number, own_account, amount_pence
FROM counted_answer SEMI JOIN (FROM open_finding WHERE finding = 'unmatched') USING (bank_file_no, item)
WHERE run_no > 0 AND reference IS NOT NULL AND kind IN ('returned', 'rejected', 'cancelled', 'statement_credit')
"""
_STILL_OPEN = """
FROM (
    SELECT asked.*, unmatched.kind,
        bool_or(coalesce(said.kind = unmatched.kind, false)) AS is_said, count(said.kind) > 0 AS is_half_said
    FROM asked JOIN unmatched USING (bank_file_no, item)
    LEFT JOIN counted_answer AS said ON said.run_no = asked.run_no AND said.row_number = asked.row_number
        AND said.kind IN ('returned', 'rejected', 'cancelled', 'statement_credit')
    GROUP BY ALL
)
SELECT bank_file_no, item, kind, run_no, row_number, amount_pence
WHERE NOT is_said
-- What another message says of one of them already is the same coming-back, and no other's.
QUALIFY is_half_said = bool_or(is_half_said) OVER (PARTITION BY bank_file_no, item)
ORDER BY bank_file_no, item, row_number
"""

_ASKED = {
    "bank_file_no": pl.Int32,
    "item": pl.Int32,
    "run_no": pl.Int32,
    "row_number": pl.Int32,
    "amount_pence": pl.Int64,
}


def list_alike(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> pl.DataFrame:
    """Which payments each answer may be of that fits several alike.

    Args:
        connection: a ledger with the definitions of :func:`tasks.exceptions.waiting.define`.
        context: the tenant's.

    Returns:
        ``bank_file_no``, ``item`` and ``kind`` of the answer, and ``run_no``, ``row_number`` and ``amount_pence`` of a
        payment, in this order; the earliest answer first.
    """
    unmatched = connection.execute(_UNMATCHED).pl()
    found = [
        find_alike(payments_as_answered(connection, context, run_no, of_run["amount_pence"]), of_run)
        for (run_no,), of_run in unmatched.partition_by("run_no", as_dict=True).items()
    ]
    asked = pl.concat(found) if found else pl.DataFrame(schema=_ASKED)
    connection.register("asked", asked.to_arrow())
    connection.register("unmatched", unmatched.to_arrow())
    rows = connection.execute(_STILL_OPEN).pl()
    connection.unregister("asked")
    connection.unregister("unmatched")
    return rows
