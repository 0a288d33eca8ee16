"""The days on which a run pays: one or several, each with its own payments."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import duckdb
import pytest

from schemas.no_go import NoGo
from tasks.ledger.file_days import MISPLACED, days_of, define_file_days
from tasks.ledger.overview import overview
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.rows import FileDayRow, insert
from tasks.ledger.verify import problems
from tests.by_hand import parts_beside
from tests.filled_ledger import answered_month, ilf_ledger, run_id_of

RUN = run_id_of("2026-11")
LATER = date(2026, 12, 2)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    ledger = ilf_ledger(tmp_path_factory.mktemp("filled"))
    answered_month(ledger, "2026-11")
    with ledger.opened() as connection:
        yield connection


@pytest.fixture
def connection(filled: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    filled.begin()
    yield filled
    filled.rollback()


def second(connection: duckdb.DuckDBPyConnection) -> FileDayRow:
    """Let the run pay its first three payments on a second day."""
    (day,) = days_of(connection, RUN)
    rows = connection.execute(
        "SELECT row_number, amount_pence FROM core_payment ORDER BY row_number LIMIT 3"
    ).fetchall()
    last, pence = rows[-1][0], sum(pence for _, pence in rows)
    other = replace(day, entry_date=LATER, processing_date=date(2026, 12, 1), payments=3, pence=pence)
    connection.execute("UPDATE file_day SET payments = payments - 3, pence = pence - ?", [pence])
    insert(connection, other)
    connection.execute(
        "INSERT INTO file_day_rows VALUES (1, 2, 0, ?), (1, 1, ?, (SELECT max(row_number) FROM core_payment))",
        [last, last + 1],
    )
    return other


def test_of_several_days_the_first_comes_first(connection: duckdb.DuckDBPyConnection) -> None:
    (only,) = days_of(connection, RUN)
    other = second(connection)
    first = replace(only, payments=only.payments - 3, pence=only.pence - other.pence)
    assert days_of(connection, RUN) == (first, other)


def test_rows_that_do_not_add_up_to_their_day_are_found(connection: duckdb.DuckDBPyConnection) -> None:
    second(connection)
    define_file_days(connection)
    assert connection.execute(MISPLACED).fetchall() == []
    connection.execute("UPDATE file_day_rows SET last_row = last_row - 1 WHERE day_no = 1")
    assert connection.execute(MISPLACED).fetchall() == [(1,)]


def test_before_there_is_a_file_there_is_no_day(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("DELETE FROM file_day")
    with pytest.raises(NoGo, match=r"The stage instruct of .* has not been done yet"):
        days_of(connection, RUN)


def test_a_second_day_doubles_no_payment_and_no_run(connection: duckdb.DuckDBPyConnection) -> None:
    """As a whole a run is due at its first processing day, and paid on its last day; a payment on its own."""
    define_payment_state(connection)
    asked = "SELECT count(*), sum(amount_pence) FROM payment_state(DATE '2026-12-01')"
    credited = f"{asked} WHERE state = 'credited'"
    before, paid = connection.execute(asked).fetchone(), connection.execute(credited).fetchone()
    second(connection)
    define_payment_state(connection)
    assert connection.execute(asked).fetchone() == before
    assert paid and paid[0] > 5000
    assert connection.execute(credited).fetchone() == (0, None)  # what one debit took of the file fits neither day
    released = f"{asked} WHERE entry_date = DATE '{LATER}'"
    assert (connection.execute(released).fetchone() or [0])[0] == 3
    (run,) = overview(connection)
    assert (run.processing_date, run.entry_date) == (date(2026, 11, 27), LATER)


def test_days_that_do_not_add_up_are_a_problem(connection: duckdb.DuckDBPyConnection) -> None:
    said = "The days of its payment file do not add up to the file."
    assert said not in [problem.what for problem in problems(connection, parts_beside(connection))]
    connection.execute("UPDATE file_day SET pence = pence - 1")
    assert said in [problem.what for problem in problems(connection, parts_beside(connection))]
