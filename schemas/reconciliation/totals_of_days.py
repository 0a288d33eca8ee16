"""What a report's totals come to on each day of a payment file that pays on several."""

import polars as pl

from schemas.bank_messages.bank_file import Kind

_TOTALS = [str(Kind.ACCEPTED_TOTAL), str(Kind.REJECTED_TOTAL)]
_SUMS = ("payments", "amount_pence")


def share_totals(answers: pl.DataFrame, days: pl.DataFrame, first_item: int) -> pl.DataFrame:
    """Put in the place of a report's totals those of each day, if they are known.

    A report says what was taken of each file of a submission, which payments of it were rejected, and which days were
    rejected whole. What is left of each day was taken: believed where all of that adds up to what the report says.

    Args:
        answers: of one report on one run, with ``row_number``, and ``day_no`` of those that are of one payment.
        days: ``day_no``, ``processing_date``, ``payments`` and ``pence`` of each day of the run's file.
        first_item: the number of the first answer that is added.

    Returns:
        the answers; the totals of days have their ``day_no``, and others stay as they are, of no day.
    """
    is_total = pl.col("kind").is_in(_TOTALS)
    totals = answers.filter(is_total)
    if totals.is_empty():
        return answers
    of_days = _of_days(answers, totals, days)
    said, shared = (
        frame.group_by("kind").agg(pl.col(_SUMS).sum()).filter(pl.col("payments") > 0).sort("kind")
        for frame in (totals, of_days)
    )
    if not said.equals(shared):
        return answers
    like = totals.head(1).drop("item", "kind", "day_no", "original_processing_date", *_SUMS)
    added = of_days.join(like, how="cross").with_row_index("item", offset=first_item)
    return pl.concat([answers.filter(~is_total), added.select(answers.columns).cast(answers.schema)])


def _of_days(answers: pl.DataFrame, totals: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """``kind``, ``day_no``, ``original_processing_date`` and the sums of what was taken and rejected of each day."""
    one_by_one = (
        answers.filter(pl.col("kind") == str(Kind.REJECTED), pl.col("row_number").is_not_null())
        .unique("row_number")
        .group_by("day_no")
        .agg(lost=pl.len().cast(pl.Int64), lost_pence=pl.col("payment_pence").sum())
    )
    rejected = totals.filter(pl.col("kind") == str(Kind.REJECTED_TOTAL))
    whole = rejected.select(
        "payments", processing_date="original_processing_date", pence="amount_pence", is_whole=pl.lit(value=True)
    )
    if rejected.select(pl.col(_SUMS).sum()).row(0) == days.select(pl.col("payments", "pence").sum()).row(0):
        whole = days.select("payments", "processing_date", "pence", is_whole=pl.lit(value=True))
    each = (
        days.join(one_by_one, on="day_no", how="left")
        .join(whole.unique(), on=["processing_date", "payments", "pence"], how="left")
        .with_columns(
            lost=pl.when("is_whole").then("payments").otherwise(pl.col("lost").fill_null(0)),
            lost_pence=pl.when("is_whole").then("pence").otherwise(pl.col("lost_pence").fill_null(0)),
        )
    )
    taken = (pl.col("payments") - pl.col("lost"), pl.col("pence") - pl.col("lost_pence"))
    lost = (pl.col("lost"), pl.col("lost_pence"))
    return pl.concat(
        each.select(
            pl.lit(kind).alias("kind"),
            "day_no",
            pl.col("processing_date").alias("original_processing_date"),
            payments.alias("payments"),
            pence.alias("amount_pence"),
        )
        for kind, (payments, pence) in zip(_TOTALS, (taken, lost), strict=True)
    )
