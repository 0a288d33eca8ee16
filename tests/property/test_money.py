"""Money survives being written and read."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from schemas.money import parse_pounds, pence, pounds

amounts = st.integers(0, 10**13)


@given(amounts)
def test_pounds_are_read_back(amount: int):
    assert parse_pounds(pounds(amount)) == amount


@given(st.lists(amounts, min_size=1))
def test_a_column_is_read_back(written: list[int]):
    texts = [pounds(amount).replace("£", "").replace(",", "") for amount in written]
    assert pl.DataFrame({"amount": texts}).select(pence("amount")).to_series().to_list() == written
