"""A report's totals, shared out among the days of its file: to the payment and the penny, or not at all."""

from datetime import date

import polars as pl

from schemas.reconciliation.totals_of_days import share_totals

THURSDAY, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)
DAYS = pl.DataFrame(
    {"day_no": [1, 2], "processing_date": [THURSDAY, FRIDAY], "payments": [2, 2], "pence": [300, 700]},
    schema_overrides={"day_no": pl.Int32},
)
SCHEMA = {
    "item": pl.Int64,
    "run_no": pl.Int32,
    "kind": pl.String,
    "row_number": pl.Int32,
    "payments": pl.Int64,
    "amount_pence": pl.Int64,
    "payment_pence": pl.Int64,
    "original_processing_date": pl.Date,
    "day_no": pl.Int32,
}


def report(*answers: tuple[object, ...]) -> pl.DataFrame:
    """Answers as kind, row, payments, pence, processing day and day of the file."""
    rows = [(item, 1, *answer[:4], answer[3], *answer[4:]) for item, answer in enumerate(answers, start=1)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def totals(answers: pl.DataFrame) -> list[tuple[object, ...]]:
    of_days = answers.filter(pl.col("kind").str.ends_with("_total")).sort("day_no", "kind")
    return of_days.select("day_no", "kind", "payments", "amount_pence").rows()


def test_of_a_file_that_was_taken_whole_each_day_was() -> None:
    told = report(("accepted_total", None, 4, 1000, THURSDAY, None), ("rejected_total", None, 0, 0, THURSDAY, None))
    assert totals(share_totals(told, DAYS, 3)) == [
        (1, "accepted_total", 2, 300),
        (1, "rejected_total", 0, 0),
        (2, "accepted_total", 2, 700),
        (2, "rejected_total", 0, 0),
    ]


def test_a_payment_that_was_rejected_is_missing_on_its_own_day() -> None:
    told = report(
        ("accepted_total", None, 3, 600, THURSDAY, None),
        ("rejected_total", None, 1, 400, THURSDAY, None),
        ("rejected", 3, 1, 400, THURSDAY, 2),
    )
    shared = share_totals(told, DAYS, 4)
    assert [row for row in totals(shared) if row[2]] == [
        (1, "accepted_total", 2, 300),
        (2, "accepted_total", 1, 300),
        (2, "rejected_total", 1, 400),
    ]
    assert sorted(shared["item"]) == [3, 4, 5, 6, 7]


def test_a_day_that_was_rejected_whole_has_its_total_apart() -> None:
    told = report(
        ("accepted_total", None, 2, 300, THURSDAY, None),
        ("rejected_total", None, 0, 0, THURSDAY, None),
        ("rejected_total", None, 2, 700, FRIDAY, None),
    )
    assert [row for row in totals(share_totals(told, DAYS, 4)) if row[2]] == [
        (1, "accepted_total", 2, 300),
        (2, "rejected_total", 2, 700),
    ]


def test_of_a_file_that_was_rejected_whole_each_day_was() -> None:
    told = report(("accepted_total", None, 0, 0, THURSDAY, None), ("rejected_total", None, 4, 1000, THURSDAY, None))
    assert [row for row in totals(share_totals(told, DAYS, 3)) if row[2]] == [
        (1, "rejected_total", 2, 300),
        (2, "rejected_total", 2, 700),
    ]


def test_what_does_not_add_up_stays_as_it_was_said() -> None:
    """One payment was rejected, and the report does not say which."""
    told = report(("accepted_total", None, 3, 600, THURSDAY, None), ("rejected_total", None, 1, 400, THURSDAY, None))
    assert share_totals(told, DAYS, 3).equals(told)
