"""Find the run, and the payment of it, that each answer of a bank's file speaks of."""

from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from schemas.bank_messages.bank_file import ONE_PAYMENT, BankFile, Kind, Message
from schemas.no_go import NoGo
from schemas.rails.terms import TERMS
from schemas.reconciliation.debits import is_any_debit, without_rejected
from schemas.reconciliation.figures import Outcome, SentFile
from schemas.reconciliation.matching import candidates, names, place
from schemas.reconciliation.rejected_files import of_rejected_files
from schemas.reconciliation.status_report import with_totals
from schemas.stages import Stage
from tasks.ledger import entry_of, erasures
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import only_day
from tasks.ledger.payment_line import define_payment_line
from tasks.rails import rail_of
from tasks.tenant_context import TenantContext

_UNFINISHED = f"""
SELECT run_id FROM journal WHERE stage = '{Stage.RELEASE_PENDING}'
    AND run_id NOT IN (SELECT run_id FROM journal WHERE stage = '{Stage.RELEASE}')
"""
"""Runs whose payment file may be with the bank although siller has not finished letting it go."""
_ALIKE = Path(__file__).with_name("alike.sql").read_text()


def sent_file(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_no: int) -> SentFile | None:
    """The payment file that was released for a run, or None."""
    row = connection.execute(
        "SELECT run_id, service_user_number, serial, payments, pence, rail "
        "FROM payment_file JOIN run USING (run_no) JOIN journal USING (run_id) WHERE run_no = ? AND stage = ?",
        [run_no, Stage.RELEASE],
    ).fetchone()
    if row is None:
        return None
    run_id, number, serial, payments, pence, rail = row
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
        accounts=_accounts(context),
    )


class Placed(NamedTuple):
    """What a bank's file says, and of whom.

    Attributes:
        answers: each with its ``run_no`` and ``row_number``.
        run_no: the latest run that it speaks of; 0 if there is none.
    """

    answers: pl.DataFrame
    run_no: int


def place_answers(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, bank_file: BankFile, name: str
) -> Placed:
    """Find the run and payment of each answer of a bank's file; see ``place``.

    Args:
        connection: the tenant's ledger.
        context: the tenant's.
        bank_file: what the file says.
        name: its file name, for messages.

    Raises:
        NoGo: it is a statement of another account, or speaks of no payment file that has been released.
    """
    if bank_file.message is Message.CAMT053:
        _check_account(context, bank_file, name)
    files = _released_files(connection, context)
    spoken_of = candidates(bank_file, files, _rests(connection, files, bank_file))
    run_nos = sorted(set(spoken_of["runs"].explode().drop_nulls()))
    placed = place(bank_file, spoken_of, [_alike(connection, context, run_no, bank_file.answers) for run_no in run_nos])
    unfinished = connection.execute(_UNFINISHED).fetchone()
    if unfinished and placed.filter(is_any_debit(), pl.col("run_no") == 0).height:
        raise NoGo(f"{name} has a debit that may be of {unfinished[0]}, whose release has begun: finish that first.")
    if placed.filter(pl.col("run_no") > 0).is_empty():
        named = [run_no for run_no, sent in files.items() if names(bank_file, sent) and placed.is_empty()]
        if not named and not _is_quiet(context, bank_file, files):
            raise NoGo(
                f"{name} speaks of no payment file that {context.tenant} has released: account, service user number, "
                "serial and day must be those of one. It stays in the bank's inbox: find out whose it is before it is "
                "taken away."
            )
        return Placed(placed, named[-1] if named else 0)
    if bank_file.message is Message.PAIN002:
        placed = with_totals(placed, files[run_nos[-1]])
    latest: int = placed.select(pl.col("run_no").max()).item()
    return Placed(pl.concat([placed, _of_rejected_files(connection, placed)], how="diagonal"), latest)


def _check_account(context: TenantContext, bank_file: BankFile, name: str) -> None:
    if not any(own.endswith(account) for own in _accounts(context) for account in bank_file.accounts):
        raise NoGo(
            f"{name} is a statement of another account than {context.tenant} pays from. It stays in the bank's inbox: "
            "find out whose it is before it is taken away."
        )


def _is_quiet(context: TenantContext, bank_file: BankFile, files: dict[int, SentFile]) -> bool:
    """Whether a statement has nothing of a run: no return, and no debit on a day on which one has to come."""
    if bank_file.message is not Message.CAMT053:
        return False
    is_ours = pl.any_horizontal(pl.lit(own).str.ends_with(pl.col("own_account")) for own in sorted(_accounts(context)))
    entries = bank_file.answers.filter(is_ours)
    debited = entries.filter(is_any_debit())["bank_date"]
    due = any(debited.is_between(sent.entry_date, sent.final_on).any() for sent in files.values())
    return not due and entries["code"].null_count() == entries.height


def _accounts(context: TenantContext) -> frozenset[str]:
    return frozenset(account.sort_code + account.account_number for account in context.agreement.paying_accounts)


def _released_files(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> dict[int, SentFile]:
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


def _payments(connection: duckdb.DuckDBPyConnection, run_no: int) -> pl.DataFrame:
    """A run's payments in the order of its file; of those that a report rejects the outcome is known."""
    define_payment_line(connection)
    return connection.execute(
        "SELECT row_number, amount_pence, if(rejected.row_number IS NULL, NULL, ?) AS outcome FROM payment_line(?) "
        "LEFT JOIN (SELECT DISTINCT row_number FROM core_bank_answer WHERE run_no = ? AND kind = 'rejected') "
        "AS rejected USING (row_number) ORDER BY line",
        [str(Outcome.REJECTED), run_no, run_no],
    ).pl()


def _alike(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run_no: int, answers: pl.DataFrame
) -> pl.DataFrame:
    """The payments of a run that an answer could speak of, as the bank was sent them."""
    single = answers.filter(pl.col("kind").is_in([str(kind) for kind in ONE_PAYMENT]))["amount_pence"]
    connection.register("asked", single.drop_nulls().to_frame().to_arrow())
    known = {"run_no": run_no, "all": single.null_count() > 0}
    alike = context.agreement.accounts.applied(connection.execute(_ALIKE, known).pl())
    connection.unregister("asked")
    found = connection.execute("SELECT rail, serial FROM payment_file WHERE run_no = ?", [run_no]).fetchone()
    assert found is not None
    return alike.select(
        pl.lit(run_no, pl.Int32).alias("run_no"), "row_number", *rail_of(found[0]).as_answered(found[1])
    )


def _of_rejected_files(connection: duckdb.DuckDBPyConnection, placed: pl.DataFrame) -> pl.DataFrame:
    """An answer for each payment of a file that is rejected whole in a report on several files."""
    totals = placed.filter(pl.col("kind") == str(Kind.ACCEPTED_TOTAL), pl.col("message") == str(Message.INPUT_REPORT))
    if totals.height < 2:
        return placed.clear()
    run_no = int(totals["run_no"][0])
    rejected = of_rejected_files(_payments(connection, run_no), placed)
    return rejected.with_row_index("item", offset=placed.height + 1).select(
        pl.col("item").cast(pl.Int64),
        pl.lit(run_no, pl.Int32).alias("run_no"),
        "row_number",
        pl.lit(str(Message.INPUT_REPORT)).alias("message"),
        pl.lit(str(Kind.REJECTED)).alias("kind"),
        pl.lit(1, pl.Int64).alias("payments"),
        "amount_pence",
        pl.lit(totals["bank_date"][0], pl.Date).alias("bank_date"),
    )
