"""The total as written, against Python's own decimals."""

from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from schemas.contract.total import amount_as_written

READABLE = st.decimals(-(10**12), 10**12, places=3).map(lambda amount: f"{amount:f}")


@given(st.lists(READABLE, max_size=50))
def test_the_sum_is_exact(amounts):
    total = pl.DataFrame({"amount": amounts}, schema={"amount": pl.String}).select(amount_as_written().sum()).item()
    assert total == sum(map(Decimal, amounts), Decimal(0))


def test_what_cannot_be_read_is_no_pounds():
    unreadable = ["TBC", "", " ", "£5.00", "1,000.00", "1E3", "1.", None, "0.00000000001", "9" * 40]
    frame = pl.DataFrame({"amount": [*unreadable, "-412.00", "330.005", "7"]})
    found = frame.select(amount_as_written()).to_series().to_list()
    assert found == [None] * len(unreadable) + [Decimal("-412"), Decimal("330.005"), Decimal(7)]
