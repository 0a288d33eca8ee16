"""What became of each payment."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from schemas.answers.bank_file import Kind, Message
from schemas.reconciliation.debits import is_any_debit
from schemas.reconciliation.figures import Outcome, SentFile


def outcomes(
    payments: pl.DataFrame, answers: pl.DataFrame, sent: SentFile | None, today: date, elsewhere: Sequence[int] = ()
) -> pl.DataFrame:
    """Give every payment one outcome.

    Args:
        payments: ``row_number``, ``amount_pence``.
        answers: what the bank said of them.
        sent: the released file, or null.
        today: the day.
        elsewhere: row numbers of payments that were made outside siller too. What has left, and perhaps come back,
            is told by the bank's answers whether or not it was.

    Returns:
        ``row_number``, ``amount_pence``, ``outcome``, one row a payment.
    """
    if sent is None:
        is_elsewhere = pl.col("row_number").is_in(list(elsewhere))
        outcome = pl.when(is_elsewhere).then(pl.lit(str(Outcome.PAID_ELSEWHERE)))
        return payments.select(
            "row_number", "amount_pence", outcome=outcome.otherwise(pl.lit(str(Outcome.NOT_RELEASED)))
        )
    taken = answers.filter(((pl.col("kind") == str(Kind.ACCEPTED_TOTAL)) & (pl.col("payments") > 0)) | is_any_debit())
    otherwise = Outcome.CREDITED if taken.height and today >= sent.entry_date else Outcome.IN_FLIGHT
    answered = (
        answers.filter(pl.col("row_number").is_not_null()).group_by("row_number").agg(kinds=pl.col("kind").unique())
    )
    kinds = pl.col("kinds")
    came_back = kinds.list.contains(str(Kind.RETURNED)) | kinds.list.contains(str(Kind.STATEMENT_CREDIT))
    with_files = payments.with_columns(file_rejected=_of_a_rejected_file(payments["amount_pence"], answers, sent))
    return with_files.join(answered, on="row_number", how="left", maintain_order="left").select(
        "row_number",
        "amount_pence",
        outcome=pl.when(came_back)
        .then(pl.lit(str(Outcome.RETURNED)))
        .when(kinds.list.contains(str(Kind.REJECTED)) | pl.col("file_rejected"))
        .then(pl.lit(str(Outcome.REJECTED)))
        .when(kinds.list.contains(str(Kind.AMENDED)))
        .then(pl.lit(str(Outcome.AMENDED)))
        .otherwise(pl.lit(str(otherwise))),
    )


def _of_a_rejected_file(amounts: pl.Series, answers: pl.DataFrame, sent: SentFile) -> pl.Series:
    """Whether each payment is in a file that was rejected whole, which need not list its payments.

    An input report gives the totals of each file of a submission in turn, and the payments stand in the same order.
    It is believed where its files hold all the payments that were sent, and of those files whose sums are right.
    """
    rejected = answers.filter(pl.col("kind") == str(Kind.REJECTED_TOTAL))
    if sent.payments in rejected["payments"]:
        return pl.repeat(True, len(amounts), eager=True)
    reported = answers.filter(pl.col("message") == str(Message.INPUT_REPORT))
    accepted = reported.filter(pl.col("kind") == str(Kind.ACCEPTED_TOTAL))
    turned_away = reported.filter(pl.col("kind") == str(Kind.REJECTED_TOTAL))
    no = pl.repeat(False, len(amounts), eager=True)
    if accepted.height != turned_away.height:
        return no
    files = pl.DataFrame(
        {
            "ends": (accepted["payments"] + turned_away["payments"]).cum_sum(),
            "pence": accepted["amount_pence"] + turned_away["amount_pence"],
            "is_whole": accepted["payments"] == 0,
        }
    ).with_row_index("file")
    if files["ends"].max() != len(amounts):
        return no
    file = files["ends"].search_sorted(pl.int_range(len(amounts), eager=True), side="right")
    placed = pl.DataFrame({"file": file, "amount": amounts}).join(files, on="file", how="left", maintain_order="left")
    is_right = pl.col("amount").sum().over("file") == pl.col("pence")
    return placed.select(pl.col("is_whole") & is_right).to_series()
