"""Money is conserved whatever a bank says."""

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from schemas.bank_messages.bank_file import ANSWERS, ONE_PAYMENT, Kind, Message
from schemas.payment_state import LEFT_OUT, PaymentState
from schemas.reconciliation.figures import Extract, SentFile
from schemas.reconciliation.reconcile import reconcile

amounts = st.lists(st.integers(1, 2_000_000_000), min_size=1, max_size=12)
refused = st.decimals(-10_000, 10_000, places=3)
said_by = [
    *[(Message.INPUT_REPORT, kind) for kind in Kind if not kind.startswith("statement")],
    (Message.ARUCS, Kind.RETURNED),
    (Message.CAMT053, Kind.STATEMENT_DEBIT),
    (Message.CAMT053, Kind.STATEMENT_CREDIT),
]
answers = st.lists(
    st.tuples(
        st.sampled_from(said_by),
        st.one_of(st.none(), st.integers(0, 11)),
        st.integers(0, 2_000_000_000),
    ),
    max_size=12,
)
days = st.dates(date(2026, 11, 20), date(2026, 12, 10))
MOVES_NOTHING = (Kind.ACCEPTED, Kind.PENDING, Kind.SETTLED)
stands = st.lists(
    st.tuples(st.sampled_from(sorted(set(PaymentState) - LEFT_OUT)), st.booleans()), min_size=12, max_size=12
)


@given(amounts, stands, refused, answers, days)
def test_buckets_always_add_up_to_the_extract(pence, stands, refused_pounds, said, day):
    payments = pl.DataFrame(
        {
            "row_number": range(len(pence)),
            "amount_pence": pence,
            "state": [str(state) for state, _ in stands[: len(pence)]],
            "is_proven": [is_proven for _, is_proven in stands[: len(pence)]],
        }
    )
    rows = [
        {"message": message, "kind": kind, "row_number": row, "payments": 1, "amount_pence": amount}
        for (message, kind), row, amount in said
        if row is None or (row < len(pence) and kind in ONE_PAYMENT)
    ]
    schema = {**ANSWERS, "row_number": pl.Int64, "bank_file_no": pl.Int64, "finding": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    total = Decimal(sum(pence)).scaleb(-2)
    extract = Extract(len(pence) + 3, total + refused_pounds, 3, refused_pounds, 0, 0, Decimal(0))
    sent = SentFile(
        "123456", "000001", len(pence), sum(pence), date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 2)
    )
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = reconcile("ilf-2026-11-live-1", moment, extract, sent, payments, frame)
    assert sum(bucket.rows for bucket in found.buckets) == extract.rows
    assert sum(bucket.pounds for bucket in found.buckets) == extract.pounds
    assert all(part.cause != "Rows of the extract in no bucket" for part in found.unexplained)
    listed = [row for step in found.follow_ups for row in step.row_numbers]
    asked = {row["row_number"] for row in rows if row["kind"] not in MOVES_NOTHING} - {None}
    assert len(listed) == len(set(listed))
    assert asked <= set(listed)
