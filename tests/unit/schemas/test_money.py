"""Money is exact: text to integer pence and back."""

import polars as pl
import pytest

from schemas.money import pence, pounds


def _pence(*texts: str | None) -> list[int | None]:
    return pl.DataFrame({"amount": texts}, schema={"amount": pl.String}).select(pence("amount")).to_series().to_list()


def test_amounts_as_written_are_read_exactly():
    # 0.29, 19.99 and 1.15 lose a penny as float times 100; the last is past what a float can hold.
    assert _pence("0.29", "19.99", "1.15", "0.00", "007.10", "90071992547409.93") == [
        29,
        1999,
        115,
        0,
        710,
        9007199254740993,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1.00",
        "1.00 ",
        "1.00\n",
        "1",
        "1.5",
        "1.005",
        ".50",
        "1,000.00",
        "£1.00",
        "-1.00",
        "+1.00",
        "1e3",
        "1.0O",
        "١.٠٠",
    ],
)
def test_anything_else_is_null(text: str):
    assert _pence(text) == [None]


def test_null_and_what_is_too_large_are_null():
    largest = 2**63 - 1
    assert _pence(None, f"{largest // 100}.{largest % 100:02d}", f"{largest // 100}.{largest % 100 + 1:02d}") == [
        None,
        largest,
        None,
    ]


def test_column_keeps_its_name_and_is_int64():
    read = pl.DataFrame({"amount": ["1.00"]}).select(pence(pl.col("amount")))
    assert read.schema == {"amount": pl.Int64}


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1065141560, "£10,651,415.60"),
        (0, "£0.00"),
        (5, "£0.05"),
        (100000, "£1,000.00"),
        (-100000, "-£1,000.00"),
        (-5, "-£0.05"),
    ],
)
def test_pounds_are_written_for_a_person(amount: int, text: str):
    assert pounds(amount) == text
