"""Record a bank's file: what became of it, which days it covers, and every answer with the run that it is of."""

import pwd
import socket
from datetime import datetime
from pathlib import Path

import duckdb

from schemas.bank_messages.bank_file import BankFile
from schemas.reconciliation.fitting import account_names
from schemas.stages import Event
from tasks.ledger import Entry, record, sha256_of
from tasks.ledger.bank_rows import BankFileRow, StatementRow
from tasks.ledger.catalogue.events import BankFile as ReceivedFile
from tasks.ledger.counters import next_number
from tasks.ledger.journal import OF_NO_RUN
from tasks.ledger.rows import insert
from tasks.reconcile.judging import Judged, statement_rows
from tasks.reconcile.sent_files import own_accounts
from tasks.tenant_context import TenantContext


def record_file(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    path: Path,
    sha256: str,
    message: str,
    bank_file: BankFile | None,
    judged: Judged,
    now: datetime,
) -> tuple[int, Entry[ReceivedFile]]:
    """Write a file's rows and its entry in the journal, under the one run that it speaks of or under none.

    Args:
        connection: the tenant's ledger, in a transaction.
        context: the tenant's.
        path: where the file stands.
        sha256: of the file.
        message: which one it is, or what stands for one that is not known.
        bank_file: what it says; None if it cannot be read.
        judged: what it comes to.
        now: when.

    Returns:
        its number, and the entry.
    """
    number = next_number(connection, Event.BANK_FILE)
    answers = judged.answers
    insert(
        connection,
        BankFileRow(
            number,
            message,
            sha256,
            path.name,
            str(judged.verdict),
            judged.sentence,
            origin_of(path),
            bank_file.message_id if bank_file else None,
            bank_file.made_at if bank_file else None,
            now,
        ),
    )
    if bank_file:
        _record_statements(connection, context, number, bank_file)
    if answers.height:
        connection.register("placed", answers.to_arrow())
        connection.execute(f"INSERT INTO core_bank_answer BY NAME SELECT {number} AS bank_file_no, * FROM placed")
        connection.unregister("placed")
    run_nos = sorted(set(answers["run_no"]) - {0}) if answers.height else []
    run_no = run_nos[0] if len(run_nos) == 1 else 0
    run = connection.execute("SELECT run_id FROM run WHERE run_no = ?", [run_no]).fetchone()
    figures = ReceivedFile(
        message=message,
        sha256=sha256,
        answers=answers.height,
        matched=answers["row_number"].count() if answers.height else 0,
        verdict=str(judged.verdict),
    )
    return number, record(connection, run_no, run[0] if run else OF_NO_RUN, figures, sha256_of(sha256), now, number)


def _record_statements(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, number: int, bank_file: BankFile
) -> None:
    ours = set(account_names(own_accounts(context)))
    hashes = statement_rows(bank_file)["entries_sha256"]
    for place, (statement, entries_sha256) in enumerate(zip(bank_file.statements, hashes, strict=True), start=1):
        insert(
            connection,
            StatementRow(
                number,
                place,
                statement.account or "",
                statement.account in ours,
                statement.identification,
                statement.sequence,
                statement.first_day,
                statement.last_day,
                statement.opening_pence,
                statement.closing_pence,
                statement.entries,
                entries_sha256,
            ),
        )


def origin_of(path: Path) -> str:
    """Which account put a file there, and on which machine, as far as the system says."""
    owner = path.stat().st_uid
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:  # an account that this machine does not know
        name = f"account {owner}"
    return f"{name} on {socket.gethostname()}"
