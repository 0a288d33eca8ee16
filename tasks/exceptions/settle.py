"""Two people settle what the bank left open: a file, an entry of one, or payments; by one act, on the bank's word."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path

import duckdb

from schemas.agreement import Role
from schemas.incoming import Incoming, hash_of, open_incoming
from schemas.stages import Event
from tasks.exceptions.decisions import Decision, Rows, open_rows
from tasks.exceptions.involved import find_involved
from tasks.exceptions.subject import OfFile, OfRun, Subject, find_subject
from tasks.exceptions.waiting import define
from tasks.ledger import record, sha256_of
from tasks.ledger.bank_rows import SettlementRow
from tasks.ledger.catalogue.settling import ExceptionSettled
from tasks.ledger.counters import next_number
from tasks.ledger.evidence import check_evidence
from tasks.ledger.journal import OF_NO_RUN
from tasks.ledger.rows import insert
from tasks.people.two_people import Given, check_said, check_two, prove_two
from tasks.storage.custody import Sealed, seal
from tasks.tenant_context import TenantContext

DOOR = "siller exceptions --settle"
LONGEST_REFERENCE = 100
PARTS = (
    (Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER),
    (Role.APPROVER, Role.DECISION_OWNER),
)
"""Who may settle, and who may agree: it is the body's money, so somebody of the body's is always among the two."""

_EACH = ("row_number", "payment_pence", "day_no")
"""What differs from one payment, or day of a file, to the next of those that are settled together."""


@dataclass(frozen=True)
class Said:
    """What two people say.

    Attributes:
        decision: what they decide.
        reason: why; nothing of a payee.
        bank_reference: under which the bank said so: of a letter, a case, a call.
        evidence: the file with what the bank said; None if there is none.
        people: who says so, and who agrees.
    """

    decision: Decision
    reason: str
    bank_reference: str
    evidence: Path | None
    people: tuple[Given, Given]


@dataclass(frozen=True)
class Word:
    """What is said of a subject, as it is kept.

    Attributes:
        named: see :func:`tasks.exceptions.subject.find_subject`.
        item: of a file.
        decision: what is decided.
        reason: why, as :func:`check_words` has it.
        bank_reference: likewise.
        evidence: SHA-256 of what the bank said; None if there is none.
    """

    named: str
    item: int | None
    decision: Decision
    reason: str
    bank_reference: str
    evidence: str | None = None


def settle(
    context: TenantContext, named: str, item: int | None, said: Said, at: datetime, now: datetime
) -> tuple[str, int]:
    """Settle what is named, in one transaction.

    Args:
        context: the tenant's.
        named: see :func:`tasks.exceptions.subject.find_subject`.
        item: of a file.
        said: what the two say.
        at: when, by a real clock, for their codes.
        now: the time that counts.

    Returns:
        what was settled, and how many files, entries or payments that is.

    Raises:
        NoGo: it is not open, the decision is none for it, or they are not two who may decide it.
    """
    words = check_words(said.reason, said.bank_reference)
    evidence = hash_of(said.evidence, Incoming.EVIDENCE) if said.evidence else None
    word = Word(named, item, said.decision, *words, evidence)
    with context.ledger.opened() as connection:
        involved = check_open(connection, context, word, now)
    names = check_two(context, said.people, PARTS, involved, DOOR)
    prove_two(context, names, said.people, DOOR, at, now)
    if said.evidence and evidence:
        with open_incoming(said.evidence, Incoming.EVIDENCE) as content:
            seal(Sealed.EVIDENCE, content, said.evidence.name, context.paths, context.tenant, evidence)
    with context.ledger.transaction() as connection:
        return keep(connection, context, word, names, now)


def check_words(reason: str, bank_reference: str) -> tuple[str, str]:
    """Reason and reference as they may be kept.

    Raises:
        NoGo: one is missing, or too long.
    """
    return (
        check_said(reason, "why"),
        check_said(bank_reference, "under which reference the bank said so", LONGEST_REFERENCE),
    )


def check_open(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, word: Word, now: datetime
) -> dict[str, str]:
    """Who must not settle this, by name, and what they did.

    Raises:
        NoGo: it is not open, the decision is none for it, or the evidence is none.
    """
    define(connection)
    subject = find_subject(connection, context, word.named, word.item)
    open_rows(connection, context, subject, word.decision, now.date())
    check_evidence(connection, word.evidence, may_be_a_file_of_the_banks=False)
    return find_involved(connection, context, _concerned(connection, subject))


def keep(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, word: Word, names: tuple[str, str], now: datetime
) -> tuple[str, int]:
    """Write that two people settled it, in the transaction that is open; returned is what :func:`settle` returns.

    Args:
        connection: the tenant's ledger.
        context: the tenant's.
        word: what they said.
        names: who said so and who agreed, checked and proved.
        now: the time that counts.

    Raises:
        NoGo: it is not open any more.
    """
    define(connection)
    subject = find_subject(connection, context, word.named, word.item)
    kept = SettlementRow(
        settlement_no=next_number(connection, Event.EXCEPTION_SETTLED),
        decision=word.decision,
        bank_file_no=subject.bank_file_no if isinstance(subject, OfFile) else None,
        item=subject.item if isinstance(subject, OfFile) else None,
        run_no=subject.run.run_no if isinstance(subject, OfRun) else None,
        row_number=None,
        payment_pence=None,
        reason=word.reason,
        bank_reference=word.bank_reference,
        evidence_sha256=word.evidence,
        said_by=names[0],
        agreed_by=names[1],
        after_bank_file_no=_last_file(connection),
        said_at=now,
    )
    rows = open_rows(connection, context, subject, word.decision, now.date())
    _write(connection, kept, rows)
    figures = ExceptionSettled(*names, str(word.decision), word.reason, word.bank_reference, rows.payments)
    run_no, run_id = _told_of(connection, subject)
    input_hash = sha256_of(subject.said, word.decision, word.reason, word.bank_reference, word.evidence or "")
    record(connection, run_no, run_id, figures, input_hash, now, kept.settlement_no)
    return subject.said, rows.payments


def _write(connection: duckdb.DuckDBPyConnection, kept: SettlementRow, rows: Rows) -> None:
    """One row for what is settled as a whole; of payments one row each, and one a day for those that stand as it."""
    if rows.answers is not None:
        for answer in rows.answers.rename({"amount_pence": "payment_pence"}).iter_rows(named=True):
            insert(connection, replace(kept, **answer))
        return
    if not rows.which:
        insert(connection, kept)
        return
    alike = {each.name: getattr(kept, each.name) for each in fields(kept) if each.name not in _EACH}
    named = ", ".join(f"${name} AS {name}" for name in alike)
    connection.execute(
        f"INSERT INTO settlement BY NAME SELECT {named}, {', '.join(_EACH)} FROM ({rows.which}) "
        f"AS each({', '.join(_EACH)})",
        {**alike, **rows.known},
    )


def _concerned(connection: duckdb.DuckDBPyConnection, subject: Subject) -> list[int]:
    if isinstance(subject, OfRun):
        return [subject.run.run_no]
    found = connection.execute("SELECT run_no FROM concerned_run WHERE bank_file_no = ?", [subject.bank_file_no])
    return [run_no for (run_no,) in found.fetchall()]


def _told_of(connection: duckdb.DuckDBPyConnection, subject: Subject) -> tuple[int, str]:
    """In whose story it stands: the run's, or that of the latest run that the file speaks of."""
    if isinstance(subject, OfRun):
        return subject.run.run_no, subject.run.run_id
    found = connection.execute(
        "SELECT run_no, run_id FROM spoken_of JOIN run USING (run_no) WHERE bank_file_no = ? "
        "ORDER BY run_no DESC LIMIT 1",
        [subject.bank_file_no],
    ).fetchone()
    return found or (0, OF_NO_RUN)


def _last_file(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("SELECT coalesce(max(bank_file_no), 0) FROM bank_file").fetchone()
    assert row is not None
    return int(row[0])
