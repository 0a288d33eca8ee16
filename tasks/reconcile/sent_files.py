"""What of payment files has been released, as an answer of the bank's can speak of it: by run, and by day."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb

from schemas.reconciliation.figures import SentFile
from schemas.stages import Stage
from tasks.ledger import entry_of, erasures
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import days_of
from tasks.rails import terms_of_file
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class FileDay:
    """What a released payment file pays on one day: what an answer of the bank's is of.

    Attributes:
        run_no: whose file.
        day_no: which of several; 0 of the only one.
        sent: what the bank was sent to pay on it.
    """

    run_no: int
    day_no: int
    sent: SentFile


def sent_file(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_no: int) -> SentFile | None:
    """The payment file that was released for a run, from its first day to its last, or None."""
    row = connection.execute(
        "SELECT run_id, service_user_number, serial, payments, pence, rail, "
        "run_no IN (SELECT run_no FROM withdrawal) "
        "FROM payment_file JOIN run USING (run_no) JOIN journal USING (run_id) WHERE run_no = ? AND stage = ?",
        [run_no, Stage.RELEASE],
    ).fetchone()
    if row is None:
        return None
    run_id, number, serial, payments, pence, rail, is_withdrawn = row
    days = days_of(connection, run_id)
    several = len(days) > 1
    instructed = entry_of(connection, run_id, Instruct)
    return SentFile(
        service_user_number=number,
        serial=f"{serial:06d}",
        payments=payments,
        pence=pence,
        processing_date=days[0].processing_date,
        entry_date=days[0].entry_date,
        final_on=context.bank_days.returns_closed(days[-1].entry_date),
        rail=terms_of_file(rail, instructed.channel),
        debits=instructed.balanced,
        accounts=own_accounts(context),
        processing_days=frozenset(day.processing_date for day in days if several),
        entry_days=frozenset(day.entry_date for day in days if several),
        is_withdrawn=is_withdrawn,
    )


def own_accounts(context: TenantContext) -> frozenset[str]:
    """Sort code and number together of each account that the agreement pays from."""
    return frozenset(account.sort_code + account.account_number for account in context.agreement.paying_accounts)


def released_days(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> dict[int, FileDay]:
    """Every day of every released payment file that has its payments still, in order, each by a number from 1."""
    released = connection.execute(
        f"SELECT run_no FROM run JOIN journal USING (run_id) WHERE stage = ? AND run_no NOT IN ({erasures.RUNS}) "
        "ORDER BY run_no",
        [Stage.RELEASE],
    ).fetchall()
    found = [day for (run_no,) in released for day in _file_days(connection, context, run_no)]
    return dict(enumerate(found, start=1))


def _file_days(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_no: int) -> Iterator[FileDay]:
    """What a released file pays on each of its days."""
    whole = sent_file(connection, context, run_no)
    if whole is None:
        return
    if not whole.processing_days:
        yield FileDay(run_no, 0, whole)
        return
    rows = connection.execute(
        "SELECT day_no, payments, pence, processing_date, entry_date FROM numbered_day WHERE run_no = ? "
        "ORDER BY day_no",
        [run_no],
    ).fetchall()
    for day_no, payments, pence, processing_date, entry_date in rows:
        of_day = tuple(debit for debit in whole.debits if debit.processing_date == processing_date)
        sent = replace(
            whole,
            payments=payments,
            pence=pence,
            debits=of_day,
            processing_date=processing_date,
            entry_date=entry_date,
            final_on=context.bank_days.returns_closed(entry_date),
            all_final_on=whole.final_on,
        )
        yield FileDay(run_no, day_no, sent)
