"""Two people settle what the bank left open: a file, an entry of one, or payments; by one act, on the bank's word."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import duckdb
import polars as pl

from schemas.agreement import Role
from schemas.incoming import Incoming, hash_of, open_incoming
from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from schemas.stages import Event
from tasks.exceptions.alike import list_alike
from tasks.exceptions.involved import find_involved
from tasks.exceptions.subject import OfFile, OfRun, Subject, find_subject
from tasks.exceptions.waiting import define
from tasks.ledger import record, sha256_of
from tasks.ledger.bank_rows import SettlementRow
from tasks.ledger.catalogue.settling import ExceptionSettled
from tasks.ledger.counters import next_number
from tasks.ledger.evidence import check_evidence
from tasks.ledger.journal import OF_NO_RUN
from tasks.ledger.recalls import check_not_held
from tasks.ledger.rows import insert
from tasks.people.two_people import Given, check_said, check_two, prove_two
from tasks.storage.custody import seal
from tasks.tenant_context import TenantContext

DOOR = "siller exceptions --settle"
LONGEST_REFERENCE = 100
PARTS = (
    (Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER),
    (Role.APPROVER, Role.DECISION_OWNER),
)
"""Who may settle, and who may agree: it is the body's money, so somebody of the body's is always among the two."""


class Decision(StrEnum):
    """What two people can decide: of a file that was set aside, or of payments."""

    ADMIT = "admit"
    """The file, or an item of it, counts as if it had been taken."""
    DISMISS = "dismiss"
    """The file does not count and holds nothing up; of an entry that was taken: it has been looked into."""
    PAID = "paid"
    """The payees have the money."""
    NOT_PAID = "not_paid"
    """The payees do not have it, and may be paid again."""


_OF_FILES = (Decision.ADMIT, Decision.DISMISS)
_NOT_COUNTED = (
    "SELECT 1 FROM core_bank_answer ANTI JOIN counted_answer USING (bank_file_no, item) WHERE bank_file_no = $file"
)
_FINDING = (
    "SELECT 1 FROM (SELECT bank_file_no, item FROM open_finding UNION ALL SELECT bank_file_no, item FROM open_advised) "
    "WHERE bank_file_no = $file"
)
_SET_ASIDE = """
SELECT file_name FROM bank_file SEMI JOIN (FROM set_aside_run WHERE run_no = ?) USING (bank_file_no)
ORDER BY bank_file_no LIMIT 1
"""
_ONE_OF_THE_OTHERS = """
SELECT row_number, amount_pence FROM core_payment ANTI JOIN exception_state($today) USING (run_no, row_number)
WHERE run_no = $run_no AND row_number = $row_number
"""
_EACH = ("row_number", "payment_pence")
"""What differs from one payment to the next of those that are settled together."""
_OPEN_PAYMENTS = """
SELECT row_number, pence FROM open_payment($today)
WHERE run_no = $run_no AND coalesce(row_number = $row_number, true)
    AND coalesce(state = $state, true) AND coalesce(code = $code, true)
"""
_STATES = """
WITH apart AS (
    FROM open_payment($today) WHERE run_no = $run_no AND coalesce(row_number = $row_number, true)
        AND coalesce(state = $state, true) AND coalesce(code = $code, true)
)
SELECT DISTINCT state FROM apart
UNION
SELECT state FROM open_run($today)
WHERE run_no = $run_no AND $state IS NULL AND ($row_number IS NULL OR NOT EXISTS (FROM apart))
"""


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
    reason = check_said(said.reason, "why")
    reference = check_said(said.bank_reference, "under which reference the bank said so", LONGEST_REFERENCE)
    evidence = hash_of(said.evidence, Incoming.EVIDENCE) if said.evidence else None
    with context.ledger.opened() as connection:
        define(connection)
        subject = find_subject(connection, context, named, item)
        _open_rows(connection, context, subject, said.decision, now.date())
        check_evidence(connection, evidence, may_be_a_file_of_the_banks=False)
        involved = find_involved(connection, context, _concerned(connection, subject))
    names = check_two(context, said.people, PARTS, involved, DOOR)
    prove_two(context, names, said.people, DOOR, at, now)
    if said.evidence and evidence:
        with open_incoming(said.evidence, Incoming.EVIDENCE) as content:
            seal(content, said.evidence.name, context.paths, context.tenant, evidence)
    with context.ledger.transaction() as connection:
        define(connection)
        kept = SettlementRow(
            settlement_no=next_number(connection, Event.EXCEPTION_SETTLED),
            decision=said.decision,
            bank_file_no=subject.bank_file_no if isinstance(subject, OfFile) else None,
            item=subject.item if isinstance(subject, OfFile) else None,
            run_no=subject.run.run_no if isinstance(subject, OfRun) else None,
            row_number=None,
            payment_pence=None,
            reason=reason,
            bank_reference=reference,
            evidence_sha256=evidence,
            said_by=names[0],
            agreed_by=names[1],
            after_bank_file_no=_last_file(connection),
            said_at=now,
        )
        rows = _open_rows(connection, context, subject, said.decision, now.date())
        _write(connection, kept, rows)
        figures = ExceptionSettled(*names, str(said.decision), reason, reference, rows.payments)
        run_no, run_id = _told_of(connection, subject)
        input_hash = sha256_of(subject.said, said.decision, reason, reference, evidence or "")
        record(connection, run_no, run_id, figures, input_hash, now, kept.settlement_no)
    return subject.said, rows.payments


@dataclass(frozen=True)
class _Rows:
    """What an act settles: ``payments`` is how many, ``which`` selects each one's ``row_number`` and ``pence``.

    ``answers`` are those that people give to a payment, see :func:`tasks.exceptions.alike.list_alike`.
    """

    payments: int
    which: str = ""
    known: Mapping[str, object] = field(default_factory=dict)
    answers: pl.DataFrame | None = None


def _open_rows(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, subject: Subject, decision: Decision, today: date
) -> _Rows:
    """What of a subject is open to a decision.

    Raises:
        NoGo: nothing is, or the decision is none for it.
    """
    if isinstance(subject, OfFile) is not (decision in _OF_FILES):
        choices = "admit or dismiss" if isinstance(subject, OfFile) else "paid or not_paid"
        raise NoGo(f"{subject.said} is settled as {choices}, not as {decision}. Nothing was done.")
    if isinstance(subject, OfFile):
        return _open_file(connection, subject, decision)
    rows = _open_payments(connection, subject, today)
    if not rows.payments and decision is Decision.NOT_PAID and subject.row_number is not None:
        rows = _one_of_those_alike(connection, context, subject.run.run_no, subject.row_number)
    if not rows.payments:
        raise _not_open(subject)
    _check_none_set_aside(connection, subject)
    if decision is Decision.NOT_PAID:
        check_not_held(
            connection, subject.run.run_no, subject.row_number, today, _list_states(connection, subject, today)
        )
    return rows


def _open_file(connection: duckdb.DuckDBPyConnection, subject: OfFile, decision: Decision) -> _Rows:
    waits_in = "waiting_file" if subject.item is None else "open_bank_file"
    query, known = f"SELECT 1 FROM {waits_in} WHERE bank_file_no = $file", {"file": subject.bank_file_no}
    is_set_aside = connection.execute(query, known).fetchone() is not None
    if subject.item is not None:
        if is_set_aside and decision is Decision.DISMISS:
            raise NoGo(
                f"{subject.said} does not count as it is: admit the items that are right, then dismiss the file. "
                "Nothing was done."
            )
        query = (_NOT_COUNTED if is_set_aside else _FINDING) + " AND item = $item"
        is_open = connection.execute(query, {**known, "item": subject.item}).fetchone() is not None
        if not is_open or (decision is Decision.ADMIT) is not is_set_aside:
            raise _not_open(subject)
    elif not is_set_aside:
        raise _not_open(subject)
    return _Rows(1)


def _open_payments(connection: duckdb.DuckDBPyConnection, subject: OfRun, today: date) -> _Rows:
    asked = {"today": today, "run_no": subject.run.run_no}
    group = {"row_number": subject.row_number, "state": subject.state, "code": subject.code}
    [(apart,)] = connection.execute(f"SELECT count(*) FROM ({_OPEN_PAYMENTS})", {**asked, **group}).fetchall()
    others = connection.execute("SELECT payments FROM open_run($today) WHERE run_no = $run_no", asked).fetchone()
    which, known, payments = _OPEN_PAYMENTS, {**asked, **group}, apart
    if others and subject.row_number is not None and not payments:
        which, known = _ONE_OF_THE_OTHERS, {**asked, "row_number": subject.row_number}
        payments = len(connection.execute(which, known).fetchall())
    elif others and subject.row_number is None and subject.state is None:
        which += " UNION ALL SELECT NULL, NULL"
        payments += others[0]
    return _Rows(payments, which, known)


def _one_of_those_alike(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run_no: int, row_number: int
) -> _Rows:
    """One payment of several that an answer may be of: the first answer of each kind is settled with it."""
    alike = list_alike(connection, context).filter(run_no=run_no, row_number=row_number)
    answers = alike.unique("kind", keep="first", maintain_order=True).drop("kind")
    return _Rows(min(answers.height, 1), answers=answers)


def _check_none_set_aside(connection: duckdb.DuckDBPyConnection, subject: OfRun) -> None:
    """What people settle stands until later evidence: a file that waits would be older than that, if it is admitted."""
    found = connection.execute(_SET_ASIDE, [subject.run.run_no]).fetchone()
    if found:
        raise NoGo(
            f"{sanitise(found[0])} was set aside, and may speak of {subject.run.run_id}. Nothing was done: settle that "
            "file first, by admitting or dismissing it."
        )


def _list_states(connection: duckdb.DuckDBPyConnection, subject: OfRun, today: date) -> list[str]:
    """Where the payments that are open of it stand; of one that stands as its run where that does."""
    asked = {"today": today, "run_no": subject.run.run_no}
    own = {"row_number": subject.row_number, "state": subject.state, "code": subject.code}
    return [state for (state,) in connection.execute(_STATES, {**asked, **own}).fetchall()]


def _not_open(subject: Subject) -> NoGo:
    return NoGo(
        f"Nothing of {subject.said} waits for two people: it was settled, or the bank has left nothing of it open. "
        "Nothing was done."
    )


def _write(connection: duckdb.DuckDBPyConnection, kept: SettlementRow, rows: _Rows) -> None:
    """One row for what is settled as a whole; of payments one row each, and one for those that stand as their run."""
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
