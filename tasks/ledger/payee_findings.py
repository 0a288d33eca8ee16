"""What is known of the details that a run's payees have not been paid by before, and what has come since of that.

A run's payments rest upon what was known when it was validated. What comes later opens the same extract's next run,
with a pack and an approval of its own; a run that would pay what is another thing by now can be neither approved nor
released.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas.account.forms import AccountForms
from schemas.payee_checks.finding import RULES, Finding
from schemas.stages import Event, Stage
from tasks.ledger import never_twice
from tasks.ledger.journal import link
from tasks.ledger.runs import RunRow

_FINDINGS = Path(__file__).with_name("payee_findings.sql")
_SINCE = "SELECT 1 FROM journal WHERE entry > ? AND (starts_with(stage, ?) OR starts_with(stage, ?)) LIMIT 1"
_VALIDATED_AT = "SELECT recorded_at FROM journal WHERE run_id = ? AND stage = ?"
_THEN = """
SELECT row_number, finding AS found_then, core_left_out.row_number IS NOT NULL AS was_held
FROM core_payee_finding LEFT JOIN core_left_out USING (run_no, row_number) WHERE run_no = ? GROUP BY ALL
"""
MOST_ROWS_NAMED = 10


@dataclass(frozen=True)
class CheckTerms:
    """What is agreed of checking the payees of one run.

    Attributes:
        binds_days: for how many days a match counts, and a call.
        answer_by: until when the bank's answers are awaited.
    """

    binds_days: int
    answer_by: datetime


def find_payees(
    connection: duckdb.DuckDBPyConnection, run: RunRow, terms: CheckTerms, at: datetime, forms: AccountForms
) -> pl.DataFrame:
    """What is known of each payment to details that are not proven.

    Args:
        connection: the tenant's open ledger, which has the rows of the run.
        run: whose payments.
        terms: what is agreed.
        at: the moment that counts for the deadline.
        forms: how account numbers are written to the bank.

    Returns:
        ``row_number``, ``payee_reference``, ``finding``, ``payee_answer_file_no``, ``answer_row``, ``call_back_no``,
        ``bank_name`` and ``is_held``, one row a payment.
    """
    never_twice.define(connection, forms)
    known = {"run_no": run.run_no, "rules": list(RULES), "today": run.today, "binds_days": terms.binds_days}
    known["by_weight"] = [str(each) for each in Finding]
    found = connection.execute(_FINDINGS.read_text(), {**known, "is_overdue": at >= terms.answer_by}).pl()
    on_call_back = [str(each) for each in Finding if each.is_payable_on_call_back]
    return found.with_columns(
        is_held=(pl.col("finding") != Finding.MATCH)
        & ~(pl.col("finding").is_in(on_call_back) & pl.col("call_back_no").is_not_null())
    )


def say_rechecked(
    connection: duckdb.DuckDBPyConnection, run: RunRow, terms: CheckTerms | None, forms: AccountForms
) -> str:
    """Why nobody can approve or release a run since a bank has answered, or a payee was called; empty if somebody can.

    Args:
        connection: the tenant's open ledger.
        run: which has been validated.
        terms: what is agreed; None where nothing is.
        forms: how account numbers are written to the bank.
    """
    if terms is None or not _has_come_since(connection, run):
        return ""
    validated = connection.execute(_VALIDATED_AT, [run.run_id, Stage.VALIDATE]).fetchone()
    assert validated is not None  # asked of runs that are judged
    rests = _beside(connection, run, find_payees(connection, run, terms, validated[0], forms))
    # Who was held waits on; what was paid must rest upon the same as then.
    other = rests.filter(~pl.col("was_held") & pl.col("found_then").ne_missing(pl.col("finding")))["row_number"]
    if other.is_empty():
        return ""
    payments = "1 payment" if len(other) == 1 else f"{len(other):,} payments"
    return (
        f"What is known of the accounts of {payments} of {run.run_id} is another thing since it was "
        f"validated, at row {_named(other.to_list())}: a bank has answered. Start the same extract again: it opens the "
        "next run, with what is known now and an approval of its own. siller payee-check show says what that is."
    )


def has_moved(
    connection: duckdb.DuckDBPyConnection, run: RunRow, terms: CheckTerms | None, now: datetime, forms: AccountForms
) -> bool:
    """Whether the same extract would be judged otherwise by now: answers or calls have come, or the deadline has."""
    validated = connection.execute(_VALIDATED_AT, [run.run_id, Stage.VALIDATE]).fetchone()
    if terms is None or validated is None:
        return False
    if not (_has_come_since(connection, run) or validated[0] < terms.answer_by <= now):
        return False  # nothing was said since, and no deadline has passed
    rests = _beside(connection, run, find_payees(connection, run, terms, now, forms))
    return not rests.filter(
        pl.col("found_then").ne_missing(pl.col("finding")) | pl.col("was_held").ne_missing(pl.col("is_held"))
    ).is_empty()


def _beside(connection: duckdb.DuckDBPyConnection, run: RunRow, now: pl.DataFrame) -> pl.DataFrame:
    """What is known of each payment beside what was known when the run was validated."""
    then = connection.execute(_THEN, [run.run_no]).pl()
    both = now.select("row_number", "finding", "is_held").join(then, on="row_number", how="full", coalesce=True)
    return both.with_columns(pl.col("was_held").fill_null(False), pl.col("is_held").fill_null(False))


def _has_come_since(connection: duckdb.DuckDBPyConnection, run: RunRow) -> bool:
    since, _ = link(connection, run.run_id, Stage.VALIDATE)
    return connection.execute(_SINCE, [since, Event.PAYEES_ANSWERED, Event.CALLED_BACK]).fetchone() is not None


def _named(rows: list[int]) -> str:
    more = f" and {len(rows) - MOST_ROWS_NAMED:,} more" if len(rows) > MOST_ROWS_NAMED else ""
    return f"{', '.join(map(str, sorted(rows)[:MOST_ROWS_NAMED]))}{more}"
