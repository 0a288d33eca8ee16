"""Find the run, and the payment of it, that each answer of a bank's file speaks of."""

from collections.abc import Mapping
from functools import cache

import duckdb
import polars as pl

from schemas.bank_messages.bank_file import BankFile, Kind, Message
from schemas.reconciliation.debits import without_rejected
from schemas.reconciliation.figures import Outcome
from schemas.reconciliation.fitting import candidates
from schemas.reconciliation.matching import place
from schemas.reconciliation.rejected_files import of_rejected_files
from schemas.reconciliation.status_report import with_totals
from schemas.reconciliation.totals_of_days import share_totals
from schemas.stages import Stage
from tasks.instruct.as_answered import payments_as_answered
from tasks.ledger.payment_line import define_payment_line
from tasks.reconcile.sent_files import FileDay, released_days
from tasks.tenant_context import TenantContext

_UNFINISHED = f"""
SELECT run_id FROM journal WHERE stage = '{Stage.RELEASE_PENDING}'
    AND run_id NOT IN (SELECT run_id FROM journal WHERE stage = '{Stage.RELEASE}')
"""


def place_answers(connection: duckdb.DuckDBPyConnection, context: TenantContext, bank_file: BankFile) -> pl.DataFrame:
    """Find the run and payment of each answer of a bank's file, over all that has been released; see ``place``.

    Args:
        connection: the tenant's ledger, which knows where payments stand.
        context: the tenant's.
        bank_file: what the file says.

    Returns:
        see ``place``, with the totals and payments that only siller knows of.
    """
    days = released_days(connection, context)
    files = {number: day.sent for number, day in days.items()}
    rests = _rests(connection, days, bank_file)
    spoken_of = candidates(bank_file, files, rests)

    @cache
    def payments_of(number: int, every: bool) -> pl.DataFrame:
        asked = None if every else bank_file.answers["amount_pence"]
        payments = payments_as_answered(connection, context, days[number].run_no, asked)
        of_day = _of_day(connection, payments, days[number])
        return of_day.with_columns(run_no=pl.lit(number, pl.Int32))

    placed = place(bank_file, spoken_of, payments_of, files, rests, _debited(connection, days))
    numbers = sorted(set(placed["run_no"]) - {0})
    if bank_file.message is Message.PAIN002 and numbers:
        placed = with_totals(placed, files[numbers[-1]])
    placed = _by_run(placed, days)
    found = placed.filter(pl.col("run_no") == 0)
    first_item = placed.height + 1
    for run_no in sorted(set(placed["run_no"]) - {0}):
        of_run = placed.filter(pl.col("run_no") == run_no)
        added = _of_rejected_files(connection, run_no, of_run, first_item)
        first_item += added.height
        whole = pl.concat([of_run, added], how="diagonal")
        if run_no in {day.run_no for day in days.values() if day.day_no}:
            whole = share_totals(_with_days(connection, whole), _days_of(days, run_no), first_item)
            first_item += len(days) * 2
        found = pl.concat([found, whole], how="diagonal")
    return found.sort("item")


def unfinished_release(connection: duckdb.DuckDBPyConnection) -> str | None:
    """A run whose payment file may be with the bank although siller has not finished letting it go."""
    found = connection.execute(_UNFINISHED).fetchone()
    return found[0] if found else None


def _of_day(connection: duckdb.DuckDBPyConnection, payments: pl.DataFrame, day: FileDay) -> pl.DataFrame:
    """Those of a run's payments that are made on a day."""
    if not day.day_no:
        return payments
    rows = connection.execute(
        "SELECT row_number FROM row_day WHERE run_no = ? AND day_no = ?", [day.run_no, day.day_no]
    ).pl()
    return payments.join(rows, on="row_number", how="semi", maintain_order="left")


def _by_run(placed: pl.DataFrame, days: Mapping[int, FileDay]) -> pl.DataFrame:
    """Answers by the run whose file they are of, and ``day_no``; null of a file of one day, or of all of them."""
    run_nos, day_nos = ({number: getattr(day, of) for number, day in days.items()} for of in ("run_no", "day_no"))
    is_of_all = pl.col("kind").str.ends_with("_total") & pl.col("row_number").is_null()
    day_no = pl.col("run_no").replace_strict(day_nos, default=0, return_dtype=pl.Int32)
    return placed.with_columns(
        run_no=pl.col("run_no").replace_strict(run_nos, default=0, return_dtype=pl.Int32),
        day_no=pl.when(~is_of_all & (day_no > 0)).then(day_no),
    )


def _with_days(connection: duckdb.DuckDBPyConnection, answers: pl.DataFrame) -> pl.DataFrame:
    """The same, with the day of what was added of single payments."""
    of_rows = connection.execute(
        "SELECT run_no, row_number, day_no AS of_row FROM row_day WHERE run_no = ?", [answers["run_no"][0]]
    ).pl()
    found = answers.join(of_rows, on=["run_no", "row_number"], how="left", maintain_order="left")
    return found.with_columns(day_no=pl.coalesce("of_row", "day_no")).drop("of_row")


def _days_of(days: Mapping[int, FileDay], run_no: int) -> pl.DataFrame:
    """What ``share_totals`` is told of the days of a run's file."""
    of_run = [each for each in days.values() if each.run_no == run_no]
    return pl.DataFrame(
        {
            "day_no": pl.Series([each.day_no for each in of_run], dtype=pl.Int32),
            "processing_date": [each.sent.processing_date for each in of_run],
            "payments": [each.sent.payments for each in of_run],
            "pence": [each.sent.pence for each in of_run],
        }
    )


def _rests(
    connection: duckdb.DuckDBPyConnection, days: Mapping[int, FileDay], bank_file: BankFile
) -> dict[int, list[int]]:
    """What each debit comes to without what was rejected of it, for the days that a statement can debit."""
    booked = bank_file.answers.filter(pl.col("kind") == str(Kind.STATEMENT_DEBIT))["bank_date"]
    debited = {
        number: day for number, day in days.items() if booked.is_between(day.sent.entry_date, day.sent.final_on).any()
    }
    return {
        number: without_rejected(day.sent, _of_day(connection, _payments(connection, day.run_no), day))
        for number, day in debited.items()
    }


def _debited(connection: duckdb.DuckDBPyConnection, days: Mapping[int, FileDay]) -> dict[int, int]:
    """What is debited of each day as yet, without what was given back of it."""
    moved = connection.execute("SELECT run_no, day_no, debited - given_back FROM moved").fetchall()
    so_far = {(run_no, day_no): pence for run_no, day_no, pence in moved}
    return {number: so_far.get((day.run_no, day.day_no), 0) for number, day in days.items()}


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
