"""Take in the bank's files: read each, find its runs and their payments, keep every answer."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

import duckdb
import polars as pl

from schemas.bank_messages.bank_file import BankFile, Kind, Message
from schemas.bank_messages.recognise import read_bank_file
from schemas.incoming import Incoming, hash_of, read
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.stages import Event
from tasks.error_boundary import Fault, error_boundary
from tasks.ledger import Entry, erasures, record, sha256_of
from tasks.ledger.catalogue.events import BankFile as ReceivedFile
from tasks.ledger.counters import next_number
from tasks.ledger.journal import OF_NO_RUN
from tasks.ledger.rows import BankFileRow, insert
from tasks.lineage.events import tell
from tasks.reconcile.placing import Placed, place_answers
from tasks.storage.custody import seal
from tasks.tenant_context import TenantContext

_ANSWERED = f"""
SELECT DISTINCT run_id FROM run SEMI JOIN (
    SELECT answer.run_no FROM core_bank_answer AS answer JOIN bank_file USING (bank_file_no) WHERE sha256 = $sha256
) USING (run_no) WHERE run_no NOT IN ({erasures.RUNS}) ORDER BY run_id
"""
"""The runs that a file answers, and that were not erased."""

_NOT_KEPT = ("own_account", "statement", "entry_reference", "serial")
"""What the ledger has no place for."""

_OF_NO_EFFECT = (str(Kind.PENDING_TOTAL), str(Kind.CANCELLED_TOTAL))
"""What is said of the whole and decides nothing of it."""


def inbox(context: TenantContext) -> list[Path]:
    """What waits in the bank's inbox, by name; what begins with a dot is still being written.

    What is no file that can be read is among them, so that it is told; folders are somebody's own business.
    """
    folder = context.paths.bank_inbox(context.tenant)
    return sorted(path for path in folder.glob("*") if not path.is_dir() and not path.name.startswith("."))


def receive_all(context: TenantContext, paths: list[Path], now: datetime) -> tuple[list[str], list[str]]:
    """Take in files one by one; one that cannot be taken, for whatever reason, does not keep the others back.

    Reports come first and statements last: what was rejected tells which debit is the rest of a payment file.

    Returns:
        the runs that were answered, each once, and a sentence for each file that was not taken in.
    """
    refused: list[str] = []
    arrived: list[tuple[Path, str, BankFile]] = []
    for path in paths:
        with _named(path, refused):
            arrived.append((path, *_read(context, path)))
    answered: dict[str, None] = {}
    for path, sha256, bank_file in sorted(arrived, key=lambda each: each[2].message is Message.CAMT053):
        with _named(path, refused):
            answered.update(dict.fromkeys(_take_in(context, path, sha256, bank_file, now)))
    return list(answered), refused


@contextmanager
def _named(path: Path, refused: list[str]) -> Iterator[None]:
    """Let nothing that one file brings about stop the others; say which it was, and nothing that is in it."""
    try:
        with error_boundary("receive"):
            yield
    except (NoGo, Fault) as said:
        refused.append(str(said) if path.name in str(said) else f"{path.name} was not taken in: {said}")


def receive(context: TenantContext, path: Path, now: datetime) -> list[str]:
    """Seal a bank's file and record what it says of runs' payments; the very same file counts once.

    It stays in the inbox until its runs have been reconciled, see :func:`put_away`.

    Returns:
        the runs that it answers.

    Raises:
        NoGo: it is no message that siller reads, it answers no released payment file, or it comes from the
            practice bank and the run is live.
    """
    return _take_in(context, path, *_read(context, path), now)


def _read(context: TenantContext, path: Path) -> tuple[str, BankFile]:
    """A bank's file's hash, and what it says."""
    content = read(path, Incoming.BANK_FILE)
    bank_file = read_bank_file(content, path.name)
    if bank_file.practice and context.mode is Mode.LIVE:
        raise NoGo(f"{path.name} was written by the practice bank: no money stands behind it. Take it away.")
    if bank_file.faults:
        raise NoGo(bank_file.faults[0])
    told = bank_file.answers.filter(~pl.col("kind").is_in(_OF_NO_EFFECT))
    return hashlib.sha256(content).hexdigest(), replace(bank_file, answers=told)


def _take_in(context: TenantContext, path: Path, sha256: str, bank_file: BankFile, now: datetime) -> list[str]:
    content = read(path, Incoming.BANK_FILE)  # again: a whole inbox's files are not kept; sealing holds it to its hash
    entry = None
    with context.ledger.transaction() as connection:
        if connection.execute("SELECT 1 FROM bank_file WHERE sha256 = ?", [sha256]).fetchone() is None:
            placed = _without_copy(connection, bank_file, place_answers(connection, context, bank_file, path.name))
            seal(BytesIO(content), path.name, context.paths, context.tenant, sha256)
            entry = _record(connection, bank_file, placed, sha256, path.name, now)
        answered = [row[0] for row in connection.execute(_ANSWERED, {"sha256": sha256}).fetchall()]
    if entry and entry.run_id != OF_NO_RUN:
        tell(context.paths, entry.run_id, entry.stage, entry.figures)
    return answered


def put_away(context: TenantContext) -> None:
    """Take every file that has been received out of the inbox: the last step, once its run is reconciled.

    Until then a start that was killed finds them there, and reconciles.
    """
    waiting = {}
    for path in inbox(context):
        with suppress(NoGo):  # what cannot be read was told when it was to be received
            waiting[path] = hash_of(path, Incoming.BANK_FILE)
    with context.ledger.opened() as connection:
        received = {row[0] for row in connection.execute("SELECT sha256 FROM bank_file").fetchall()}
    for path, sha256 in waiting.items():
        if sha256 in received:
            path.unlink()


def _without_copy(connection: duckdb.DuckDBPyConnection, bank_file: BankFile, placed: Placed) -> Placed:
    """Nothing of a statement that the bank has sent before, in another file: its money moved once."""
    said = _statements_sha256(bank_file)
    known = connection.execute("SELECT 1 FROM journal WHERE contains(figures, ?)", [said]).fetchone() if said else None
    return placed._replace(answers=placed.answers.clear()) if known else placed


def _statements_sha256(bank_file: BankFile) -> str | None:
    """What tells statements from others: whose they are, what the bank calls them, and every entry."""
    if not any(statement.identification for statement in bank_file.statements):
        return None
    named = [f"{statement.account} {statement.identification}" for statement in bank_file.statements]
    return sha256_of(*named, bank_file.answers.write_json())


def _record(
    connection: duckdb.DuckDBPyConnection,
    bank_file: BankFile,
    placed: Placed,
    sha256: str,
    name: str,
    now: datetime,
) -> Entry[ReceivedFile]:
    number = next_number(connection, Event.BANK_FILE)
    answers, run_no = placed
    run = connection.execute("SELECT run_id FROM run WHERE run_no = ?", [run_no]).fetchone()
    insert(
        connection,
        BankFileRow(
            number,
            str(bank_file.message),
            sha256,
            name,
            "taken",
            sentence="",
            origin="",
            message_id=bank_file.message_id,
            made_at=bank_file.made_at,
            received_at=now,
        ),
    )
    connection.register("placed", answers.to_arrow())
    connection.execute(
        f"INSERT INTO core_bank_answer BY NAME SELECT {number} AS bank_file_no, *, "
        "if(row_number IS NULL, NULL, amount_pence) AS payment_pence FROM placed"
    )
    connection.unregister("placed")
    figures = ReceivedFile(
        message=str(bank_file.message),
        sha256=sha256,
        answers=answers.height,
        matched=answers["row_number"].count(),
        statements_sha256=_statements_sha256(bank_file),
    )
    return record(connection, run_no, run[0] if run else OF_NO_RUN, figures, sha256_of(sha256), now, number)
