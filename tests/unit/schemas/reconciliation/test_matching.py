"""An answer finds its payment, or finds none: never a likely one."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from schemas.answers.bank_file import BankFile, Message, answers_frame
from schemas.reconciliation.figures import SentFile
from schemas.reconciliation.matching import concerns, match

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
)
SENT = SentFile("123456", "000007", 5, 688160, date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 2))


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


@pytest.mark.parametrize(
    ("message", "user", "serial", "row", "expected"),
    [
        (Message.INPUT_REPORT, "123456", "000007", {"kind": "accepted_total"}, True),
        (Message.INPUT_REPORT, "123456", "000008", {"kind": "accepted_total"}, False),
        (Message.INPUT_REPORT, "654321", "000007", {"kind": "accepted_total"}, False),
        (Message.ARUCS, "123456", None, returned(original_processing_date=date(2026, 11, 27)), True),
        (Message.ARUCS, "123456", None, returned(original_processing_date=date(2026, 10, 29)), False),
        (Message.ARUCS, "654321", None, returned(original_processing_date=date(2026, 11, 27)), False),
        (
            Message.CAMT053,
            None,
            None,
            {"kind": "statement_debit", "amount_pence": 688160, "bank_date": date(2026, 11, 30)},
            True,
        ),
        (
            Message.CAMT053,
            None,
            None,
            {"kind": "statement_debit", "amount_pence": 688160, "bank_date": date(2026, 11, 27)},
            False,
        ),
    ],
)
def test_which_payment_file_a_bank_file_speaks_of(message, user, serial, row, expected):
    found = BankFile(message, user, serial, date(2026, 12, 1), False, answers_frame(message, [row]))
    assert concerns(found, SENT) is expected
