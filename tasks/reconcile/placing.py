"""Find the run, and the payment of it, that each answer of a bank's file speaks of."""

from functools import cache

import duckdb
import polars as pl

from schemas.bank_messages.bank_file import BankFile, Kind, Message
from schemas.rails.terms import TERMS
from schemas.reconciliation.debits import without_rejected
from schemas.reconciliation.figures import Outcome, SentFile
from schemas.reconciliation.fitting import candidates
from schemas.reconciliation.matching import place
from schemas.reconciliation.rejected_files import of_rejected_files
from schemas.reconciliation.status_report import with_totals
from schemas.stages import Stage
from tasks.instruct.as_answered import payments_as_answered
from tasks.ledger import entry_of, erasures
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import only_day
from tasks.ledger.payment_line import define_payment_line
from tasks.tenant_context import TenantContext

_UNFINISHED = f"""
SELECT run_id FROM journal WHERE stage = '{Stage.RELEASE_PENDING}'
    AND run_id NOT IN (SELECT run_id FROM journal WHERE stage = '{Stage.RELEASE}')
"""


def sent_file(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_no: int) -> SentFile | None:
    """The payment file that was released for a run, or None."""
    row = connection.execute(
        "SELECT run_id, service_user_number, serial, payments, pence, rail, "
        "run_no IN (SELECT run_no FROM withdrawal) "
        "FROM payment_file JOIN run USING (run_no) JOIN journal USING (run_id) WHERE run_no = ? AND stage = ?",
        [run_no, Stage.RELEASE],
    ).fetchone()
    if row is None:
        return None
    run_id, number, serial, payments, pence, rail, is_withdrawn = row
    day = only_day(connection, run_id)
    return SentFile(
        service_user_number=number,
        serial=f"{serial:06d}",
        payments=payments,
        pence=pence,
        processing_date=day.processing_date,
        entry_date=day.entry_date,
        final_on=context.bank_days.returns_closed(day.entry_date),
        rail=TERMS[rail],
        debits=entry_of(connection, run_id, Instruct).balanced,
        accounts=own_accounts(context),
        is_withdrawn=is_withdrawn,
    )


def place_answers(connection: duckdb.DuckDBPyConnection, context: TenantContext, bank_file: BankFile) -> pl.DataFrame:
    """Find the run and payment of each answer of a bank's file, over all that has been released; see ``place``.

    Args:
        connection: the tenant's ledger, which knows where payments stand.
        context: the tenant's.
        bank_file: what the file says.

    Returns:
        see ``place``, with the totals and payments that only siller knows of.
    """
    files = released_files(connection, context)
    rests = _rests(connection, files, bank_file)
    spoken_of = candidates(bank_file, files, rests)

    @cache
    def payments_of(run_no: int, every: bool) -> pl.DataFrame:
        return payments_as_answered(connection, context, run_no, None if every else bank_file.answers["amount_pence"])

    placed = place(bank_file, spoken_of, payments_of, files, rests, _debited(connection))
    run_nos = sorted(set(placed["run_no"]) - {0})
    if bank_file.message is Message.PAIN002 and run_nos:
        placed = with_totals(placed, files[run_nos[-1]])
    parts = [placed]
    for run_no in run_nos:
        first_item = sum(part.height for part in parts) + 1
        parts.append(_of_rejected_files(connection, run_no, placed.filter(pl.col("run_no") == run_no), first_item))
    return pl.concat(parts, how="diagonal")


def unfinished_release(connection: duckdb.DuckDBPyConnection) -> str | None:
    """A run whose payment file may be with the bank although siller has not finished letting it go."""
    found = connection.execute(_UNFINISHED).fetchone()
    return found[0] if found else None


def own_accounts(context: TenantContext) -> frozenset[str]:
    """Sort code and number together of each account that the agreement pays from."""
    return frozenset(account.sort_code + account.account_number for account in context.agreement.paying_accounts)


def released_files(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> dict[int, SentFile]:
    """Every released payment file that has its payments still, by the number of its run, in order."""
    released = connection.execute(
        f"SELECT run_no FROM run JOIN journal USING (run_id) WHERE stage = ? AND run_no NOT IN ({erasures.RUNS}) "
        "ORDER BY run_no",
        [Stage.RELEASE],
    ).fetchall()
    files = {run_no: sent_file(connection, context, run_no) for (run_no,) in released}
    return {run_no: sent for run_no, sent in files.items() if sent}


def _rests(
    connection: duckdb.DuckDBPyConnection, files: dict[int, SentFile], bank_file: BankFile
) -> dict[int, list[int]]:
    """What each debit comes to without what was rejected of it, for the files that a statement can debit."""
    days = bank_file.answers.filter(pl.col("kind") == str(Kind.STATEMENT_DEBIT))["bank_date"]
    debited = {run_no: sent for run_no, sent in files.items() if days.is_between(sent.entry_date, sent.final_on).any()}
    return {run_no: without_rejected(sent, _payments(connection, run_no)) for run_no, sent in debited.items()}


def _debited(connection: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """What is debited of each file as yet, without what was given back of it."""
    return dict(connection.execute("SELECT run_no, debited - given_back FROM moved").fetchall())


def _payments(connection: duckdb.DuckDBPyConnection, run_no: int) -> pl.DataFrame:
    """A run's payments in the order of its file; of those that are turned away the outcome is known."""
    define_payment_line(connection)
    return connection.execute(
        "SELECT row_number, amount_pence, if(away.row_number IS NULL, NULL, ?) AS outcome FROM payment_line(?) "
        "LEFT JOIN (SELECT DISTINCT row_number FROM counted_answer WHERE run_no = ? AND kind IN "
        "('rejected', 'cancelled')) AS away USING (row_number) ORDER BY line",
        [str(Outcome.REJECTED), run_no, run_no],
    ).pl()


def _of_rejected_files(
    connection: duckdb.DuckDBPyConnection, run_no: int, placed: pl.DataFrame, first_item: int
) -> pl.DataFrame:
    """An answer for each payment of a file that is rejected whole in a report on several files of a run."""
    totals = placed.filter(pl.col("kind") == str(Kind.ACCEPTED_TOTAL), pl.col("message") == str(Message.INPUT_REPORT))
    if totals.height < 2:
        return placed.clear()
    rejected = of_rejected_files(_payments(connection, run_no), placed)
    return rejected.with_row_index("item", offset=first_item).select(
        pl.col("item").cast(pl.Int64),
        pl.lit(run_no, pl.Int32).alias("run_no"),
        "row_number",
        pl.lit(str(Message.INPUT_REPORT)).alias("message"),
        pl.lit(str(Kind.REJECTED)).alias("kind"),
        pl.lit(1, pl.Int64).alias("payments"),
        "amount_pence",
        pl.col("amount_pence").alias("payment_pence"),
        pl.lit(totals["bank_date"][0], pl.Date).alias("bank_date"),
    )
