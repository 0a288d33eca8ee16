"""Money is exact: text to integer pence and back."""

import polars as pl
import pytest

from schemas.money import parse_pounds, pence, pounds


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


@pytest.mark.parametrize("text", ["£10,651,415.60", "10651415.60", "10,651,415.60", " £ 10651415.60 ", "£10651415.60"])
def test_what_a_person_types_is_read(text: str):
    assert parse_pounds(text) == 1065141560


@pytest.mark.parametrize(
    "text",
    [
        "",
        "£",
        "98765432",
        "98765432.1",
        "98765432.101",
        "106,51415.60",
        "1,06,514.15",
        "-5.00",
        "5.00 GBP",
        "1e6",
        "nan",
        "٥.٠٠",
    ],
)
def test_what_is_no_sum_is_refused_without_repeating_it(text: str):
    with pytest.raises(ValueError, match="Write the sum in pounds and pence") as refused:
        parse_pounds(text)
    assert len(text) < 4 or text not in str(refused.value)
