"""What somebody names to be recalled: a released file, a day of one that pays on several, or one payment of it."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time

import duckdb

from schemas.bank_days import INPUT_CLOSES, LONDON
from schemas.no_go import NoGo
from schemas.rails.terms import BACS
from schemas.stages import Stage
from tasks.ledger import runs
from tasks.ledger.file_days import days_of, find_day_no
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.recalls import name
from tasks.ledger.rows import FileDayRow
from tasks.ledger.runs import RunRow
from tasks.tenant_context import TenantContext

_NAMED = re.compile(r"(?P<run_id>[^/]+)(?:/(?:(?P<row>[0-9]{1,9})|(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})))?")
_PAYMENT = """
SELECT stands.amount_pence, may_be_paid_again(state, is_proven) FROM payment_state($as_at) AS stands
JOIN payment_file USING (run_no) ANTI JOIN core_voucher USING (run_no, row_number)
WHERE run_no = $run_no AND row_number = $row_number AND amount_pence IS NOT NULL
"""
_DAYS = """
SELECT sum(payments)::BIGINT, sum(pence)::BIGINT, coalesce(bool_and(may_be_paid_again(state, is_proven)), false)
FROM run_standing($as_at) WHERE run_no = $run_no AND coalesce(entry_date = $pay_day, true)
"""


@dataclass(frozen=True)
class Named:
    """What is named.

    Attributes:
        run_id: the run.
        row_number: of one payment; None for several.
        pay_day: of what a file of several days pays on one; None for any.
    """

    run_id: str
    row_number: int | None
    pay_day: date | None


@dataclass(frozen=True)
class Subject:
    """What is to be recalled.

    Attributes:
        run: whose file.
        row_number: of one payment; None for the whole file, or a day of it.
        pay_day: of a day of a file of several; None for the whole file, or one payment.
        day_no: which day of the file it is of; None for all of them.
        payments: how many.
        pence: their sum.
        recall_by: until when the bank takes such a request.
    """

    run: RunRow
    row_number: int | None
    pay_day: date | None
    day_no: int | None
    payments: int
    pence: int
    recall_by: datetime

    @property
    def said(self) -> str:
        """What it is called."""
        return name(self.run.run_id, self.row_number, self.pay_day)


def read_named(named: str) -> Named:
    """The run, and the row or the day if one is named.

    Raises:
        NoGo: it is neither a run nor a row or a day of one.
    """
    found = _NAMED.fullmatch(named.strip())
    with suppress(ValueError):
        if found:
            pay_day = date.fromisoformat(found["day"]) if found["day"] else None
            return Named(found["run_id"], int(found["row"]) if found["row"] else None, pay_day)
    raise NoGo("Name a run, or a payment by run and row as siller trace has it, such as ilf-2026-11-live-1/17.")


def find_subject(connection: duckdb.DuckDBPyConnection, context: TenantContext, named: str, as_at: date) -> Subject:
    """Find what is named, if it left and can be recalled.

    Raises:
        NoGo: it never left, its rail knows no recall, it did not arrive anyway, or the run has no such payment.
    """
    which = read_named(named)
    run_id, row_number = which.run_id, which.row_number
    run = runs.run_row(connection, run_id)
    if Stage.RELEASE not in runs.stages_done(connection, run_id):
        raise NoGo(f"{run_id} has not been released, so there is nothing to recall. Nothing was done.")
    if runs.is_withdrawn(connection, run):
        raise NoGo(f"The file of {run_id} was taken back, never sent, so there is nothing to recall. Nothing was done.")
    if context.agreement.terms.service != BACS.service:
        raise NoGo(
            f"{context.agreement.terms.service} knows no recall: what was sent is final. Ask the bank to ask the "
            "payee's bank for the money, as a request of its own. Nothing was done."
        )
    define_payment_state(connection)
    asked = {"as_at": as_at, "run_no": run.run_no}
    days = days_of(connection, run_id)
    pay_day = which.pay_day if len(days) > 1 else None
    if which.pay_day and which.pay_day not in [day.entry_date for day in days]:
        raise NoGo(f"The payment file of {run_id} pays nobody on {which.pay_day:%-d %B %Y}. Nothing was done.")
    day_no = find_day_no(connection, run.run_no, row_number, pay_day)
    if row_number is None:
        [(payments, pence, is_back)] = connection.execute(_DAYS, {**asked, "pay_day": pay_day}).fetchall()
    else:
        row = connection.execute(_PAYMENT, {**asked, "row_number": row_number}).fetchone()
        if row is None:
            raise NoGo(
                f"The payment file of {run_id} has no row {row_number}. Nothing was done. A voucher is cancelled at "
                f"its provider: siller vouchers cancel {run_id}/{row_number}."
            )
        payments, pence, is_back = 1, row[0], row[1]
    if is_back:
        raise NoGo(f"{named} did not arrive, as is proven, so there is nothing to recall. Nothing was done.")
    recall_by = _recall_by(context, days[day_no - 1 if day_no else 0], is_of_one=row_number is not None)
    return Subject(run, row_number, pay_day, day_no, payments, pence, recall_by)


def _recall_by(context: TenantContext, day: FileDayRow, is_of_one: bool) -> datetime:
    """Until when: a day of a file until its input day ends, a payment by the bank's hour, the day before its pay day.

    Of a file of several days the first to end counts for the whole.
    """
    if not is_of_one:
        return datetime.combine(day.input_day, INPUT_CLOSES, LONDON)
    hour = time.fromisoformat(context.agreement.bank_profile.recall_by)
    return datetime.combine(context.bank_days.previous(day.entry_date), hour, LONDON)
