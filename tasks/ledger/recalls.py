"""Which recalls stand: asked for, or confirmed, while nothing of the bank's proves that the money did not arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from schemas.bank_days import LONDON
from schemas.money import pounds
from schemas.no_go import NoGo
from schemas.payment_state import UNPAID
from tasks.ledger import erasures
from tasks.ledger.file_days import find_day_no
from tasks.ledger.payment_state import define_payment_state

CONFIRMED, FAILED = "confirmed", "failed"
OUTCOMES = (CONFIRMED, FAILED)
"""What a bank can answer."""

_DEFINITION = Path(__file__).with_name("recalls.sql")
_STANDING = f"""
SELECT recall_no, run_no, run_id, row_number, payments, pence, reason, recall_by, said_by, agreed_by, said_at,
    state, outcome, bank_reference, day_no, pay_day
FROM standing_recall($as_at)
WHERE run_no NOT IN ({erasures.RUNS}) AND coalesce(run_no = $run_no, true) ORDER BY recall_no
"""


@dataclass(frozen=True)
class Recall:
    """A recall that stands.

    Attributes:
        recall_no: its number.
        run_no: the run's number.
        run_id: the run.
        row_number: of one payment; None for the whole file, or a day of it.
        payments: how many.
        pence: their sum.
        reason: why.
        recall_by: until when the bank takes such a request.
        said_by: who asked for it.
        agreed_by: who agreed.
        said_at: when.
        state: where the payment, or the run as a whole, stands.
        outcome: ``confirmed``, or empty as long as the bank has not answered.
        bank_reference: under which it has.
        day_no: which day of the file it is of; None for all of them.
        pay_day: of a day of a file of several; None for the whole file, or one payment.
    """

    recall_no: int
    run_no: int
    run_id: str
    row_number: int | None
    payments: int
    pence: int
    reason: str
    recall_by: datetime
    said_by: str
    agreed_by: str
    said_at: datetime
    state: str
    outcome: str
    bank_reference: str
    day_no: int | None
    pay_day: date | None

    @property
    def subject(self) -> str:
        """What is recalled, as the command names it."""
        return name(self.run_id, self.row_number, self.pay_day)

    @property
    def is_late(self) -> bool:
        """Whether it was asked for after the bank's own time for such a request."""
        return self.said_at > self.recall_by

    @property
    def said(self) -> str:
        """Where it stands, in a sentence."""
        which = f"what the file pays on {self.pay_day:%-d %B %Y}" if self.pay_day else "the whole file"
        what = "1 payment" if self.row_number is not None else f"{which}, {self.payments:,} payments"
        asked = f"{self.subject}: {what}, {pounds(self.pence)}, recalled on {_moment(self.said_at)}"
        if self.outcome == CONFIRMED:
            return (
                f"{asked}. The bank confirms it ({self.bank_reference}), and no file of the bank's has proven it yet: "
                "nobody of it is paid again until one does."
            )
        until = f"the bank takes it until {_moment(self.recall_by)}"
        if self.is_late:
            until = f"asked after {_moment(self.recall_by)}, until when the bank takes it"
        return f"{asked}; {until}. Nobody has said what the bank answered. Nobody of it is paid again until then."


def list_standing(connection: duckdb.DuckDBPyConnection, as_at: date, run_no: int | None = None) -> list[Recall]:
    """The recalls that stand, of a run or of all runs that were not erased, in the order in which they were asked for.

    Args:
        connection: the tenant's open ledger.
        as_at: the day.
        run_no: of this run alone.
    """
    if not connection.execute("SELECT 1 FROM recall LIMIT 1").fetchone():
        return []
    define_payment_state(connection)
    connection.execute(_DEFINITION.read_text(encoding="utf-8"))
    return [Recall(*row) for row in connection.execute(_STANDING, {"as_at": as_at, "run_no": run_no}).fetchall()]


def name(run_id: str, row_number: int | None, pay_day: date | None) -> str:
    """How a payment of a run's file, a day of it or the whole of it is named."""
    which = row_number if row_number is not None else pay_day
    return run_id if which is None else f"{run_id}/{which}"


def find_overlapping(standing: Sequence[Recall], row_number: int | None, day_no: int | None) -> Recall | None:
    """The first of a run's standing recalls that has a payment, or any of a day or of the file, in it."""
    return next(
        (
            each
            for each in standing
            if (row_number is None or each.row_number in (None, row_number))
            and (day_no is None or each.day_no in (None, day_no))
        ),
        None,
    )


def check_not_held(
    connection: duckdb.DuckDBPyConnection,
    run_no: int,
    row_number: int | None,
    as_at: date,
    states: Sequence[str] = (),
    pay_day: date | None = None,
) -> None:
    """Refuse that people alone let somebody be paid again whose payment is being recalled.

    Until the bank has answered nothing that people say frees it. Once it has confirmed, only its own message does,
    with what proves it: where no message says so (``states``), people's word would stand for the bank's.

    Args:
        connection: the tenant's open ledger.
        run_no: the run.
        row_number: of one payment; None for all that is open in the run.
        as_at: the day.
        states: of the payments that people speak of.
        pay_day: of these alone; None for any.

    Raises:
        NoGo: a recall holds them.
    """
    standing = list_standing(connection, as_at, run_no)
    if not standing:
        return
    recall = find_overlapping(standing, row_number, find_day_no(connection, run_no, row_number, pay_day))
    if recall and (not recall.outcome or not set(states) <= {str(state) for state in UNPAID}):
        raise NoGo(
            f"{recall.said} Nothing was done: siller recall {recall.subject} says what to do about it first."
            if not recall.outcome
            else f"{recall.said} Nothing was done."
        )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%-d %B %Y, %H:%M}"
