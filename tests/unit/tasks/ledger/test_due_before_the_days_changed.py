"""A period with one pay day gets two while it is being paid: whoever was paid for the one is not paid for it again."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from schemas.account.forms import AccountForms
from tasks.ledger.never_twice import find_duplicates
from tests.small_months import NOW, month, small_ledger

FIRST, SECOND, LATER = date(2026, 11, 16), date(2026, 11, 30), date(2026, 12, 10)
PAYEE = ("P1", "00000001", "1000.00")


@pytest.fixture(scope="module")
def agreed_anew() -> Iterator[duckdb.DuckDBPyConnection]:
    """November's only day was the 16th; of P1 all came back, and a supplementary run paid on 10 December.

    P2 was paid outside siller, recorded before the second day was agreed. Run 3 asks for both once more on each day.
    """
    with small_ledger() as connection:
        month(connection, "2026-11", PAYEE, at=NOW)
        month(connection, "2026-11", PAYEE, at=NOW, kind="supplementary")
        connection.execute("UPDATE run SET pay_date = if(run_no = 1, ?, ?)", [FIRST, LATER])
        connection.execute("UPDATE raw_extract_row SET pay_date = if(run_no = 1, '16/11/2026', '10/12/2026')")
        connection.execute("INSERT INTO withdrawal VALUES (1, 1, 'never sent', 'x', 'y', ?)", [NOW])
        connection.execute(
            "INSERT INTO core_paid_elsewhere BY NAME SELECT 1 AS paid_elsewhere_no, 2 AS line, "
            "'P2' AS payee_reference, '2026-11' AS pay_period, 'full' AS kind, '1' AS occurrence, "
            "'800000' AS sort_code, '00000002' AS account_number, '' AS roll_number, "
            "100000 AS amount_pence, DATE '2026-11-14' AS paid_on"
        )
        other = ("P2", "00000002", "1000.00")
        month(connection, "2026-11", PAYEE, PAYEE, other, other, released=False, kind="supplementary")
        connection.execute(
            "UPDATE raw_extract_row SET pay_date = if(row_number % 2 = 0, '16/11/2026', '30/11/2026') WHERE run_no = 3"
        )
        connection.execute("INSERT INTO period_day VALUES (3, ?), (3, ?)", [FIRST, SECOND])
        yield connection


def test_what_was_due_on_the_only_day_is_held_on_that_day(agreed_anew: duckdb.DuckDBPyConnection) -> None:
    """Whatever day a supplementary run named for itself; and on the day that was agreed since P1 may be paid."""
    assert held(agreed_anew)[:1] == [(0, "already_released")]
    assert 1 not in dict(held(agreed_anew))


def test_what_was_paid_outside_when_there_was_one_day_is_held_on_each(agreed_anew: duckdb.DuckDBPyConnection) -> None:
    assert held(agreed_anew)[1:] == [(2, "paid_elsewhere"), (3, "paid_elsewhere")]


def test_what_came_back_since_is_held_on_none(agreed_anew: duckdb.DuckDBPyConnection) -> None:
    agreed_anew.execute("BEGIN")
    agreed_anew.execute(
        "INSERT INTO core_paid_elsewhere BY NAME SELECT * REPLACE (2 AS paid_elsewhere_no, "
        "-amount_pence AS amount_pence, DATE '2026-11-30' AS due) FROM core_paid_elsewhere"
    )
    assert held(agreed_anew) == [(0, "already_released")]
    agreed_anew.execute("ROLLBACK")


def held(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    return find_duplicates(connection, 3, LATER, AccountForms()).rows()
