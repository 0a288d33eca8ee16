"""What came of the bank's answers, as JSON: one shape for every command that tells it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

import polars as pl

from schemas.bank_messages.verdict import Taken, Verdict
from schemas.payment_state import LEFT_OUT, NOT_RELEASED, PaymentState
from schemas.reconciliation.figures import Bucket, Outcome
from tasks.ledger import runs
from tasks.ledger.file_line import file_lines
from tasks.ledger.payment_state import define_bank_evidence, define_payment_state
from tasks.reconcile.stage import as_at
from tasks.tenant_context import TenantContext

_ON_ITS_WAY = {PaymentState.RELEASED, PaymentState.SUBMITTED, PaymentState.ACCEPTED, PaymentState.CREDITED}
_NO_ITEM = sorted(_ON_ITS_WAY | LEFT_OUT | NOT_RELEASED)
"""States in which nobody has to look at the payment itself."""
_ITEMS = f"""
SELECT row_number, state, arg_max(code, (bank_file_no, item)) FILTER (code IS NOT NULL) AS code
FROM payment_state($as_at) AS of_row JOIN core_bank_answer AS answer USING (run_no, row_number)
WHERE run_no = $run_no AND state NOT IN ({", ".join(f"'{state}'" for state in _NO_ITEM)})
GROUP BY ALL ORDER BY row_number
"""
"""Payments that the bank has named. What it says of a whole file stands in the buckets, however many it has."""
_OF_NO_RUN = """
SELECT count(*), coalesce(sum(amount_pence), 0)::BIGINT
FROM counted_answer WHERE run_no = 0 AND NOT starts_with(kind, 'informed')
"""


def tell_answers(
    context: TenantContext, files: Iterable[Taken], run_ids: Iterable[str], now: datetime
) -> dict[str, object]:
    """What came of taking in the bank's files.

    Args:
        context: the tenant's.
        files: what each came to.
        run_ids: the runs to be told of.
        now: the moment as at which their money is told.

    Returns:
        ``files``, a name, verdict and sentence each; ``runs``, see ``tell_run``; ``not_of_any_run``, entries and
        pence of what the bank has sent and no run explains.
    """
    told = {run_id: tell_run(context, run_id, now) for run_id in run_ids}
    entries, pence = 0, 0
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            define_bank_evidence(connection)
            [(entries, pence)] = connection.execute(_OF_NO_RUN).fetchall()
    return {
        "files": [_file(file) for file in files],
        "runs": told,
        "not_of_any_run": {"entries": entries, "pence": pence},
    }


def tell_run(context: TenantContext, run_id: str, now: datetime) -> dict[str, object]:
    """Where the money of a run is at a moment.

    Returns:
        ``buckets``, by state: ``payments``, ``pence`` and how many of them the bank has only said (``not_proven``);
        ``unexplained_pence``; ``items``, a row, line of the body's file, state and code for each payment that the bank
        has named and that is not simply paid.
    """
    reconciliation = as_at(context, run_id, now)
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        define_payment_state(connection)
        found = connection.execute(_ITEMS, {"as_at": now.date(), "run_no": run.run_no}).pl()
        lines = file_lines(connection, run, found["row_number"])
        first = runs.first_own_row(connection, run)
    items = found.join(lines, on="row_number", maintain_order="left").select(
        row=pl.col("row_number") - pl.when(pl.col("of") == "").then(first).otherwise(0),
        line="line",
        state="state",
        code="code",
    )
    return {
        "buckets": dict(_bucket(bucket) for bucket in reconciliation.buckets if bucket.rows),
        "unexplained_pence": _pence(reconciliation.unexplained_pounds),
        "items": [dict(zip(items.columns, item, strict=True)) for item in items.iter_rows()],
    }


def _file(file: Taken) -> dict[str, str]:
    """A file that waits for something else does not count either."""
    verdict = file.verdict or Verdict.SET_ASIDE
    return {"name": file.name, "verdict": verdict.words, "sentence": file.sentence}


def _bucket(bucket: Bucket) -> tuple[str, Mapping[str, int]]:
    return _named(bucket.name), {
        "payments": bucket.rows,
        "pence": _pence(bucket.pounds),
        "not_proven": bucket.not_proven,
    }


def _named(outcome: Outcome) -> str:
    return str(outcome).replace(" ", "_")


def _pence(pounds: Decimal) -> int:
    """Whole pence; a refused amount may have parts of one, which nobody pays."""
    return int(pounds.scaleb(2).to_integral_value(ROUND_DOWN))
