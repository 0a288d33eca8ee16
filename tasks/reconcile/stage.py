"""Reconcile: where every pound of a run is now, as a report."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import duckdb
import polars as pl

from schemas.contract.total import amount_as_written
from schemas.reconciliation.figures import Extract, Reconciliation
from schemas.reconciliation.reconcile import reconcile as reconciled
from schemas.reconciliation.sent_vouchers import SentVouchers
from schemas.stages import Stage
from tasks.exceptions.waiting import define as define_waiting
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Ingest
from tasks.ledger.payment_line import define_payment_line
from tasks.ledger.runs import RunRow
from tasks.lineage.same_payment import paid_since
from tasks.reconcile.beside import about_run, find_loud, group_paid_since
from tasks.reconcile.report import Written, write_report
from tasks.reconcile.sent_files import sent_file
from tasks.tenant_context import TenantContext

_LEFT_OUT = """
SELECT amount,
    CASE WHEN bool_or(outcome = 'corrected') THEN 'corrected'
        WHEN bool_or(outcome = 'refused') THEN 'refused' ELSE 'held' END AS outcome
FROM core_left_out AS left_out JOIN raw_extract_row AS sent USING (run_no, row_number)
WHERE run_no = ? GROUP BY row_number, amount
"""
_PAYMENTS = """
SELECT row_number, line.amount_pence, state, is_proven
FROM payment_line($run_no) AS line JOIN (FROM payment_state($as_at) WHERE run_no = $run_no) USING (row_number)
ORDER BY line
"""
_VOUCHERS = """
SELECT row_number, pence AS amount_pence, coalesce(voucher.cashed_pence, 0)::BIGINT AS cashed_pence, stands.state,
    (run_no, row_number) IN (SELECT (run_no, row_number) FROM core_voucher_answer) AS is_answered,
    is_disputed
FROM voucher_state AS voucher
JOIN (FROM payment_state($as_at) WHERE run_no = $run_no) AS stands USING (run_no, row_number)
ORDER BY row_number
"""
_SENT_VOUCHERS = f"""
SELECT file_name, sha256, payments, pence, expires FROM voucher_file JOIN run USING (run_no) JOIN journal USING (run_id)
WHERE run_no = ? AND stage = '{Stage.RELEASE}'
"""
_ANSWERS = """
WITH settled AS (
    SELECT arg_max(decision, settlement_no) AS decision, arg_max(after_bank_file_no, settlement_no) AS upto
    FROM settlement WHERE run_no = $run_no AND row_number IS NULL
)
SELECT answer.* FROM (FROM counted_answer UNION ALL FROM late_debit) AS answer
WHERE run_no = $run_no AND NOT (
    message = 'pain002' AND kind = 'accepted_total' AND payments = 0
    AND EXISTS (FROM settled WHERE decision = 'paid' AND bank_file_no <= upto)
)
ORDER BY bank_file_no, item
"""
"""All answers that count. That nothing was taken, by a status report after which two people have settled on the bank's
word that the payees have the money, is no count of what was taken: the report before it is."""


def reconcile(context: TenantContext, run_id: str, now: datetime) -> tuple[Reconciliation, Written]:
    """Say where every pound of a run is, and write the report's page and tables; return both."""
    reconciliation = as_at(context, run_id, now)
    about = about_run(context, reconciliation, now)
    return reconciliation, write_report(context.paths.reports(run_id), reconciliation, about)


def as_at(context: TenantContext, run_id: str, now: datetime) -> Reconciliation:
    """Where every pound of a run is at a moment."""
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        sent = sent_file(connection, context, run.run_no)
        define_payment_line(connection)
        define_waiting(connection)
        payments = connection.execute(_PAYMENTS, {"run_no": run.run_no, "as_at": now.date()}).pl()
        answers = connection.execute(_ANSWERS, {"run_no": run.run_no}).pl()
        vouchers = connection.execute(_VOUCHERS, {"run_no": run.run_no, "as_at": now.date()}).pl()
        sent_vouchers = connection.execute(_SENT_VOUCHERS, [run.run_no]).fetchone()
        extract = _extract(connection, run)
        since = group_paid_since(paid_since(connection, run, now.date()))
        loud = find_loud(connection, run)
    of_provider = (vouchers, SentVouchers(*sent_vouchers) if sent_vouchers else None)
    found = reconciled(run_id, now, extract, sent, payments, answers, *of_provider)
    return replace(found, paid_since=since, loud=loud)


def _extract(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Extract:
    """What was sent, and what of it never became a payment, in exact pounds."""
    ingested = entry_of(connection, run.run_id, Ingest)
    left_out = connection.execute(_LEFT_OUT, [run.run_no]).pl().with_columns(pounds=amount_as_written())
    refused, held, corrected = (
        left_out.filter(pl.col("outcome") == outcome) for outcome in ("refused", "held", "corrected")
    )
    return Extract(
        rows=ingested.rows,
        pounds=ingested.total,
        refused_rows=refused.height,
        refused_pounds=Decimal(refused["pounds"].sum() or 0),
        unreadable_rows=refused["pounds"].null_count(),
        held_rows=held.height,
        held_pounds=Decimal(held["pounds"].sum() or 0),
        corrected_rows=corrected.height,
        corrected_pounds=Decimal(corrected["pounds"].sum() or 0),
    )
