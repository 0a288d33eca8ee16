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


TYPED = st.text("0123456789.,  £-+eE_()\u00a0\u202f\u0661\uff11") | st.text()


@given(TYPED)
def test_whatever_is_typed_is_the_sum_of_its_digits_or_is_refused_by_a_sentence(typed: str):
    try:
        read = typed_total(typed)
    except ValueError as refused:
        assert "a point before two digits of pence" in str(refused)
    else:
        pounds_typed, _, pence_typed = typed.partition(".")
        digits = "".join(sign for sign in pounds_typed if sign in "0123456789")
        assert read == int(digits) * 100 + int(pence_typed.strip() or "0")


@given(st.lists(amounts, min_size=1))
def test_a_column_is_read_back(written: list[int]):
    texts = [pounds(amount).replace("£", "").replace(",", "") for amount in written]
    assert pl.DataFrame({"amount": texts}).select(pence("amount")).to_series().to_list() == written
