"""Take in the bank's files: each ends as taken, known or set aside, with a sentence, and every answer is kept."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from schemas.bank_messages.bank_file import BankFile, Message
from schemas.bank_messages.recognise import read_bank_file, recognise
from schemas.bank_messages.verdict import Taken, Verdict
from schemas.incoming import Incoming, read
from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from tasks.error_boundary import Fault, error_boundary, is_full, kind_and_place
from tasks.ledger import erasures
from tasks.ledger.payment_state import define_bank_evidence
from tasks.lineage.events import tell
from tasks.reconcile.judging import Judged, judge
from tasks.reconcile.recording import record_file
from tasks.reconcile.shared_inbox import BANK, list_waiting
from tasks.reconcile.shared_inbox import put_away as put_away_received
from tasks.storage.custody import Sealed, seal
from tasks.tenant_context import TenantContext

UNKNOWN = "unknown"
"""The message of a file that cannot be recognised."""
_SPOKEN_OF = f"""
SELECT DISTINCT run_no, run_id FROM run SEMI JOIN (
    SELECT run_no FROM core_bank_answer WHERE bank_file_no IN (SELECT unnest($bank_file_nos))
    UNION
    SELECT run_no FROM set_aside_run WHERE bank_file_no IN (SELECT unnest($bank_file_nos))
) USING (run_no) WHERE run_no NOT IN ({erasures.RUNS}) ORDER BY run_no
"""
"""The runs that files speak of, or may speak of, and that were not erased."""


class _Arrived(NamedTuple):
    """A file as it arrived: what it says, or else why it cannot be read, in a sentence."""

    path: Path
    sha256: str
    message: str
    bank_file: BankFile | None
    unread: str


def inbox(context: TenantContext) -> list[Path]:
    """What waits in the bank's inbox, as :func:`tasks.reconcile.shared_inbox.list_waiting` says."""
    return list_waiting(context, BANK)


def receive_all(context: TenantContext, paths: list[Path], now: datetime) -> list[Taken]:
    """Take in files one by one; whatever one of them brings about does not keep the others back.

    Reports come first and statements last: what was rejected tells which debit is the rest of a payment file. Each
    stays in the inbox until its runs have been reconciled, see :func:`put_away`.

    Returns:
        what became of each file, in the order of the paths.
    """
    taken: dict[Path, Taken] = {}
    arrived: list[_Arrived] = []
    for path in paths:
        with _named(path, taken):
            arrived.append(_read(path))
    for each in sorted(arrived, key=lambda each: each.message == Message.CAMT053):
        with _named(each.path, taken):
            taken[each.path] = _take_in(context, each, now)
    return [taken[path] for path in paths]


@contextmanager
def _named(path: Path, taken: dict[Path, Taken]) -> Iterator[None]:
    """Let nothing that one file brings about stop the others; say which it was, and nothing that is in it."""
    try:
        with error_boundary("receive"):
            yield
    except (NoGo, Fault) as said:
        name = sanitise(path.name)
        sentence = str(said) if name in str(said) else f"{name} was not taken in: {said}"
        taken[path] = Taken(name, None, sentence)


def _read(path: Path) -> _Arrived:
    """A bank's file, whether or not it can be made out.

    Raises:
        NoGo: its bytes cannot be read.
    """
    content, name = read(path, Incoming.BANK_FILE), sanitise(path.name)
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        bank_file = read_bank_file(content, name)
    except NoGo as said:
        return _Arrived(path, sha256, _recognised(content, name), None, str(said))
    except Exception as error:
        if is_full(error):
            raise
        unread = f"{name} cannot be read by siller: {kind_and_place(error)}."
        return _Arrived(path, sha256, _recognised(content, name), None, unread)
    return _Arrived(path, sha256, str(bank_file.message), bank_file, "")


def _recognised(content: bytes, name: str) -> str:
    with suppress(Exception):
        return str(recognise(content, name))
    return UNKNOWN


def _take_in(context: TenantContext, arrived: _Arrived, now: datetime) -> Taken:
    try:
        with error_boundary("receive"):
            return _judge_and_record(context, arrived, now)
    except Fault as said:  # what it says brings siller down: it is kept, and counts for nothing
        unread = f"{sanitise(arrived.path.name)} cannot be placed by siller. {said}"
        return _judge_and_record(context, arrived._replace(bank_file=None, unread=unread), now)


def _judge_and_record(context: TenantContext, arrived: _Arrived, now: datetime) -> Taken:
    """Seal a bank's file and record what becomes of it; the very same file counts once.

    Raises:
        NoGo: it cannot be sealed, or speaks of a release that is not finished.
    """
    path, sha256, _, bank_file, unread = arrived
    name, entry, verdict = sanitise(path.name), None, Verdict.KNOWN
    with context.ledger.transaction() as connection:
        define_bank_evidence(connection)
        held_up = _open_files(connection)
        known = connection.execute("SELECT bank_file_no, sentence FROM bank_file WHERE sha256 = ?", [sha256]).fetchone()
        if known is not None:
            number, sentence = known[0], f"{name} was received before, byte for byte. {known[1]}"
        else:
            judged = _judged(connection, context, bank_file, name, unread)
            content = read(path, Incoming.BANK_FILE)  # again: it is held to its hash, and not all of them were kept
            seal(Sealed.BANK_FILE, BytesIO(content), path.name, context.paths, context.tenant, sha256)
            number, entry = record_file(connection, context, path, sha256, arrived.message, bank_file, judged, now)
            define_bank_evidence(connection)
            verdict, sentence = _stands(connection, number, name)
        # What it completes, or contradicts, has its runs told again too.
        changed = [number, *(held_up ^ _open_files(connection))]
        runs = tuple(row[1] for row in connection.execute(_SPOKEN_OF, {"bank_file_nos": changed}).fetchall())
    if entry:
        for run_id in runs:
            tell(context.paths, run_id, entry.stage, entry.figures)
    return Taken(name, verdict, sentence.strip(), runs)


def _open_files(connection: duckdb.DuckDBPyConnection) -> set[int]:
    return {number for (number,) in connection.execute("FROM open_bank_file").fetchall()}


def _stands(connection: duckdb.DuckDBPyConnection, number: int, name: str) -> tuple[Verdict, str]:
    """What becomes of a file beside all others: of a statement its balances have the last word."""
    query = "SELECT verdict, sentence FROM judged_file WHERE bank_file_no = ?"
    [(verdict, sentence)] = connection.execute(query, [number]).fetchall()
    return Verdict(verdict), sentence if not sentence or name in sentence else f"{name}: {sentence}"


def _judged(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    bank_file: BankFile | None,
    name: str,
    unread: str,
) -> Judged:
    if bank_file is None:
        return Judged(Verdict.SET_ASIDE, unread, pl.DataFrame())
    return judge(connection, context, bank_file, name)


def put_away(context: TenantContext) -> None:
    """Take every file of the bank's that has been received out of its inbox, once its runs are reconciled."""
    put_away_received(context, BANK)
