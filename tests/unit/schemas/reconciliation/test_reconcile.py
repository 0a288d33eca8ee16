"""Buckets add up to the extract; whatever does not fit is said out loud."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from schemas.bank_messages.bank_file import ANSWERS
from schemas.rails.terms import TERMS
from schemas.reconciliation.figures import Extract, Outcome, Reconciliation, SentFile
from schemas.reconciliation.reconcile import reconcile
from tests.stands import answered, in_files, ledger_of, stood

# November of the sample: 5,269 rows, 40 refused, 5,229 payable, £10,651,415.60 in the file.
PENCE = 1065141560
EXTRACT = Extract(5269, Decimal("10708609.22"), 40, Decimal("57193.620"), 4, 0, Decimal(0))
SENT = SentFile("123456", "000007", 5229, PENCE, date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 2))
PAYMENTS = pl.DataFrame({"row_number": range(5229), "amount_pence": [PENCE - 5228 * 200000] + [200000] * 5228})
ACCEPTED = {"message": "input_report", "kind": "accepted_total", "payments": 5229, "amount_pence": PENCE}
DEBIT = {
    "message": "camt053",
    "kind": "statement_debit",
    "amount_pence": PENCE,
    "bank_date": date(2026, 11, 30),
}


SAID = {
    "run_no": pl.Int64, "bank_file_no": pl.Int64, **ANSWERS, "row_number": pl.Int64, "payment_pence": pl.Int64
}  # fmt: skip
PAID = {"payment_pence": 200000}


def one(kind: str, row: int | None, code: str = "B", message: str = "arucs", pence: int = 200000) -> dict[str, Any]:
    found = {"message": message, "kind": kind, "code": code, "row_number": row, "payments": 1}
    return found | {"amount_pence": pence}


def at(day: date, *answers: dict[str, Any], sent: SentFile | None = SENT) -> Reconciliation:
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    with ledger_of(PAYMENTS, sent) as ledger:
        answered(ledger, pl.DataFrame(in_files([PAID | answer for answer in answers]), schema=SAID, orient="row"))
        payments, frame = stood(ledger, day), ledger.execute("FROM counted_answer").pl()
    return reconcile("ilf-2026-11-live-1", moment, EXTRACT, sent, payments, frame)


def rows_in(found: Reconciliation) -> dict[str, int]:
    return {str(bucket.name): bucket.rows for bucket in found.buckets if bucket.rows}


PAY_DAY, FINAL = date(2026, 11, 30), date(2026, 12, 3)


def test_before_release_nothing_has_moved():
    found = at(date(2026, 11, 20), sent=None)
    assert rows_in(found) == {"not released": 5229, "refused": 40}
    assert found.unexplained == ()


def test_released_is_not_paid_until_the_bank_took_it_and_the_day_has_come():
    assert rows_in(at(PAY_DAY)) == {"in flight": 5229, "refused": 40}
    assert rows_in(at(date(2026, 11, 27), ACCEPTED)) == {"in flight": 5229, "refused": 40}
    assert rows_in(at(PAY_DAY, ACCEPTED)) == {"credited": 5229, "refused": 40}
    assert rows_in(at(PAY_DAY, DEBIT)) == {"credited": 5229, "refused": 40}


@pytest.mark.parametrize(
    ("rail", "said"),
    [
        ("bacs_standard_18", "Input report: accepted by Bacs"),
        ("faster_payments", "Input report: accepted by Faster Payments"),
        ("pain001_chaps", "Status report: accepted by the bank"),
    ],
)
def test_who_accepted_the_file_is_named_by_its_rail(rail: str, said: str):
    found = at(PAY_DAY, ACCEPTED, sent=replace(SENT, rail=TERMS[rail]))
    assert found.confirmations[1].source == said


def test_two_returned_credits_on_advice_and_statement_are_each_one_payment():
    returns = [one("returned", 7), one("returned", 9, "0")]
    credits = [one("statement_credit", row, "AC04", "camt053") for row in (7, 9)]
    found = at(PAY_DAY, ACCEPTED, DEBIT, *returns, *credits)
    assert rows_in(found) == {"credited": 5227, "returned": 2, "refused": 40}
    assert found.bucket(Outcome.RETURNED).pounds == Decimal("4000.00")
    assert sum(bucket.pounds for bucket in found.buckets) == EXTRACT.pounds
    assert found.unexplained_pounds == Decimal("0.00")
    assert [told.agrees for told in found.confirmations] == [True] * 4
    assert [(step.code, step.row_numbers) for step in found.follow_ups] == [("B", (7,)), ("0", (9,))]


def test_rejected_amended_and_returned_are_three_things():
    answers = [
        one("rejected", 1, "Y", "input_report"),
        one("amended", 2, "E", "input_report"),
        one("returned", 3),
    ]
    accepted = ACCEPTED | {"payments": 5228, "amount_pence": PENCE - 200000}
    found = at(PAY_DAY, accepted, *answers)
    assert rows_in(found) == {"credited": 5226, "amended": 1, "returned": 1, "rejected": 1, "refused": 40}
    assert found.unexplained == ()


def test_a_payment_amended_and_then_returned_came_back():
    assert rows_in(at(PAY_DAY, ACCEPTED, one("amended", 2, "E", "input_report"), one("returned", 2)))["returned"] == 1


def test_a_whole_file_that_bacs_rejects_is_not_paid():
    rejected = {"message": "input_report", "kind": "rejected_total", "payments": 5229, "amount_pence": PENCE}
    found = at(PAY_DAY, ACCEPTED | {"payments": 0, "amount_pence": 0}, rejected)
    assert rows_in(found) == {"rejected": 5229, "refused": 40}
    assert found.unexplained == ()


@pytest.mark.parametrize(
    ("answers", "items", "pounds"),
    [
        pytest.param([one("returned", None)], 1, "2000.00", id="a return that is nobody's"),
        pytest.param([one("statement_credit", None)], 1, "2000.00", id="a credit that is nobody's"),
        pytest.param([DEBIT | {"amount_pence": 1234}], 1, "10651403.26", id="a debit of another sum"),
        pytest.param([DEBIT | {"bank_date": date(2026, 11, 27)}], 1, "10651415.60", id="debited on another day"),
        pytest.param([one("returned", 3), one("returned", 3)], 1, "2000.00", id="returned twice"),
        pytest.param([DEBIT, DEBIT], 1, "10651415.60", id="debited twice"),
    ],
)
def test_what_does_not_fit_is_unexplained(answers, items, pounds):
    found = at(PAY_DAY, ACCEPTED, *answers)
    assert (sum(part.items for part in found.unexplained), found.unexplained_pounds) == (
        items,
        Decimal(pounds),
    )


def test_an_accepted_total_that_is_not_the_files_is_unexplained():
    found = at(PAY_DAY, ACCEPTED | {"payments": 5228, "amount_pence": PENCE - 1})
    assert found.unexplained_pounds == Decimal("0.01")
    assert sum(part.items for part in found.unexplained) == 1


def test_a_file_that_is_not_the_payable_rows_is_unexplained():
    short = SentFile("123456", "000007", 5228, PENCE - 200000, *(SENT.processing_date, SENT.entry_date, SENT.final_on))
    assert at(PAY_DAY, sent=short).unexplained_pounds == Decimal("2000.00")


def test_what_is_missing_is_awaited_and_after_the_last_day_unexplained():
    returned = one("returned", 7)
    assert at(PAY_DAY, ACCEPTED, returned).unexplained == ()
    late = at(FINAL, ACCEPTED, DEBIT, returned)
    assert late.final
    assert [part.cause for part in late.unexplained] == ["Statement: credits for what came back: not what was expected"]
    assert at(FINAL, ACCEPTED).unexplained_pounds == Decimal("10651415.60")


def test_a_row_lost_before_payment_shows():
    lost = Extract(5269, Decimal("10708609.22"), 39, Decimal("57193.62"), 4, 0, Decimal(0))
    found = reconcile(
        "ilf-2026-11-live-1",
        datetime(2026, 11, 30, tzinfo=UTC),
        lost,
        SENT,
        PAYMENTS.with_columns(state=pl.lit("released"), is_proven=pl.lit(value=False)),
        pl.DataFrame(schema={**SAID, "finding": pl.String}),
    )
    assert [(part.items, part.pounds) for part in found.unexplained] == [(1, Decimal("0.00"))]
