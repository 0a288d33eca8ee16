"""Whether a bank's file counts: it is whole, ours and new, or it is known, or it is set aside with a sentence."""

from collections.abc import Iterator, Mapping
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
from tasks.reconcile.placing import own_accounts, place_answers, released_files, unfinished_release
from tasks.tenant_context import TenantContext

_DIRECT_DEBITS = {Message.ADDACS, Message.AUDDIS, Message.ARUDD}
_SAME_STATEMENT = """
SELECT DISTINCT asked.statement, asked.entries_sha256 = stood.entries_sha256 AS is_same
FROM asked JOIN core_statement AS stood ON stood.account = asked.account
    AND stood.identification = asked.identification AND stood.sequence IS NOT DISTINCT FROM asked.sequence
JOIN bank_file USING (bank_file_no)
WHERE verdict = 'taken' AND message = $message
"""
_STOOD = """
SELECT own_account, bank_date, amount_pence, kind, entry_reference, reference, count(*) AS times
FROM counted_answer SEMI JOIN asked USING (own_account, bank_date, amount_pence, kind, entry_reference)
WHERE message = $message GROUP BY ALL
"""
_ENTRY = ["own_account", "bank_date", "amount_pence", "kind", "entry_reference", "reference"]
_COUNTER = "^[0-9]{1,5}$"
"""A reference that only counts the entries of its statement says nothing of them."""
_SAID_BEFORE = """
SELECT bank_file_no, file_name FROM bank_file
WHERE verdict = 'taken' AND message = $message AND message_id = $message_id ORDER BY bank_file_no
"""
_NOT_SAID = {"item", "run_no", "row_number", "finding", "payment_pence"}


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
    same = dict(_same_statements(connection, bank_file))
    fresh = replace(bank_file, answers=_fresh_entries(connection, bank_file, same))
    placed = place_answers(connection, context, fresh)
    files = released_files(connection, context)
    if said := _fault_of(bank_file, name) or _not_ours(context, bank_file, files):
        return Judged(Verdict.SET_ASIDE, f"{name} {said}" if not bank_file.faults else said, placed)
    if not all(same.values()) and bank_file.message is Message.CAMT053:
        said = "is a statement that came before with other entries. Ask the bank which of them counts."
        return Judged(Verdict.SET_ASIDE, f"{name} {said}", placed)
    if same and len(same) == len(bank_file.statements) and all(same.values()):
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


def _not_ours(context: TenantContext, bank_file: BankFile, files: Mapping[int, SentFile]) -> str:
    """Why a file is somebody else's: by its service user number, or by its accounts."""
    number = bank_file.service_user_number
    if number is not None and number not in {context.agreement.service_user_number} | {
        sent.service_user_number for sent in files.values()
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
    files: Mapping[int, SentFile],
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
    if any(names(bank_file, sent) for sent in files.values()):
        return "" if placed.is_empty() else "names a payment file, and another processing day or account than it has."
    return (
        f"speaks of no payment file that {context.tenant} has released: account, service user number, serial and day "
        "must be those of one."
    )


def statement_rows(bank_file: BankFile) -> pl.DataFrame:
    """``statement``, ``account``, ``identification``, ``sequence`` and ``entries_sha256`` of each statement."""
    said = [name for name in ANSWERS if name not in {"item", "message", "statement"}]
    in_order = bank_file.answers.select("statement", *said).sort(said)
    entries = in_order.partition_by("statement", as_dict=True, include_key=False)
    nothing = in_order.clear().drop("statement")
    rows = []
    for number, each in enumerate(bank_file.statements, start=1):
        entries_sha256 = sha256_of(entries.get((number,), nothing).write_json())
        rows.append((number, each.account, each.identification, each.sequence, entries_sha256))
    schema = dict.fromkeys(("account", "identification", "sequence", "entries_sha256"), pl.String)
    return pl.DataFrame(rows, schema={"statement": pl.Int64, **schema}, orient="row")


def _same_statements(connection: duckdb.DuckDBPyConnection, bank_file: BankFile) -> Iterator[tuple[int, bool]]:
    """The statements that were taken in before by what the bank calls them, and whether they have the same entries."""
    connection.register("asked", statement_rows(bank_file).to_arrow())
    found = connection.execute(_SAME_STATEMENT, {"message": str(bank_file.message)}).fetchall()
    connection.unregister("asked")
    yield from sorted(found)


def _fresh_entries(
    connection: duckdb.DuckDBPyConnection, bank_file: BankFile, same: Mapping[int, bool]
) -> pl.DataFrame:
    """What a file says, but for statements that are known and for entries that stood in another one by their name."""
    known = [number for number, is_same in same.items() if is_same]
    answers = bank_file.answers.filter(~pl.col("statement").is_in(known).fill_null(False))
    if bank_file.message is not Message.CAMT053:
        return answers
    is_named = pl.col("entry_reference").is_not_null() & ~pl.col("entry_reference").str.contains(_COUNTER)
    connection.register("asked", answers.filter(is_named).to_arrow())
    stood = connection.execute(_STOOD, {"message": str(Message.CAMT053)}).pl()
    connection.unregister("asked")
    nth = pl.int_range(pl.len()).over(_ENTRY)
    again = answers.filter(is_named).select("item", *_ENTRY, nth=nth).join(stood, on=_ENTRY, nulls_equal=True)
    return answers.join(again.filter(pl.col("nth") < pl.col("times")), on="item", how="anti", maintain_order="left")


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
