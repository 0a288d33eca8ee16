"""What somebody names to be recalled: a released file, or one payment of it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

import duckdb

from schemas.bank_days import INPUT_CLOSES, LONDON
from schemas.no_go import NoGo
from schemas.rails.terms import BACS
from schemas.stages import Stage
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import days_of
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.runs import RunRow
from tasks.tenant_context import TenantContext

_NAMED = re.compile(r"(?P<run_id>[^/]+)(?:/(?P<row>[0-9]{1,9}))?")
_PAYMENT = """
SELECT stands.amount_pence, may_be_paid_again(state, is_proven) FROM payment_state($as_at) AS stands
JOIN payment_file USING (run_no)
WHERE run_no = $run_no AND row_number = $row_number AND amount_pence IS NOT NULL
"""
_FILE = "SELECT may_be_paid_again(state, is_proven) FROM run_standing($as_at) WHERE run_no = $run_no"


@dataclass(frozen=True)
class Subject:
    """What is to be recalled.

    Attributes:
        run: whose file.
        row_number: of one payment; None for the whole file.
        payments: how many.
        pence: their sum.
        recall_by: until when the bank takes such a request.
    """

    run: RunRow
    row_number: int | None
    payments: int
    pence: int
    recall_by: datetime

    @property
    def said(self) -> str:
        """What it is called."""
        return self.run.run_id if self.row_number is None else f"{self.run.run_id}/{self.row_number}"


def read_named(named: str) -> tuple[str, int | None]:
    """The run, and the row if one is named.

    Raises:
        NoGo: it is neither a run nor a row of one.
    """
    found = _NAMED.fullmatch(named.strip())
    if found is None:
        raise NoGo("Name a run, or a payment by run and row as siller trace has it, such as ilf-2026-11-live-1/17.")
    return found["run_id"], int(found["row"]) if found["row"] else None


def find_subject(connection: duckdb.DuckDBPyConnection, context: TenantContext, named: str, as_at: date) -> Subject:
    """Find what is named, if it left and can be recalled.

    Raises:
        NoGo: it never left, its rail knows no recall, it did not arrive anyway, or the run has no such payment.
    """
    run_id, row_number = read_named(named)
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
    file = entry_of(connection, run_id, Instruct)
    if row_number is None:
        row = connection.execute(_FILE, asked).fetchone()
        payments, pence, is_back = file.payments, file.pence, bool(row and row[0])
    else:
        row = connection.execute(_PAYMENT, {**asked, "row_number": row_number}).fetchone()
        if row is None:
            raise NoGo(f"The payment file of {run_id} has no row {row_number}. Nothing was done.")
        payments, pence, is_back = 1, row[0], row[1]
    if is_back:
        raise NoGo(f"{named} did not arrive, as is proven, so there is nothing to recall. Nothing was done.")
    return Subject(run, row_number, payments, pence, _recall_by(connection, context, run_id, row_number))


def _recall_by(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str, row_number: int | None
) -> datetime:
    """A file is withdrawn until its input day ends; a payment by the bank's hour, the day before payees have it."""
    first = days_of(connection, run_id)[0]
    if row_number is None:
        return datetime.combine(first.input_day, INPUT_CLOSES, LONDON)
    hour = time.fromisoformat(context.agreement.bank_profile.recall_by)
    return datetime.combine(context.bank_days.previous(first.entry_date), hour, LONDON)
