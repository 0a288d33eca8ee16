"""The payments of a file that an input report rejects whole, without listing them."""

import polars as pl

from schemas.bank_messages.bank_file import Kind


def of_rejected_files(payments: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Find the payments of each file that was rejected whole, where others of its submission were not.

    An input report gives the totals of each file of a submission in turn, and the payments stand in the same order.
    It is believed where its files hold all the payments that were sent, and of those files whose sums are right.

    Args:
        payments: all payments of the submission in its order: ``row_number``, ``amount_pence``.
        answers: of one input report, with ``row_number``.

    Returns:
        ``row_number`` and ``amount_pence`` of the payments that the report rejects and does not list.
    """
    accepted, turned_away = (
        answers.filter(pl.col("kind") == str(kind)) for kind in (Kind.ACCEPTED_TOTAL, Kind.REJECTED_TOTAL)
    )
    nobody = payments.select("row_number", "amount_pence").clear()
    if accepted.height != turned_away.height or not accepted["payments"].sum():
        return nobody
    files = pl.DataFrame(
        {
            "ends": (accepted["payments"] + turned_away["payments"]).cum_sum(),
            "pence": accepted["amount_pence"] + turned_away["amount_pence"],
            "is_whole": accepted["payments"] == 0,
        }
    ).with_row_index("file")
    if files["ends"].max() != payments.height:
        return nobody
    file = files["ends"].search_sorted(pl.int_range(payments.height, eager=True), side="right")
    placed = payments.with_columns(file=file).join(files, on="file", how="left", maintain_order="left")
    is_right = pl.col("amount_pence").sum().over("file") == pl.col("pence")
    listed = answers.filter(pl.col("kind") == str(Kind.REJECTED)).select("row_number").drop_nulls()
    return (
        placed.filter(pl.col("is_whole") & is_right)
        .join(listed, on="row_number", how="anti")
        .select("row_number", "amount_pence")
    )
