"""What two people can decide of what the bank left open, and which rows of it are open to that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import duckdb
import polars as pl

from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from tasks.exceptions.alike import list_alike
from tasks.exceptions.subject import OfFile, OfRun, Subject
from tasks.ledger.recalls import check_not_held
from tasks.tenant_context import TenantContext


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
SELECT row_number, amount_pence, NULL AS day_no
FROM core_payment ANTI JOIN exception_state($today) USING (run_no, row_number)
ANTI JOIN core_voucher USING (run_no, row_number)
WHERE run_no = $run_no AND row_number = $row_number
"""
_OPEN_PAYMENTS = """
SELECT row_number, pence, NULL AS day_no FROM open_payment($today)
WHERE run_no = $run_no AND coalesce(row_number = $row_number, true) AND coalesce(entry_date = $pay_day, true)
    AND coalesce(state = $state, true) AND coalesce(code = $code, true)
"""
_OPEN_DAYS = """
FROM open_run($today) WHERE run_no = $run_no AND coalesce(entry_date = $pay_day, true) AND (
    $row_number IS NULL OR coalesce(day_no, 0) = coalesce(
        (SELECT any_value(day_no) FROM row_day WHERE run_no = $run_no AND row_number = $row_number), 0
    )
)
"""
"""The days of which all is open that nothing else is said of."""
_STATES = f"""
WITH apart AS (
    FROM open_payment($today) WHERE run_no = $run_no AND coalesce(row_number = $row_number, true)
        AND coalesce(state = $state, true) AND coalesce(code = $code, true) AND coalesce(entry_date = $pay_day, true)
)
SELECT DISTINCT state FROM apart
UNION
SELECT state FROM ({_OPEN_DAYS}) WHERE $state IS NULL AND ($row_number IS NULL OR NOT EXISTS (FROM apart))
"""


@dataclass(frozen=True)
class Rows:
    """What an act settles.

    ``payments`` is how many, ``which`` selects each one's ``row_number`` and ``pence``, or ``day_no`` of all others of
    a day.

    ``answers`` are those that people give to a payment, see :func:`tasks.exceptions.alike.list_alike`.
    """

    payments: int
    which: str = ""
    known: Mapping[str, object] = field(default_factory=dict)
    answers: pl.DataFrame | None = None


def open_rows(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, subject: Subject, decision: Decision, today: date
) -> Rows:
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
            connection,
            subject.run.run_no,
            subject.row_number,
            today,
            _list_states(connection, subject, today),
            subject.pay_day,
        )
    return rows


def _open_file(connection: duckdb.DuckDBPyConnection, subject: OfFile, decision: Decision) -> Rows:
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
    return Rows(1)


def _open_payments(connection: duckdb.DuckDBPyConnection, subject: OfRun, today: date) -> Rows:
    asked = {"today": today, "run_no": subject.run.run_no}
    of_days = {"row_number": subject.row_number, "pay_day": subject.pay_day}
    group = {**of_days, "state": subject.state, "code": subject.code}
    [(apart,)] = connection.execute(f"SELECT count(*) FROM ({_OPEN_PAYMENTS})", {**asked, **group}).fetchall()
    [(others,)] = connection.execute(
        f"SELECT coalesce(sum(payments), 0)::BIGINT {_OPEN_DAYS}", {**asked, **of_days}
    ).fetchall()
    which, known, payments = _OPEN_PAYMENTS, {**asked, **group}, apart
    if others and subject.row_number is not None and not payments:
        which, known = _ONE_OF_THE_OTHERS, {**asked, "row_number": subject.row_number}
        payments = len(connection.execute(which, known).fetchall())
    elif others and subject.row_number is None and subject.state is None:
        which += f" UNION ALL SELECT NULL, NULL, day_no {_OPEN_DAYS}"
        payments += others
    return Rows(payments, which, known)


def _one_of_those_alike(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run_no: int, row_number: int
) -> Rows:
    """One payment of several that an answer may be of: the first answer of each kind is settled with it."""
    alike = list_alike(connection, context).filter(run_no=run_no, row_number=row_number)
    answers = alike.unique("kind", keep="first", maintain_order=True).drop("kind")
    return Rows(min(answers.height, 1), answers=answers)


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
    own = {
        "row_number": subject.row_number,
        "state": subject.state,
        "code": subject.code,
        "pay_day": subject.pay_day,
    }
    return [state for (state,) in connection.execute(_STATES, {**asked, **own}).fetchall()]


def _not_open(subject: Subject) -> NoGo:
    return NoGo(
        f"Nothing of {subject.said} waits for two people: it was settled, or the bank has left nothing of it open. "
        "Nothing was done."
    )
