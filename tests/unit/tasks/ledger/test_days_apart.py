"""A payment file of two days: what is said of one day says nothing of the other, and frees nobody of it."""

from collections.abc import Iterator
from datetime import date
from typing import cast

import duckdb
import polars as pl
import pytest

from schemas.no_go import NoGo
from schemas.reconciliation.figures import SentFile
from tasks.exceptions.decisions import Decision, open_rows
from tasks.exceptions.subject import OfRun
from tasks.exceptions.waiting import define
from tasks.ledger.runs import run_row
from tasks.tenant_context import TenantContext
from tests.stands import answered, in_files, ledger_of, stood

FIRST, SECOND, AFTER = date(2026, 11, 16), date(2026, 11, 30), date(2026, 12, 9)
PENCE = (100, 200, 300, 400)
"""The first two rows are paid on the first day, 300 together, the others on the second, 700."""
SENT = SentFile("123456", "000007", 4, 1000, date(2026, 11, 13), FIRST, date(2026, 11, 18))
SCHEMA = {"run_no": pl.Int32, "bank_file_no": pl.Int32, "item": pl.Int32, "statement": pl.Int32} | {
    "message": pl.String,
    "kind": pl.String,
    "row_number": pl.Int32,
    "payments": pl.Int64,
    "amount_pence": pl.Int64,
    "payment_pence": pl.Int64,
    "bank_date": pl.Date,
    "day_no": pl.Int32,
    "finding": pl.String,
}


def total(kind: str, pence: int, day_no: int | None) -> dict[str, object]:
    return {"message": "input_report", "kind": kind, "payments": 2, "amount_pence": pence, "day_no": day_no}


def debit(pence: int, day_no: int, day: date) -> dict[str, object]:
    found = {"message": "camt053", "kind": "statement_debit", "amount_pence": pence, "day_no": day_no}
    return {**found, "bank_date": day, "statement": 1}


@pytest.fixture
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    payments = pl.DataFrame({"row_number": range(4), "amount_pence": PENCE})
    with ledger_of(payments, SENT) as connection:
        connection.execute("UPDATE file_day SET payments = 2, pence = 300")
        connection.execute(
            "INSERT INTO file_day VALUES (1, ?, DATE '2026-11-27', DATE '2026-11-26', DATE '2026-12-02', 2, 700)",
            [SECOND],
        )
        connection.execute("INSERT INTO file_day_rows VALUES (1, 1, 0, 1), (1, 2, 2, 3)")
        yield connection


def says(ledger: duckdb.DuckDBPyConnection, *answers: dict[str, object]) -> None:
    answered(ledger, pl.DataFrame(in_files(answers), schema=SCHEMA, orient="row"))


NOTHING = {"message": "camt053", "kind": "informed_credit", "amount_pence": 0, "statement": 1}


def covered(ledger: duckdb.DuckDBPyConnection, day: date, before_last: int = 0) -> None:
    """The last file, which says ``NOTHING``, or one before it, is a whole statement of a day."""
    ledger.execute(
        "INSERT INTO core_statement SELECT max(bank_file_no) - ?, 1, '10799988837491', true, 'S1', NULL, ?, ?, 100, "
        "100, 0, 'sha' FROM bank_file",
        [before_last, day, day],
    )


def stand(ledger: duckdb.DuckDBPyConnection, day: date = AFTER) -> list[tuple[str, bool]]:
    return stood(ledger, day).select("state", "is_proven").rows()


def test_what_was_taken_counts_as_credited_from_its_own_pay_day_on(ledger: duckdb.DuckDBPyConnection) -> None:
    says(ledger, total("accepted_total", 300, 1), total("accepted_total", 700, 2))
    assert stand(ledger, FIRST) == [("credited", False)] * 2 + [("accepted", False)] * 2
    assert stand(ledger, SECOND) == [("credited", False)] * 4


def test_a_day_that_was_rejected_is_proven_by_the_statement_of_that_day(ledger: duckdb.DuckDBPyConnection) -> None:
    says(ledger, total("rejected_total", 700, 2), debit(300, 1, FIRST), NOTHING)
    assert stand(ledger) == [("credited", False)] * 2 + [("rejected", False)] * 2
    covered(ledger, FIRST)
    assert stand(ledger) == [("credited", False)] * 2 + [("rejected", False)] * 2
    ledger.execute("UPDATE core_statement SET first_day = ?, last_day = ?", [SECOND, SECOND])
    assert stand(ledger) == [("credited", False)] * 2 + [("rejected", True)] * 2


def test_a_debit_is_of_its_day_alone(ledger: duckdb.DuckDBPyConnection) -> None:
    says(ledger, debit(300, 1, FIRST))
    assert stand(ledger) == [("credited", False)] * 2 + [("released", False)] * 2


@pytest.mark.parametrize(
    ("found", "first_day"),
    [({"finding": "like_ours"}, "credited"), ({"run_no": 0, "day_no": None}, "released")],
    ids=["named as the file's", "named as nobody's"],
)
def test_a_debit_of_both_days_at_once_proves_neither_rejected(
    ledger: duckdb.DuckDBPyConnection, found: dict[str, object], first_day: str
) -> None:
    """All the money left on the first day: what a report says was rejected of the second may have left with it."""
    both = {**debit(1000, 1, FIRST), **found}
    says(ledger, total("rejected_total", 700, 2), both, NOTHING)
    covered(ledger, FIRST, before_last=1)
    covered(ledger, SECOND)
    assert stand(ledger) == [(first_day, False)] * 2 + [("rejected", False)] * 2


def test_a_second_debit_of_the_other_day_proves_no_rejected_day(ledger: duckdb.DuckDBPyConnection) -> None:
    """Both days come to the same, and both debits are booked on the second."""
    ledger.execute("UPDATE core_payment SET amount_pence = 250")
    ledger.execute("UPDATE file_day SET pence = 500")
    more = {**debit(500, 2, SECOND), "finding": "like_ours"}
    says(ledger, total("rejected_total", 500, 1), debit(500, 2, SECOND), more, NOTHING)
    covered(ledger, SECOND, before_last=1)
    covered(ledger, FIRST)
    assert stand(ledger) == [("rejected", False)] * 2 + [("credited", False)] * 2


def test_what_is_said_of_the_whole_and_of_no_day_frees_nobody(ledger: duckdb.DuckDBPyConnection) -> None:
    says(ledger, total("rejected_total", 1000, None), NOTHING)
    covered(ledger, SECOND)
    assert not any(is_proven for _, is_proven in stand(ledger))


def test_what_people_settle_of_a_day_says_nothing_of_the_other(ledger: duckdb.DuckDBPyConnection) -> None:
    """Nothing was heard of either; two people have said of the second day that it was not paid."""
    ledger.execute("INSERT INTO submission VALUES (1, 1, 'ref', now(), 'who', 'sha', false)")
    assert stand(ledger) == [("undecided", False)] * 4
    ledger.execute(
        "INSERT INTO settlement BY NAME SELECT 1 AS settlement_no, 'not_paid' AS decision, 1 AS run_no, 2 AS day_no, "
        "'' AS reason, '' AS bank_reference, 'a' AS said_by, 'b' AS agreed_by, 0 AS after_bank_file_no, "
        "now() AS said_at"
    )
    assert stand(ledger) == [("undecided", False)] * 2 + [("not_paid", True)] * 2
    says(ledger, debit(700, 2, SECOND))
    assert stand(ledger) == [("undecided", False)] * 2 + [("disputed", False)] * 2


def test_what_waits_for_two_people_is_named_and_settled_by_its_day(ledger: duckdb.DuckDBPyConnection) -> None:
    """The first day was debited; of the second, whose time is over, nothing was heard."""
    ledger.execute("INSERT INTO submission VALUES (1, 1, 'ref', now(), 'who', 'sha', false)")
    says(ledger, debit(300, 1, FIRST))
    define(ledger)
    waits = ledger.execute("SELECT day_no, entry_date, payments, pence, state FROM open_run(?)", [AFTER]).fetchall()
    assert waits == [(2, SECOND, 2, 700, "undecided")]
    run, nobody_s = run_row(ledger, "run"), cast("TenantContext", None)  # asked of answers that fit several alone
    for subject in (OfRun(run), OfRun(run, pay_day=SECOND), OfRun(run, row_number=3)):
        rows = open_rows(ledger, nobody_s, subject, Decision.PAID, AFTER)
        assert rows.payments == (1 if subject.row_number else 2)
    assert ledger.execute(rows.which, rows.known).fetchall() == [(3, 400, None)]
    for subject in (OfRun(run, pay_day=FIRST), OfRun(run, row_number=0)):
        with pytest.raises(NoGo, match="waits for two people"):
            open_rows(ledger, nobody_s, subject, Decision.PAID, AFTER)


def test_totals_are_those_of_the_days_together(ledger: duckdb.DuckDBPyConnection) -> None:
    back = {"message": "camt053", "kind": "statement_credit", "row_number": 3, "amount_pence": 400}
    says(ledger, total("accepted_total", 300, 1), debit(700, 2, SECOND), {**back, "payment_pence": 400, "statement": 1})
    stood(ledger, AFTER)
    found = ledger.execute("SELECT state, payments, pence FROM state_totals(?) ORDER BY ALL", [AFTER]).fetchall()
    assert found == [("credited", 3, 600), ("returned", 1, 400)]
