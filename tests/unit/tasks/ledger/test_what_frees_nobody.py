"""Histories that somebody has tried so as to be paid twice: each frees nobody who may have the money."""

from collections.abc import Iterator
from datetime import date

import duckdb
import polars as pl
import pytest

from schemas.reconciliation.figures import SentFile
from tests.stands import answered, in_files, ledger_of, stood

PENCE = (298160, 190000, 105000)
WHOLE = sum(PENCE)
PAYMENTS = pl.DataFrame({"row_number": range(3), "amount_pence": PENCE})
SENT = SentFile("123456", "000007", 3, WHOLE, date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 2))
LATER = date(2026, 12, 9)
SCHEMA = {
    "run_no": pl.Int64,
    "bank_file_no": pl.Int64,
    "item": pl.Int64,
    "statement": pl.Int64,
    "message": pl.String,
    "kind": pl.String,
    "row_number": pl.Int64,
    "payments": pl.Int64,
    "amount_pence": pl.Int64,
    "payment_pence": pl.Int64,
    "bank_date": pl.Date,
    "code": pl.String,
}


def said(kind: str, pence: int, row: int | None = None, day: int = 30, **more: object) -> dict[str, object]:
    """One answer; a statement's is booked on a day of November, or of December if that is less than 20."""
    booked = date(2026, 11 if day >= 20 else 12, day)
    message = "camt053" if kind.startswith("statement") else "input_report"
    found = {"message": message, "kind": kind, "row_number": row, "payments": 1, "amount_pence": pence}
    return found | {"payment_pence": None if row is None else PENCE[row], "bank_date": booked, "statement": 1} | more


@pytest.fixture
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    with ledger_of(PAYMENTS, SENT) as connection:
        yield connection


def bank_says(ledger: duckdb.DuckDBPyConnection, *answers: dict[str, object]) -> None:
    (before,) = ledger.execute("SELECT count(*) FROM bank_file").fetchone() or (0,)
    numbered = [{**each, "bank_file_no": before + at} for at, each in enumerate(answers, start=1)]
    answered(ledger, pl.DataFrame(in_files(numbered), schema=SCHEMA, orient="row"))


def covered(ledger: duckdb.DuckDBPyConnection, *, balances: bool = True, message: str = "camt053") -> None:
    """A whole statement of the entry day is in, which has nothing on it."""
    bank_says(ledger, said("informed_credit", 0, message=message))
    (number,) = ledger.execute("SELECT max(bank_file_no) FROM bank_file").fetchone() or (0,)
    balance = 100 if balances else None
    row = [number, 1, "10799988837491", True, "S1", None, SENT.entry_date, SENT.entry_date, balance, balance, 0, "sha"]
    ledger.execute(f"INSERT INTO core_statement VALUES ({', '.join('?' * len(row))})", row)


def stand(ledger: duckdb.DuckDBPyConnection, day: date = LATER) -> list[tuple[str, bool]]:
    return stood(ledger, day).select("state", "is_proven").rows()


REJECTED = said("rejected_total", WHOLE)


def test_a_whole_rejection_is_proven_by_the_statement_of_the_day_without_a_debit(ledger) -> None:
    bank_says(ledger, REJECTED)
    assert stand(ledger) == [("rejected", False)] * 3
    covered(ledger)
    assert stand(ledger) == [("rejected", True)] * 3


def test_a_statement_without_balances_proves_nothing(ledger) -> None:
    bank_says(ledger, REJECTED)
    covered(ledger, balances=False)
    assert stand(ledger) == [("rejected", False)] * 3


@pytest.mark.parametrize("message", ["camt052", "camt054"])
def test_what_only_informs_proves_nothing(ledger, message: str) -> None:
    bank_says(ledger, REJECTED)
    covered(ledger, message=message)
    assert stand(ledger) == [("rejected", False)] * 3


def test_a_debit_together_with_another_files_proves_no_rejection(ledger) -> None:
    bank_says(ledger, REJECTED)
    covered(ledger)
    (number,) = ledger.execute("SELECT max(bank_file_no) FROM core_statement").fetchone() or (0,)
    ledger.execute(
        "INSERT INTO core_bank_answer BY NAME SELECT 0 AS run_no, ? AS bank_file_no, 2 AS item, 1 AS statement, "
        "'camt053' AS message, 'statement_debit' AS kind, ? AS amount_pence, ? AS bank_date",
        [number, WHOLE + 5, SENT.entry_date],
    )
    assert stand(ledger) == [("rejected", False)] * 3


def test_a_fee_that_is_debited_and_given_back_is_not_the_file(ledger) -> None:
    bank_says(ledger, said("statement_debit", 120), said("statement_reversal", 120))
    assert not any(is_proven for _, is_proven in stand(ledger))
    bank_says(ledger, said("statement_debit", WHOLE))
    assert not any(is_proven for _, is_proven in stand(ledger))


def test_the_whole_debit_given_back_by_name_is(ledger) -> None:
    bank_says(ledger, said("statement_debit", WHOLE), said("statement_reversal", WHOLE))
    assert stand(ledger) == [("returned", True)] * 3


def test_a_return_that_left_once_more_is_disputed(ledger) -> None:
    bank_says(ledger, said("statement_debit", WHOLE), said("statement_credit", PENCE[1], 1))
    assert stand(ledger)[1] == ("returned", True)
    bank_says(ledger, said("statement_debit", PENCE[1], 1, day=1))
    assert stand(ledger)[1] == ("disputed", False)


def test_a_return_that_left_once_more_on_the_same_day_is_disputed(ledger: duckdb.DuckDBPyConnection) -> None:
    back, again = said("statement_credit", PENCE[1], 1, day=1), said("statement_debit", PENCE[1], 1, day=1)
    bank_says(ledger, said("statement_debit", WHOLE), back, again)
    assert stand(ledger)[1] == ("disputed", False)
    bank_says(ledger, back)
    assert stand(ledger)[1] == ("returned", True)


def test_of_a_file_that_was_debited_twice_one_return_leaves_the_payee_with_the_other(
    ledger: duckdb.DuckDBPyConnection,
) -> None:
    back = said("statement_credit", PENCE[1], 1, day=1)
    bank_says(ledger, said("statement_debit", WHOLE), said("statement_debit", WHOLE, day=1), back)
    assert stand(ledger) == [("credited", False), ("disputed", False), ("credited", False)]
    bank_says(ledger, back)
    assert stand(ledger)[1] == ("returned", True)


def test_what_the_bank_charges_with_the_debit_is_no_second_one(ledger: duckdb.DuckDBPyConnection) -> None:
    bank_says(ledger, said("statement_debit", WHOLE + 45), said("statement_credit", PENCE[1], 1, day=1))
    assert stand(ledger)[1] == ("returned", True)


def settle(ledger: duckdb.DuckDBPyConnection, decision: str) -> None:
    ledger.execute(
        "INSERT INTO settlement BY NAME SELECT 1 AS settlement_no, ? AS decision, 1 AS run_no, '' AS reason, "
        "'' AS bank_reference, 'a' AS said_by, 'b' AS agreed_by, (SELECT max(bank_file_no) FROM bank_file) "
        "AS after_bank_file_no, now() AS said_at",
        [decision],
    )


@pytest.mark.parametrize("one_by_one", [False, True])
def test_what_two_people_said_was_not_paid_and_is_debited_after_all_is_disputed(ledger, one_by_one: bool) -> None:
    bank_says(ledger, REJECTED)
    settle(ledger, "not_paid")
    assert stand(ledger) == [("rejected", True)] * 3
    debits = [said("statement_debit", pence, row) for row, pence in enumerate(PENCE)]
    bank_says(ledger, *(debits if one_by_one else [said("statement_debit", WHOLE)]))
    assert stand(ledger) == [("disputed", False)] * 3


@pytest.mark.parametrize(
    "word", [said("pending_total", WHOLE), said("rejected_total", WHOLE, code="DUPL"), said("accepted_total", WHOLE)]
)
def test_a_file_that_was_never_sent_and_of_which_the_bank_speaks_is_disputed(ledger, word) -> None:
    ledger.execute("INSERT INTO withdrawal VALUES (1, 1, '', 'a', 'b', now())")
    assert stand(ledger) == [("not_sent", True)] * 3
    bank_says(ledger, word)
    assert stand(ledger) == [("disputed", False)] * 3


def test_an_item_is_proven_rejected_only_with_the_statement_of_the_entry_day(ledger) -> None:
    """A later debit that happens to come to the rest is no proof before the day itself is known."""
    bank_says(ledger, said("rejected", PENCE[0], 0), said("statement_debit", WHOLE - PENCE[0], day=1))
    assert stand(ledger)[0] == ("rejected", False)
    covered(ledger)
    assert stand(ledger)[0] == ("rejected", True)


def test_what_was_submitted_and_never_heard_of_is_on_somebodys_list(ledger) -> None:
    ledger.execute("INSERT INTO submission VALUES (1, 1, 'r', now(), 'a', 'sha', false)")
    assert stand(ledger, SENT.final_on) == [("submitted", False)] * 3
    assert stand(ledger) == [("undecided", False)] * 3


def test_what_was_accepted_and_never_debited_is_on_somebodys_list(ledger) -> None:
    bank_says(ledger, said("accepted_total", WHOLE))
    covered(ledger)
    assert stand(ledger) == [("undecided", False)] * 3


def test_a_message_of_the_future_is_not_the_last_word_for_ever(ledger) -> None:
    bank_says(ledger, said("pending", PENCE[0], 0, message="pain002"))
    ledger.execute("UPDATE bank_file SET made_at = TIMESTAMPTZ '2099-01-01'")
    bank_says(ledger, said("pending", PENCE[1], 1, message="pain002"))
    assert stand(ledger)[1][0] == "undecided"


def test_one_payment_that_the_bank_undoes_came_back_and_disputes_no_other(ledger: duckdb.DuckDBPyConnection) -> None:
    bank_says(ledger, said("statement_debit", WHOLE), said("statement_reversal", PENCE[1], 1, day=1))
    assert stand(ledger) == [("credited", False), ("returned", True), ("credited", False)]
