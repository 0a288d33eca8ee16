"""An answer finds its payment, or finds none: never a likely one."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from schemas.bank_messages.bank_file import BankFile, Message, answers_frame
from schemas.rails.terms import TERMS
from schemas.reconciliation.figures import SentFile
from schemas.reconciliation.fitting import Fit, candidates, fits
from schemas.reconciliation.matching import match, place

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
    answers = answers_frame(Message.ARUCS, rows)
    found = match(PAYMENTS, answers)
    return answers.join(found, on="item", how="left", maintain_order="left")["row_number"].to_list()


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


def entry(kind: str, day: date, pence: int = 688160, **changed: Any) -> dict[str, Any]:
    return {"kind": kind, "amount_pence": pence, "bank_date": day, "own_account": OWN} | changed


ANOTHER = "20295963748472"
REPORTED = {"kind": "accepted_total", "original_processing_date": date(2026, 11, 27)}
ADVISED = returned(original_processing_date=date(2026, 11, 27), bank_date=date(2026, 12, 1), own_account=OWN)
UNDATED = ADVISED | {"original_processing_date": None}
LAST_MONTHS = {"original_processing_date": date(2026, 10, 29)}
A_DAY_LATER, LATEST, LATER = date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 11)


@pytest.mark.parametrize(
    ("message", "user", "serial", "row", "expected"),
    [
        (Message.INPUT_REPORT, "123456", "000007", REPORTED, Fit.IN_TIME),
        (Message.INPUT_REPORT, "123456", "000007", {"kind": "accepted_total"}, Fit.IN_TIME),
        (Message.INPUT_REPORT, "123456", "000008", REPORTED, Fit.NOT),
        (Message.INPUT_REPORT, "654321", "000007", REPORTED, Fit.NOT),
        (Message.INPUT_REPORT, None, "000007", REPORTED, Fit.NOT),
        (Message.INPUT_REPORT, "123456", "000007", REPORTED | LAST_MONTHS, Fit.NOT),
        (Message.INPUT_REPORT, "123456", "000007", returned(own_account=ANOTHER), Fit.NOT),
        (Message.PAIN002, "123456", "000007", {"kind": "rejected_total"}, Fit.IN_TIME),
        (Message.PAIN002, "654321", "000007", {"kind": "rejected_total"}, Fit.NOT),
        (Message.ARUCS, "123456", None, ADVISED, Fit.IN_TIME),
        (Message.ARUCS, None, None, ADVISED, Fit.IN_TIME),
        (Message.ARUCS, None, None, ADVISED | {"own_account": None}, Fit.NOT),
        (Message.ARUCS, "123456", None, ADVISED | {"own_account": ANOTHER}, Fit.NOT),
        (Message.ARUCS, "123456", None, ADVISED | LAST_MONTHS, Fit.NOT),
        (Message.ARUCS, "123456", None, UNDATED, Fit.IN_TIME),
        (Message.ARUCS, "123456", None, UNDATED | {"bank_date": date(2026, 11, 3)}, Fit.NOT),
        (Message.ARUCS, "654321", None, ADVISED, Fit.NOT),
        (Message.CAMT053, None, None, entry("statement_debit", date(2026, 11, 30)), Fit.IN_TIME),
        (Message.CAMT053, None, None, entry("statement_debit", A_DAY_LATER), Fit.LATE),
        (Message.CAMT053, None, None, entry("statement_debit", date(2026, 11, 27)), Fit.LIKE),
        (Message.CAMT053, None, None, entry("statement_debit", date(2026, 11, 30), 1000), Fit.BY_KEY),
        (
            Message.CAMT053,
            None,
            None,
            entry("statement_debit", date(2026, 11, 30), own_account="88837491"),
            Fit.IN_TIME,
        ),
        (Message.CAMT053, None, None, entry("statement_debit", date(2026, 11, 30), own_account=ANOTHER), Fit.NOT),
        (Message.CAMT053, None, None, entry("statement_debit", date(2026, 11, 30), own_account=None), Fit.NOT),
        (Message.CAMT053, None, None, entry("statement_credit", LATEST, 5000), Fit.IN_TIME),
        (Message.CAMT053, None, None, entry("statement_credit", date(2026, 12, 20), 5000), Fit.LATE),
        (Message.CAMT053, None, None, entry("statement_credit", date(2027, 3, 1), 5000), Fit.NOT),
        (Message.CAMT053, None, None, entry("statement_credit", date(2026, 11, 29), 5000), Fit.NOT),
        (Message.CAMT053, None, None, entry("statement_reversal", A_DAY_LATER), Fit.LATE),
        (Message.CAMT053, None, None, entry("statement_reversal", A_DAY_LATER, 1000), Fit.BY_KEY),
        (Message.CAMT053, None, None, entry("statement_debit", LATER, reference="123456-000007"), Fit.NAMED),
        (Message.CAMT053, None, None, entry("statement_debit", LATER, 1, serial="000007"), Fit.NAMED),
        (Message.CAMT053, None, None, entry("statement_debit", LATER, 1, reference="10000070"), Fit.NOT),
        (Message.CAMT053, None, None, entry("statement_reversal", LATER, description="OF 000007"), Fit.NAMED),
        (Message.CAMT054, None, None, entry("informed_credit", LATEST, 5000), Fit.IN_TIME),
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


def placed(*rows: dict[str, Any], second: SentFile = SENT) -> list[tuple[int, int | None, str | None]]:
    """Run, row and finding of a statement's entries; October (run 1) and another run (2) have the same payments."""
    found = BankFile(Message.CAMT053, None, None, date(2026, 12, 1), False, answers_frame(Message.CAMT053, rows))
    files = {1: OCTOBER, 2: second}

    def payments_of(run_no: int, every: bool) -> pl.DataFrame:
        del every
        return PAYMENTS.with_columns(run_no=pl.lit(run_no, pl.Int32))

    answers = place(found, candidates(found, files, {}), payments_of, files, {}, {})
    return answers.select("run_no", "row_number", "finding").rows()


def test_what_comes_back_is_of_the_run_whose_days_these_are():
    assert placed(A_RETURN | {"bank_date": date(2026, 11, 2)}) == [(1, 11, None)]
    assert placed(A_RETURN | {"bank_date": date(2026, 12, 1)}) == [(2, 11, None)]


def test_what_could_be_of_two_runs_is_nobodys_and_stays_to_be_explained():
    after_both = A_RETURN | {"bank_date": date(2026, 12, 10)}
    assert placed(after_both) == [(2, None, "unmatched")]
    same_day = replace(OCTOBER, serial="000007")
    assert placed(A_RETURN | {"bank_date": date(2026, 11, 2)}, second=same_day) == [(2, None, "unmatched")]


def test_what_is_no_runs_stays_with_none():
    on_the_day = {"bank_date": date(2026, 11, 30), "own_account": OWN}
    fee = {"kind": "statement_debit", "amount_pence": 1000, **on_the_day}
    funding = {"kind": "statement_credit", "amount_pence": 2000000, **on_the_day}
    assert placed(fee, funding, entry("statement_debit", date(2026, 11, 30))) == [
        (0, None, None),
        (0, None, None),
        (2, None, None),
    ]


def test_a_return_that_finds_no_payment_stays_with_the_run_that_its_statement_speaks_of():
    lost = A_RETURN | {"reference": "MANGLED", "bank_date": date(2026, 12, 1)}
    without_a_reason = lost | {"code": None}
    assert placed(lost, without_a_reason) == [(2, None, "unmatched")] * 2


ON_THE_DAY = {"bank_date": date(2026, 11, 30), "own_account": OWN}
DEBIT = entry("statement_debit", date(2026, 11, 30))


def test_a_payment_that_is_debited_by_itself_is_found_by_its_key():
    by_itself = returned(kind="statement_debit", sort_code=None, account_number=None, **ON_THE_DAY)
    assert placed(by_itself) == [(2, 11, None)]
    assert placed(by_itself, by_itself) == [(2, 11, None), (2, None, "like_ours")]


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"sort_code": None, "account_number": "87407705346707"}, None),
        ({"sort_code": None, "account_number": "GB33BUKB87407705346707"}, None),
        ({"sort_code": OWN[:6], "account_number": OWN[6:]}, None),
        ({"sort_code": None, "account_number": None}, None),
        ({"sort_code": None}, None),
        ({"sort_code": None, "account_number": "05346708"}, "other_account"),
        ({"account_number": "05346708"}, "other_account"),
        ({"amount_pence": 190001}, "other_amount"),
    ],
)
def test_the_key_finds_the_payment_and_account_and_amount_confirm_it(changed, finding):
    found = placed(A_RETURN | {"bank_date": date(2026, 12, 1)} | changed)
    assert found == [(2, 11 if finding is None else None, finding)]


def test_of_two_files_with_one_sum_each_has_its_own_debit_and_a_third_is_like_ours():
    again = replace(OCTOBER, serial="000007")
    october = entry("statement_debit", date(2026, 10, 30))
    found = placed(october, october, october, second=again)
    assert found == [(1, None, None), (2, None, None), (2, None, "like_ours")]


def test_before_anything_is_released_all_is_of_no_run():
    rows = [DEBIT, A_RETURN | {"bank_date": A_DAY_LATER}]
    found = BankFile(Message.CAMT053, None, None, A_DAY_LATER, False, answers_frame(Message.CAMT053, rows))
    answers = place(found, candidates(found, {}, {}), lambda *_: PAYMENTS, {}, {}, {})
    assert answers.select("run_no", "row_number", "finding").rows() == [(0, None, None)] * 2


def test_a_debit_that_was_given_back_may_come_once_more():
    back = entry("statement_reversal", A_DAY_LATER, reference="123456-000007")
    assert placed(DEBIT, back, entry("statement_debit", LATEST)) == [(2, None, None)] * 3


def test_a_reversal_that_names_no_debit_is_given_by_its_sum():
    assert placed(DEBIT, entry("statement_reversal", A_DAY_LATER)) == [(2, None, None), (2, None, "by_sum")]


def test_a_credit_that_carries_our_number_and_fits_no_payment_is_told():
    credit = {"kind": "statement_credit", "amount_pence": 7, "bank_date": A_DAY_LATER, "own_account": OWN}
    assert placed(credit | {"reference": "RETURN 123456"}) == [(2, None, "unmatched")]
    assert placed(credit | {"reference": "000007-00000000001"}) == [(2, None, "unmatched")]
    assert placed(credit | {"reference": "FUNDING"}) == [(0, None, None)]
