"""Whatever a bank says, and in whatever order: counts and rows agree, and nobody is freed by what does not prove it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.bank_messages.bank_file import Kind, Message
from schemas.payment_state import UNPAID
from schemas.reconciliation.figures import SentFile
from tests.stands import answered, in_files, ledger_of, stood

PENCE = (298160, 190000, 105000)
WHOLE = sum(PENCE)
PAYMENTS = pl.DataFrame({"row_number": range(3), "amount_pence": PENCE})
SENT = SentFile("123456", "000007", 3, WHOLE, date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 2))
ON_THE_STATEMENT = (Kind.STATEMENT_DEBIT, Kind.STATEMENT_REVERSAL)
OF_ONE = (Kind.ACCEPTED, Kind.AMENDED, Kind.RETURNED, Kind.REJECTED, Kind.CANCELLED, Kind.PENDING, Kind.SETTLED)
OF_THE_FILE = (Kind.ACCEPTED_TOTAL, Kind.REJECTED_TOTAL, Kind.CANCELLED_TOTAL, Kind.PENDING_TOTAL)
SUMS = (0, *PENCE, WHOLE, WHOLE - PENCE[0])
SCHEMA = {
    "run_no": pl.Int64,
    "bank_file_no": pl.Int64,
    "item": pl.Int64,
    "message": pl.String,
    "kind": pl.String,
    "row_number": pl.Int64,
    "code": pl.String,
    "payments": pl.Int64,
    "amount_pence": pl.Int64,
    "payment_pence": pl.Int64,
    "bank_date": pl.Date,
}


def answer(message: Message, kind: Kind, row: int | None, code: str | None, pence: int) -> dict[str, object]:
    found: dict[str, object] = {"message": str(message), "kind": str(kind), "row_number": row, "code": code}
    found |= {"payments": int(pence > 0), "bank_date": SENT.entry_date}
    return found | {"amount_pence": pence, "payment_pence": None if row is None else PENCE[row]}


reports = st.sampled_from([Message.INPUT_REPORT, Message.PAIN002])
statements = st.just(Message.CAMT053)
codes = st.sampled_from([None, "DUPL", "AM04", "ACSC", "ACCP"])
rows = st.integers(0, 2)
in_a_message = st.one_of(
    st.builds(answer, reports, st.sampled_from(OF_THE_FILE), st.none(), codes, st.sampled_from(SUMS)),
    st.builds(answer, reports, st.sampled_from(OF_ONE), rows, codes, st.sampled_from(PENCE)),
)
one_word = st.one_of(
    in_a_message,
    st.builds(answer, statements, st.sampled_from(ON_THE_STATEMENT), st.none(), st.none(), st.sampled_from(SUMS)),
    st.builds(answer, statements, st.just(Kind.STATEMENT_CREDIT), rows, codes, st.sampled_from(PENCE)),
)
days = st.sampled_from([date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 9)])


@pytest.fixture(scope="module")
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    with ledger_of(PAYMENTS, SENT) as connection:
        yield connection


def stand(ledger: duckdb.DuckDBPyConnection, said: list[dict[str, object]], day: date) -> pl.DataFrame:
    """Where the payments stand when this has been said, each in a file of its own."""
    ledger.execute("BEGIN")
    try:
        answered(ledger, pl.DataFrame(in_files(said), schema=SCHEMA, orient="row"))
        return stood(ledger, day)
    finally:
        ledger.execute("ROLLBACK")


@pytest.mark.slow
@settings(max_examples=12)
@given(said=st.lists(one_word, max_size=5), day=days)
def test_counts_say_what_the_rows_say(ledger: duckdb.DuckDBPyConnection, said, day) -> None:
    ledger.execute("BEGIN")
    try:
        answered(ledger, pl.DataFrame(in_files(said), schema=SCHEMA, orient="row"))
        found = stood(ledger, day)
        totals = ledger.execute(
            "SELECT state, payments, pence, not_proven FROM state_totals(?) ORDER BY state", [day]
        ).fetchall()
    finally:
        ledger.execute("ROLLBACK")
    is_open = (pl.col("state").is_in(sorted(UNPAID)) & ~pl.col("is_proven")).sum().alias("open")
    assert totals == found.group_by("state").agg(pl.len(), pl.col("amount_pence").sum(), is_open).sort("state").rows()


@pytest.mark.slow
@settings(max_examples=12)
@given(said=st.lists(in_a_message, max_size=6), day=days)
def test_no_word_of_a_message_frees_anybody(ledger: duckdb.DuckDBPyConnection, said, day) -> None:
    """Everything that is in a message can be forged: without a statement or two people nothing is proven."""
    assert not stand(ledger, said, day)["is_proven"].any()


@pytest.mark.slow
@settings(max_examples=10)
@given(said=st.lists(one_word, max_size=5), day=days)
def test_a_payment_whose_money_went_and_did_not_come_back_is_not_freed(
    ledger: duckdb.DuckDBPyConnection, said, day
) -> None:
    """The whole file was debited once, and the bank gave nothing of it back."""
    moved = {str(Kind.STATEMENT_CREDIT), *map(str, ON_THE_STATEMENT)}
    whole = answer(Message.CAMT053, Kind.STATEMENT_DEBIT, None, None, WHOLE)
    words = [each for each in said if each["kind"] not in moved]
    assert not stand(ledger, [whole, *words], day)["is_proven"].any()


@pytest.mark.slow
@settings(max_examples=8)
@given(said=st.lists(one_word, max_size=5), day=days, data=st.data())
def test_whatever_comes_first_comes_to_the_same(ledger: duckdb.DuckDBPyConnection, said, day, data) -> None:
    """Each message has its own time; files that arrive in another order, or twice, tell nothing else."""
    order = data.draw(st.permutations(range(len(said))))
    in_order = stand(ledger, said, day)
    timed = [{**said[at], "bank_file_no": at + 1, "item": place} for place, at in enumerate(order)]
    assert stand(ledger, timed, day).equals(in_order)


@pytest.mark.slow
@settings(max_examples=10)
@given(said=st.lists(one_word, max_size=5))
def test_time_alone_frees_nobody(ledger: duckdb.DuckDBPyConnection, said) -> None:
    early, late = (stand(ledger, said, day)["is_proven"].to_list() for day in (SENT.entry_date, date(2036, 1, 1)))
    assert early == late


def test_without_its_release_nothing_of_a_file_is_with_the_bank() -> None:
    with ledger_of(PAYMENTS, replace(SENT, pence=WHOLE)) as connection:
        connection.execute("DELETE FROM journal")
        assert set(stood(connection, SENT.entry_date)["state"]) == {"awaiting_approval"}
