"""What a frame breaks of the contract: the first reason of each cell, and never a value."""

from datetime import date

import polars as pl
import pytest

from schemas.contract.due import Due
from schemas.contract.frame_schema import pandera_schema, refusals
from schemas.contract.made import REFUSALS
from schemas.period import Period

PAY_DAY = date(2026, 11, 30)
GOOD = {
    "payee_reference": "ILF100001",
    "payee_name": "Zoë O’Hara",
    "sort_code": "089999",
    "account_number": "66374958",
    "roll_number": "",
    "amount": "520.00",
    "payment_reference": "ILF 2611 100001",
    "pay_date": "30/11/2026",
}


def frame(*changes: dict[str, str | None], first: int = 0) -> pl.DataFrame:
    rows = [{"row_number": first + number, **GOOD, **change} for number, change in enumerate(changes)]
    return pl.DataFrame(rows, schema={"row_number": pl.Int32, **dict.fromkeys(GOOD, pl.String)})


@pytest.fixture(scope="module")
def schema(ilf):
    return pandera_schema(ilf, Due(PAY_DAY, Period.parsed("2026-11")))


def test_good_rows_have_no_refusal_and_the_answer_keeps_its_shape(schema):
    found = refusals(frame({}, {"roll_number": "D-443408177 SMI"}), schema)
    assert found.is_empty()
    assert dict(found.schema) == REFUSALS


def test_a_cell_is_refused_for_its_first_reason_alone(schema):
    found = refusals(
        frame({"amount": ""}, {"amount": "-0"}, {"amount": "-412.00"}, {"amount": "1.2E+03"}, {"amount": "0.00"}),
        schema,
    )
    assert found["rule"].to_list() == [
        "is_present",
        "has_two_decimals",
        "is_not_negative",
        "is_not_in_scientific_notation",
        "is_not_zero",
    ]


def test_a_row_with_faults_in_two_columns_has_two_reasons_in_the_contracts_order(schema):
    found = refusals(frame({}, {"pay_date": "27/11/2026", "sort_code": "89999"}), schema)
    assert found.rows() == [(1, "sort_code", "has_exact_digits"), (1, "pay_date", "is_the_pay_day")]


def test_the_row_numbers_are_the_frames_own(schema):
    found = refusals(frame({}, {"payee_name": "  "}, {}, first=500_000), schema)
    assert found.rows() == [(500_001, "payee_name", "is_present")]
    assert dict(found.schema) == REFUSALS


def test_an_optional_column_may_be_empty_and_is_judged_when_it_is_not(schema):
    found = refusals(
        frame({"roll_number": ""}, {"roll_number": " "}, {"roll_number": "1" * 19}, {"roll_number": "é"}),
        schema,
    )
    assert found.rows() == [
        (2, "roll_number", "is_not_too_long"),
        (3, "roll_number", "has_only_permitted_characters"),
    ]


@pytest.mark.parametrize("column", [name for name in GOOD if name != "roll_number"])
def test_a_null_never_passes_a_required_column(schema, column):
    assert refusals(frame({column: None}), schema).rows() == [(0, column, "is_present")]


def test_every_row_may_be_bad(schema):
    found = refusals(frame(*[dict.fromkeys(GOOD, "?")] * 50), schema)
    assert found.group_by("column_name").len().sort("column_name").rows() == [(name, 50) for name in sorted(GOOD)]


def test_a_lazy_frame_is_refused_since_pandera_would_let_it_pass(schema):
    with pytest.raises(TypeError, match="LazyFrame"):
        refusals(frame({"amount": "TBC"}).lazy(), schema)


@pytest.mark.parametrize(
    "spoiled",
    [
        frame({}).drop("amount"),
        frame({}).with_columns(extra=pl.lit("x")),
        frame({}).with_columns(pl.lit(520).alias("amount")),
    ],
    ids=["a column missing", "a column too many", "a column of numbers"],
)
def test_a_frame_of_another_shape_is_an_error_and_never_a_pass(schema, spoiled):
    with pytest.raises(ValueError, match="columns"):
        refusals(spoiled, schema)


def test_no_value_comes_out(schema):
    found = refusals(frame({"amount": "SECRET", "payee_name": "NAME\nNAME"}), schema)
    assert "SECRET" not in str(found.rows())
    assert "NAME" not in str(found.rows())
