"""An answer finds its payment, or finds none: never a likely one."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from schemas.bank_messages.bank_file import BankFile, Message, answers_frame
from schemas.rails.terms import TERMS
from schemas.reconciliation.figures import SentFile
from schemas.reconciliation.matching import candidates, fits, match, place

PAYMENTS = pl.DataFrame(
    [
        (10, "308479", "89620048", 298160, "ILF 2611 100002"),
        (11, "874077", "05346707", 190000, "ILF 2611 100003   "),
        (12, "874077", "05346707", 190000, "ILF 2611 100004"),
        (13, "202959", "63748472", 5000, "SAME"),
        (14, "202959", "63748472", 5000, "SAME"),
    ],
    schema=["row_number", "sort_code", "account_number", "amount_pence", "reference"],
    orient="row",
).with_columns(run_no=1)
DAYS = date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 2)
OWN = "10799988837491"
SENT = SentFile("123456", "000007", 5, 688160, *DAYS, accounts=frozenset({OWN}))


def returned(**changed: Any) -> dict[str, Any]:
    found = {
        "kind": "returned",
        "sort_code": "874077",
        "account_number": "05346707",
        "amount_pence": 190000,
        "reference": "ILF 2611 100003",
    }
    return found | changed


def rows_found(*rows: dict[str, Any]) -> list[int | None]:
    return match(PAYMENTS, answers_frame(Message.ARUCS, rows))["row_number"].to_list()


def test_all_four_details_must_agree():
    assert rows_found(returned()) == [11]
    assert rows_found(returned(reference="ILF 2611 100004")) == [12]
    assert rows_found(returned(amount_pence=190001)) == [None]
    assert rows_found(returned(sort_code="874078")) == [None]
    assert rows_found(returned(account_number="05346708")) == [None]
    assert rows_found(returned(reference="ILF 2611 100005"), returned()) == [None, 11]
    assert rows_found(returned(reference=None)) == [None]


def test_a_statement_without_the_account_is_matched_by_amount_and_reference():
    credit = returned(kind="statement_credit", sort_code=None, account_number=None)
    assert rows_found(credit) == [11]
    assert rows_found({**credit, "reference": None}) == [None]


def test_payments_that_are_alike_are_matched_together_or_not_at_all():
    alike = returned(sort_code="202959", account_number="63748472", amount_pence=5000, reference="SAME")
    assert rows_found(alike) == [None]
    assert rows_found(alike, alike) == [13, 14]
    assert rows_found(alike, alike, alike) == [13, 14, None]


def test_a_second_answer_to_one_payment_is_left_over():
    assert rows_found(returned(), returned()) == [11, None]


def test_totals_and_debits_look_for_no_payment():
    assert rows_found(returned(kind="accepted_total"), returned(kind="statement_debit")) == [None, None]


def test_nothing_is_dropped_and_the_order_stays():
    rows = [returned(amount_pence=n) for n in (1, 190000, 2)]
    assert match(PAYMENTS, answers_frame(Message.ARUCS, rows))["item"].to_list() == [1, 2, 3]


def entry(kind: str, day: date, pence: int = 688160, **changed: Any) -> dict[str, Any]:
    return {"kind": kind, "amount_pence": pence, "bank_date": day, "own_account": OWN} | changed


ANOTHER = "20295963748472"
REPORTED = {"kind": "accepted_total", "original_processing_date": date(2026, 11, 27)}
ADVISED = returned(original_processing_date=date(2026, 11, 27), bank_date=date(2026, 12, 1), own_account=OWN)
UNDATED = ADVISED | {"original_processing_date": None}
LAST_MONTHS = {"original_processing_date": date(2026, 10, 29)}
A_DAY_LATER, LATEST = date(2026, 12, 1), date(2026, 12, 2)


@pytest.mark.parametrize(
    ("message", "user", "serial", "row", "expected"),
    [
        (Message.INPUT_REPORT, "123456", "000007", REPORTED, 2),
        (Message.INPUT_REPORT, "123456", "000007", {"kind": "accepted_total"}, 2),
        (Message.INPUT_REPORT, "123456", "000008", REPORTED, 0),
        (Message.INPUT_REPORT, "654321", "000007", REPORTED, 0),
        (Message.INPUT_REPORT, None, "000007", REPORTED, 0),
        (Message.INPUT_REPORT, "123456", "000007", REPORTED | LAST_MONTHS, 0),
        (Message.INPUT_REPORT, "123456", "000007", returned(own_account=ANOTHER), 0),
        (Message.PAIN002, "123456", "000007", {"kind": "rejected_total"}, 2),
        (Message.PAIN002, "654321", "000007", {"kind": "rejected_total"}, 0),
        (Message.ARUCS, "123456", None, ADVISED, 2),
        (Message.ARUCS, None, None, ADVISED, 2),
        (Message.ARUCS, None, None, ADVISED | {"own_account": None}, 0),
        (Message.ARUCS, "123456", None, ADVISED | {"own_account": ANOTHER}, 0),
        (Message.ARUCS, "123456", None, ADVISED | LAST_MONTHS, 0),
        (Message.ARUCS, "123456", None, UNDATED, 2),
        (Message.ARUCS, "123456", None, UNDATED | {"bank_date": date(2026, 11, 3)}, 0),
        (Message.ARUCS, "654321", None, ADVISED, 0),
        (Message.CAMT053, None, None, entry("statement_debit", date(2026, 11, 30)), 2),
        (Message.CAMT053, None, None, entry("statement_debit", A_DAY_LATER), 1),
        (Message.CAMT053, None, None, entry("statement_debit", date(2026, 11, 27)), 0),
        (Message.CAMT053, None, None, entry("statement_debit", date(2026, 11, 30), 1000), 0),
        (Message.CAMT053, None, None, entry("statement_debit", date(2026, 11, 30), own_account="88837491"), 2),
        (Message.CAMT053, None, None, entry("statement_debit", date(2026, 11, 30), own_account=ANOTHER), 0),
        (Message.CAMT053, None, None, entry("statement_debit", date(2026, 11, 30), own_account=None), 0),
        (Message.CAMT053, None, None, entry("statement_credit", LATEST, 5000), 2),
        (Message.CAMT053, None, None, entry("statement_credit", date(2026, 12, 20), 5000), 1),
        (Message.CAMT053, None, None, entry("statement_credit", date(2027, 3, 1), 5000), 0),
        (Message.CAMT053, None, None, entry("statement_credit", date(2026, 11, 29), 5000), 0),
        (Message.CAMT053, None, None, entry("statement_reversal", A_DAY_LATER), 1),
        (Message.CAMT053, None, None, entry("statement_reversal", A_DAY_LATER, 1000), 0),
    ],
)
def test_how_well_an_answer_fits_a_payment_file(message, user, serial, row, expected):
    found = BankFile(message, user, serial, date(2026, 12, 1), False, answers_frame(message, [row]))
    rail = TERMS["pain001_bacs" if message is Message.PAIN002 else "bacs_standard_18"]
    assert found.answers.select(fits(found, replace(SENT, rail=rail))).item() == expected


def test_a_status_report_is_no_word_on_a_file_that_went_to_bacs():
    report = answers_frame(Message.PAIN002, [{"kind": "rejected_total"}])
    found = BankFile(Message.PAIN002, "123456", "000007", date(2026, 12, 1), False, report)
    assert report.select(fits(found, SENT)).item() == 0


OCTOBER = SentFile(
    "123456", "000006", 5, 688160, date(2026, 10, 29), date(2026, 10, 30), date(2026, 11, 3), accounts=frozenset({OWN})
)
A_RETURN = returned(kind="statement_credit", own_account=OWN, code="AC04")


def placed(*rows: dict[str, Any], second: SentFile = SENT) -> list[tuple[int, int | None]]:
    """Run and row of a statement's entries, where October (run 1) and another run (2) have the same payments."""
    found = BankFile(Message.CAMT053, None, None, date(2026, 12, 1), False, answers_frame(Message.CAMT053, rows))
    payments = [PAYMENTS.with_columns(run_no=pl.lit(run_no, pl.Int32)) for run_no in (1, 2)]
    runs = candidates(found, {1: OCTOBER, 2: second}, {})
    return place(found, runs, payments).select("run_no", "row_number").rows()


def test_what_comes_back_is_of_the_run_whose_days_these_are():
    assert placed(A_RETURN | {"bank_date": date(2026, 11, 2)}) == [(1, 11)]
    assert placed(A_RETURN | {"bank_date": date(2026, 12, 1)}) == [(2, 11)]


def test_what_could_be_of_two_runs_is_nobodys_and_stays_to_be_explained():
    after_both = A_RETURN | {"bank_date": date(2026, 12, 10)}
    assert placed(after_both) == [(2, None)]
    same_day = replace(OCTOBER, serial="000007")
    assert placed(A_RETURN | {"bank_date": date(2026, 11, 2)}, second=same_day) == [(2, None)]


def test_what_is_no_runs_stays_with_none():
    on_the_day = {"bank_date": date(2026, 11, 30), "own_account": OWN}
    fee = {"kind": "statement_debit", "amount_pence": 1000, **on_the_day}
    funding = {"kind": "statement_credit", "amount_pence": 2000000, **on_the_day}
    assert placed(fee, funding, entry("statement_debit", date(2026, 11, 30))) == [(0, None), (0, None), (2, None)]


def test_a_return_that_finds_no_payment_stays_with_the_run_that_its_statement_speaks_of():
    lost = A_RETURN | {"reference": "MANGLED", "bank_date": date(2026, 12, 1)}
    without_a_reason = lost | {"code": None}
    assert placed(lost, without_a_reason) == [(2, None), (2, None)]
