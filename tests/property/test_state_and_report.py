"""Whatever a bank says, and in whatever order: the ledger's query and the report say the same of each payment."""

from collections.abc import Iterator
from datetime import date

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.bank_messages.bank_file import Kind, Message
from schemas.reconciliation.outcomes import outcomes
from tasks.ledger.payment_state import define_payment_state
from tasks.reconcile.placing import sent_file
from tests.month import ROWS_PENCE, context, released

PENCE = (298160, 190000, 105000)
FILES = {1: Message.INPUT_REPORT, 2: Message.INPUT_REPORT, 3: Message.PAIN002, 4: Message.PAIN002, 5: Message.CAMT053}
OF_THE_FILE = (Kind.ACCEPTED_TOTAL, Kind.REJECTED_TOTAL)
ON_THE_STATEMENT = (Kind.STATEMENT_DEBIT, Kind.STATEMENT_REVERSAL)
OF_ONE = (Kind.AMENDED, Kind.RETURNED, Kind.REJECTED, Kind.PENDING, Kind.SETTLED)
SHOWN = {"released": "in flight", "submitted": "in flight", "accepted": "in flight"}
"""States that the report does not tell apart."""

codes = st.sampled_from([None, "DUPL", "AM04"])
rows = st.integers(0, 2)
said = st.lists(
    st.one_of(
        st.tuples(
            st.integers(1, 4), st.sampled_from(OF_THE_FILE), st.none(), codes, st.sampled_from([0, *PENCE, ROWS_PENCE])
        ),
        st.tuples(st.just(5), st.sampled_from(ON_THE_STATEMENT), st.none(), st.none(), st.just(ROWS_PENCE)),
        st.tuples(st.integers(1, 4), st.sampled_from(OF_ONE), rows, codes, st.sampled_from(PENCE)),
        st.tuples(st.just(5), st.just(Kind.STATEMENT_CREDIT), rows, codes, st.sampled_from(PENCE)),
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[duckdb.DuckDBPyConnection, object]]:
    of = context(tmp_path_factory.mktemp("released"))
    released(of)
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        yield connection, sent_file(connection, of, 1)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=said, day=st.sampled_from([date(2026, 11, 27), date(2026, 11, 30)]))
def test_one_place_is_as_good_as_the_other(ledger, said, day):
    connection, sent = ledger
    connection.execute("BEGIN")
    try:
        for item, (number, kind, row, code, pence) in enumerate(said, start=1):
            connection.execute(
                "INSERT INTO core_bank_answer (run_no, bank_file_no, item, row_number, message, kind, code, payments, "
                "amount_pence, bank_date) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, DATE '2026-11-30')",
                [number, item, row, str(FILES[number]), str(kind), code, int(pence > 0), pence],
            )
        answers = connection.execute("SELECT * FROM core_bank_answer").pl()
        states = connection.execute("SELECT state FROM payment_state(?) ORDER BY row_number", [day]).fetchall()
    finally:
        connection.execute("ROLLBACK")
    placed = outcomes(pl.DataFrame({"row_number": range(3), "amount_pence": PENCE}), answers, sent, day)
    assert [SHOWN.get(state, state) for (state,) in states] == placed["outcome"].to_list()
