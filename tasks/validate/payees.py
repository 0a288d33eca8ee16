"""What is known of the details that a run's payees have not been paid by before: kept, and what it holds."""

from datetime import datetime

import duckdb
import polars as pl

from schemas.payee_checks.finding import Finding
from tasks.ledger.payee_findings import find_payees
from tasks.ledger.runs import RunRow
from tasks.payee_checks.agreed import terms_of
from tasks.tenant_context import TenantContext

_RULE_OF = {str(finding): finding.rule for finding in Finding}


def keep_findings(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow, now: datetime
) -> pl.DataFrame:
    """Keep what is known of each such payment of a run, and say which of them are held for it.

    Args:
        connection: the tenant's open ledger, in the transaction of the stage.
        context: the tenant's, whose agreement has payee checks.
        run: the run, whose other rules have been asked.
        now: the moment that counts for the deadline.

    Returns:
        ``row_number``, ``column_name`` and ``rule`` of the held.
    """
    terms = terms_of(context, run)
    assert terms is not None
    found = find_payees(connection, run, terms, now, context.agreement.accounts)
    connection.register("found", found.to_arrow())
    connection.execute(
        "INSERT INTO core_payee_finding BY NAME SELECT ? AS run_no, row_number, finding, payee_answer_file_no, "
        "answer_row, call_back_no FROM found",
        [run.run_no],
    )
    connection.unregister("found")
    return found.filter("is_held").select(
        "row_number", column_name=pl.lit("account_number"), rule=pl.col("finding").replace_strict(_RULE_OF)
    )
