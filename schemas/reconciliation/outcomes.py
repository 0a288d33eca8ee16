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
    rejected_whole = _whole_file_rejected(answers, sent)
    taken = answers.filter(((pl.col("kind") == str(Kind.ACCEPTED_TOTAL)) & (pl.col("payments") > 0)) | is_any_debit())
    if rejected_whole:
        otherwise = Outcome.REJECTED
    elif taken.height and today >= sent.entry_date:
        otherwise = Outcome.CREDITED
    else:
        otherwise = Outcome.IN_FLIGHT
    answered = (
        answers.filter(pl.col("row_number").is_not_null()).group_by("row_number").agg(kinds=pl.col("kind").unique())
    )
    kinds = pl.col("kinds")
    came_back = kinds.list.contains(str(Kind.RETURNED)) | kinds.list.contains(str(Kind.STATEMENT_CREDIT))
    return payments.join(answered, on="row_number", how="left").select(
        "row_number",
        "amount_pence",
        outcome=pl.when(came_back)
        .then(pl.lit(str(Outcome.RETURNED)))
        .when(kinds.list.contains(str(Kind.REJECTED)))
        .then(pl.lit(str(Outcome.REJECTED)))
        .when(kinds.list.contains(str(Kind.AMENDED)))
        .then(pl.lit(str(Outcome.AMENDED)))
        .otherwise(pl.lit(str(otherwise))),
    )


def _whole_file_rejected(answers: pl.DataFrame, sent: SentFile) -> bool:
    rejected = answers.filter(pl.col("kind") == str(Kind.REJECTED_TOTAL))
    by_file = rejected.filter(pl.col("message") == str(Message.INPUT_REPORT))["payments"].sum()
    return by_file == sent.payments or sent.payments in rejected["payments"]
