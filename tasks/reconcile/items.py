"""The payments and rows that are not simply paid, a line each, for a spreadsheet or a program: no name, no account.

Read them as the page beside them may be read.
"""

from io import BytesIO

import polars as pl

from schemas.reconciliation.figures import Outcome, Reconciliation
from schemas.tables_for_people.csv_text import csv_text

ITEMS = {
    "payment": pl.String,
    "line": pl.Int64,
    "of_file": pl.String,
    "outcome": pl.String,
    "message": pl.String,
    "code": pl.String,
    "meaning": pl.String,
    "what_to_do": pl.String,
    "paid_since_by": pl.String,
}
"""The columns: run and row as a trace takes them; its line in the body's file, and of which, if not the run's own."""

LEFT_OUT_ROWS = {"row_number": pl.Int32, "outcome": pl.String, "meaning": pl.String}
"""The columns of what is said of rows that are left out."""


def items(
    reconciliation: Reconciliation, left_out: pl.DataFrame, lines: pl.DataFrame, since: pl.DataFrame
) -> pl.DataFrame:
    """One row a payment that needs a person, and one a row that was left out.

    Args:
        reconciliation: the run.
        left_out: ``row_number``, ``outcome`` and ``meaning``, the rules that they break.
        lines: as ``file_lines`` gives them, of all these rows.
        since: as ``paid_since`` gives it.

    Returns:
        a frame of ``ITEMS``, in the order of what to do first.
    """
    steps = pl.DataFrame(
        [
            (list(step.row_numbers), str(step.outcome), step.message, step.code, step.meaning, step.next_step)
            for step in reconciliation.follow_ups
        ],
        schema={"row_number": pl.List(pl.Int64), **{name: ITEMS[name] for name in _OF_A_STEP}},
        orient="row",
    ).explode("row_number")
    waiting = left_out.with_columns(
        what_to_do=pl.col("outcome").replace_strict({str(name): said for name, said in LEFT_OUT.items()}, default="")
    )
    found = pl.concat([steps, waiting.cast({"row_number": pl.Int64})], how="diagonal").with_columns(
        pl.col("row_number").cast(pl.Int32)
    )
    return (
        found.join(lines, on="row_number", how="left", maintain_order="left")
        .join(since.select("row_number", "paid_by"), on="row_number", how="left", maintain_order="left")
        .select(
            payment=f"{reconciliation.run_id}/" + pl.col("row_number").cast(pl.String),
            line="line",
            of_file="of",
            **{name: pl.col(name).fill_null("") for name in _OF_A_STEP},
            paid_since_by=pl.col("paid_by").fill_null(""),
        )
    )


_OF_A_STEP = ("outcome", "message", "code", "meaning", "what_to_do")

LEFT_OUT = {
    Outcome.HELD: "Somebody at the body decides about each: pay it in a later run, or leave it out for good.",
    Outcome.REFUSED: (
        "The body corrects them and sends them again as a correction or a supplementary extract. "
        "The file of refused rows says what is wrong with each."
    ),
}
"""What is to be done about rows that were left out."""


def as_csv(found: pl.DataFrame) -> bytes:
    """The items as CSV whose texts no spreadsheet takes for a formula: the bank's own words may stand in it."""
    return csv_text(found, is_marked=False)


def as_parquet(found: pl.DataFrame) -> bytes:
    """The items as Parquet, each text as it is."""
    out = BytesIO()
    found.write_parquet(out)
    return out.getvalue()
