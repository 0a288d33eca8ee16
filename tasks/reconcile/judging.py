"""Whether a bank's file counts: it is whole, ours and new, or it is known, or it is set aside with a sentence."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import duckdb
import polars as pl

from schemas.bank_messages.bank_file import ANSWERS, BankFile, Kind, Message
from schemas.bank_messages.verdict import Verdict
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.reconciliation.figures import SentFile
from schemas.reconciliation.fitting import ENTRIES, account_names, names
from tasks.ledger import sha256_of
from tasks.reconcile.placing import place_answers, unfinished_release
from tasks.reconcile.sent_files import own_accounts, released_days
from tasks.tenant_context import TenantContext

_DIRECT_DEBITS = {Message.ADDACS, Message.AUDDIS, Message.ARUDD}
_SAME_STATEMENT = """
SELECT DISTINCT asked.statement FROM asked JOIN core_statement AS stood USING (account, entries_sha256)
JOIN bank_file USING (bank_file_no)
WHERE verdict = 'taken' AND message = $message
    AND stood.identification IS NOT DISTINCT FROM asked.identification
    AND stood.sequence IS NOT DISTINCT FROM asked.sequence
    AND stood.first_day IS NOT DISTINCT FROM asked.first_day AND stood.last_day IS NOT DISTINCT FROM asked.last_day
    AND stood.opening_pence IS NOT DISTINCT FROM asked.opening_pence
    AND stood.closing_pence IS NOT DISTINCT FROM asked.closing_pence
"""
_SAID_BEFORE = """
SELECT bank_file_no, file_name FROM bank_file
WHERE verdict = 'taken' AND message = $message AND message_id = $message_id ORDER BY bank_file_no
"""
_TOLD_BY = {
    "account": pl.String,
    "identification": pl.String,
    "sequence": pl.String,
    "first_day": pl.Date,
    "last_day": pl.Date,
    "opening_pence": pl.Int64,
    "closing_pence": pl.Int64,
}
_NOT_SAID = {"item", "run_no", "row_number", "day_no", "finding", "payment_pence"}


class Judged(NamedTuple):
    """What a file comes to.

    Attributes:
        verdict: whether it counts.
        sentence: why not; empty if it does.
        answers: what it says, placed; of what is known nothing.
    """

    verdict: Verdict
    sentence: str
    answers: pl.DataFrame


class Waits(NoGo):  # the field's word for this outcome is "no-go"
    """A file that cannot be judged before something else is finished."""


def judge(connection: duckdb.DuckDBPyConnection, context: TenantContext, bank_file: BankFile, name: str) -> Judged:
    """Say whether a bank's file counts, and place what it says.

    Args:
        connection: the tenant's ledger, which knows where payments stand.
        context: the tenant's.
        bank_file: what the file says.
        name: its file name, for the sentence.

    Raises:
        Waits: it may speak of a payment file whose release is not finished.
    """
    if bank_file.practice and context.mode is Mode.LIVE:
        said = "was written by the practice bank: no money stands behind it."
        return Judged(Verdict.SET_ASIDE, f"{name} {said}", pl.DataFrame())
    same = _same_statements(connection, bank_file)
    is_new = ~pl.col("statement").is_in(same).fill_null(False)
    fresh = replace(bank_file, answers=bank_file.answers.filter(is_new))
    placed = place_answers(connection, context, fresh)
    files = [day.sent for day in released_days(connection, context).values()]
    if said := _fault_of(bank_file, name) or _not_ours(context, bank_file, files):
        return Judged(Verdict.SET_ASIDE, f"{name} {said}" if not bank_file.faults else said, placed)
    if same and len(same) == len(bank_file.statements):
        return Judged(Verdict.KNOWN, f"{name} is a statement that was taken in before.", placed.clear())
    if before := _said_before(connection, bank_file, placed):
        return Judged(Verdict.KNOWN, f"{name} says again what {before} has said.", placed.clear())
    if said := _of_no_run(connection, context, bank_file, files, placed):
        return Judged(Verdict.SET_ASIDE, f"{name} {said}", placed)
    return Judged(Verdict.TAKEN, "", placed)


def _fault_of(bank_file: BankFile, name: str) -> str:
    if not bank_file.faults:
        if bank_file.message in _DIRECT_DEBITS:
            return f"is a Bacs {bank_file.message.upper()}, which speaks of direct debits and of no payment."
        return ""
    first, *others = bank_file.faults
    more = f" {len(others)} more of its figures do not fit." if others else ""
    return f"{first if name in first else f'{name}: {first}'}{more}"


def _not_ours(context: TenantContext, bank_file: BankFile, files: Sequence[SentFile]) -> str:
    """Why a file is somebody else's: by its service user number, or by its accounts."""
    number = bank_file.service_user_number
    if number is not None and number not in {context.agreement.service_user_number} | {
        sent.service_user_number for sent in files
    }:
        return f"is about another service user number than that of {context.tenant}."
    said = bank_file.accounts if bank_file.message in ENTRIES else set(bank_file.answers["own_account"].drop_nulls())
    if (said or bank_file.message in ENTRIES) and said.isdisjoint(account_names(own_accounts(context))):
        what = "is a statement of" if bank_file.message is Message.CAMT053 else "speaks of"
        return f"{what} another account than {context.tenant} pays from."
    if bank_file.message is Message.CAMT053 and not context.agreement.bank_gives_statements:
        return f"is a statement, and the agreement with {context.tenant} says that its bank gives none."
    return ""


def _of_no_run(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    bank_file: BankFile,
    files: Sequence[SentFile],
    placed: pl.DataFrame,
) -> str:
    """Why a file that is not an account's entries speaks of no payment file that was released.

    Raises:
        Waits: it may be one whose release is not finished.
    """
    is_of_a_run = (placed["run_no"] > 0).any()
    is_debit = placed["kind"] == str(Kind.STATEMENT_DEBIT)
    is_open = (is_debit & (placed["run_no"] == 0)).any() if bank_file.message in ENTRIES else not is_of_a_run
    if is_open and (unfinished := unfinished_release(connection)):
        raise Waits(f"It may speak of {unfinished}, whose release has begun: finish that first.")
    if is_of_a_run or bank_file.message in ENTRIES:
        return ""
    if any(names(bank_file, sent) for sent in files):
        return "" if placed.is_empty() else "names a payment file, and another processing day or account than it has."
    return (
        f"speaks of no payment file that {context.tenant} has released: account, service user number, serial and day "
        "must be those of one."
    )


def statement_rows(bank_file: BankFile) -> pl.DataFrame:
    """What tells each statement from others: its name, account, days and balances, and ``entries_sha256``."""
    said = [name for name in ANSWERS if name not in {"item", "message", "statement"}]
    in_order = bank_file.answers.select("statement", *said).sort(said)
    entries = in_order.partition_by("statement", as_dict=True, include_key=False)
    nothing = in_order.clear().drop("statement")
    rows = []
    for number, each in enumerate(bank_file.statements, start=1):
        entries_sha256 = sha256_of(entries.get((number,), nothing).write_json())
        rows.append((number, *(getattr(each, name) for name in _TOLD_BY), entries_sha256))
    return pl.DataFrame(rows, schema={"statement": pl.Int64, **_TOLD_BY, "entries_sha256": pl.String}, orient="row")


def _same_statements(connection: duckdb.DuckDBPyConnection, bank_file: BankFile) -> list[int]:
    """The statements that were taken in before: called the same by the bank, of the same days, balances and entries."""
    connection.register("asked", statement_rows(bank_file).to_arrow())
    found = connection.execute(_SAME_STATEMENT, {"message": str(bank_file.message)}).fetchall()
    connection.unregister("asked")
    return [number for (number,) in found]


def _said_before(connection: duckdb.DuckDBPyConnection, bank_file: BankFile, placed: pl.DataFrame) -> str | None:
    """The name of a file that was taken in, is called the same by the bank and says the same."""
    if bank_file.message_id is None:
        return None
    called = {"message": str(bank_file.message), "message_id": bank_file.message_id}
    said = [name for name in placed.columns if name not in _NOT_SAID]
    for number, name in connection.execute(_SAID_BEFORE, called).fetchall():
        before = connection.execute("FROM core_bank_answer WHERE bank_file_no = ? ORDER BY item", [number]).pl()
        if before.select(said).cast(placed.select(said).schema).equals(placed.select(said)):
            return str(name)
    return None
