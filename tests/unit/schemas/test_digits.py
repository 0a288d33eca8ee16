"""Which texts are digits alone, held against what Python says of each of them."""

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.digits import number_of

TEXTS = st.lists(st.text(max_size=9) | st.text("0123456789+-_ .e", min_size=5, max_size=9) | st.none(), max_size=30)


@given(TEXTS, st.sampled_from([6, 8]))
def test_a_number_is_a_text_of_exactly_so_many_digits(texts: list[str | None], digits: int) -> None:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    expected = [int(text) if text and re.fullmatch(f"[0-9]{{{digits}}}", text) else None for text in texts]
    assert frame.select(number_of(pl.col("text"), digits)).to_series().to_list() == expected


@pytest.mark.parametrize("text", ["+12345", "-12345", " 12345", "12345\n", "1_2345", "１２", "٣٤٥", "1234567", "12345"])
def test_what_is_no_number_of_six_digits(text: str) -> None:
    assert pl.DataFrame({"text": [text]}).select(number_of(pl.col("text"), 6)).item() is None
