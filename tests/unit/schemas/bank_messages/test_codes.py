"""Codes mean something only within their message."""

import pytest

from schemas.bank_messages.codes import meaning


@pytest.mark.parametrize(
    ("code", "means"),
    [
        ("0", "Invalid details"),
        ("2", "Beneficiary deceased"),
        ("3", "Account transferred"),
        ("5", "No account"),
        ("B", "Account closed"),
        ("b", "Account closed"),
        ("C", "Requested by the remitter"),
    ],
)
def test_the_published_codes_of_arucs(code, means):
    assert meaning("arucs", "returned", code, None).meaning == means


def test_the_same_letter_means_something_else_in_an_input_report():
    assert meaning("input_report", "returned", "B", None).meaning == "Originating account not valid"


def test_what_was_amended_was_paid_and_is_not_paid_again():
    assert "Do not pay it again" in meaning("input_report", "amended", "E", None).next_step


@pytest.mark.parametrize("code", ["0", "3", "9", None])
def test_what_is_advised_was_paid_and_is_not_paid_again(code):
    assert "It was paid. Pay nothing again." in meaning("awacs", "advised", code, "202959 63748472").next_step


def test_what_was_cancelled_waits_for_the_statement():
    said = meaning("pain002", "cancelled", "CUST", None)
    assert said.meaning == "Requested by the customer"
    assert "once the statement" in said.next_step


def test_a_code_of_a_payment_that_was_taken_asks_for_nothing():
    assert meaning("pain002", "settled", "ACSC", None).next_step.startswith("Nothing to do")
    assert meaning("pain002", "pending", "PDNG", None).next_step.startswith("Pay nothing again")


def test_what_an_input_report_leaves_open_is_asked():
    assert "Ask the bank" in meaning("input_report", "pending", "Z", None).next_step


def test_an_unknown_code_is_left_to_a_person():
    unknown = meaning("arucs", "returned", "7", "NEW REASON")
    assert unknown.meaning == "NEW REASON"
    assert "Ask the bank" in unknown.next_step


def test_free_text_of_a_statement_is_not_shown_as_it_may_name_a_payee():
    assert "SOMEBODY" not in str(meaning("camt053", "statement_credit", "XX99", "PAYEE SOMEBODY GONE"))
