"""Money survives being written and read."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from schemas.control_total import typed_total
from schemas.money import pence, pounds

amounts = st.integers(0, 10**13)


@given(amounts)
def test_a_control_total_is_read_back_however_it_is_grouped(amount: int):
    written = pounds(amount)
    for typed in (written, written.replace(",", " "), written.replace(",", ""), written.removeprefix("£")):
        assert typed_total(typed) == amount
        assert typed_total(typed.removesuffix(".00")) == amount


@given(st.lists(amounts, min_size=1))
def test_a_column_is_read_back(written: list[int]):
    texts = [pounds(amount).replace("£", "").replace(",", "") for amount in written]
    assert pl.DataFrame({"amount": texts}).select(pence("amount")).to_series().to_list() == written
