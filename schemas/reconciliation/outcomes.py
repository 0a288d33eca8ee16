"""What became of each payment."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from schemas.bank_messages.bank_file import Kind, Message
from schemas.bank_messages.codes import BANK_HAS_IT
from schemas.bank_messages.pain002 import SETTLED
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
            is told by the bank's answers whether or not it was, unless they contradict each other.

    Returns:
        ``row_number``, ``amount_pence``, ``outcome``, one row a payment.
    """
    is_elsewhere = pl.col("row_number").is_in(list(elsewhere))
    if sent is None:
        elsewhere_or_not = pl.when(is_elsewhere).then(pl.lit(str(Outcome.PAID_ELSEWHERE)))
        return payments.select(
            "row_number", "amount_pence", outcome=elsewhere_or_not.otherwise(pl.lit(str(Outcome.NOT_RELEASED)))
        )
    of_the_file = _of_the_file(answers, sent, today)
    is_too_much = _is_too_much(payments, answers, sent)
    kinds, is_contradicted = pl.col("kinds"), pl.col("is_contradicted").fill_null(False)
    came_back = kinds.list.contains(str(Kind.RETURNED)) | kinds.list.contains(str(Kind.STATEMENT_CREDIT))
    is_rejected = kinds.list.contains(str(Kind.REJECTED))
    outcome: pl.Expr = (
        pl.when(came_back)
        .then(pl.lit(str(Outcome.RETURNED)))
        .when(is_rejected & (is_contradicted | is_too_much))
        .then(pl.lit(str(Outcome.DISPUTED)))
        .when(is_rejected)
        .then(pl.lit(str(Outcome.REJECTED)))
        .when(kinds.list.contains(str(Kind.AMENDED)) & (of_the_file is not Outcome.DISPUTED))
        .then(pl.lit(str(Outcome.AMENDED)))
        .when(kinds.list.contains(str(Kind.PENDING)) & (of_the_file is not Outcome.DISPUTED))
        .then(pl.lit(str(Outcome.IN_FLIGHT)))
        .otherwise(pl.lit(str(of_the_file)))
    )
    # That two people have recorded a payment as made settles what the bank disputes.
    settled = is_elsewhere & (outcome == str(Outcome.DISPUTED))
    return payments.join(_answered(answers), on="row_number", how="left", maintain_order="left").select(
        "row_number",
        "amount_pence",
        outcome=pl.when(settled).then(pl.lit(str(Outcome.PAID_ELSEWHERE))).otherwise(outcome),
    )


def _answered(answers: pl.DataFrame) -> pl.DataFrame:
    """What was said of each payment that was spoken of: its ``kinds``, and whether a rejection ``is_contradicted``."""
    contradiction = ((pl.col("kind") == str(Kind.REJECTED)) & bank_has_it()) | (pl.col("kind") == str(Kind.SETTLED))
    pending = pl.col("kind") == str(Kind.PENDING)
    if answers.filter(pending).height:  # a payment is undecided as long as the latest report says so
        latest = pl.col("bank_file_no").filter(pl.col("message") == str(Message.PAIN002)).max()
        answers = answers.filter(~pending | (pl.col("bank_file_no") == latest))
    return (
        answers.filter(pl.col("row_number").is_not_null())
        .group_by("row_number")
        .agg(kinds=pl.col("kind").unique(), is_contradicted=contradiction.any())
    )


def _is_too_much(payments: pl.DataFrame, answers: pl.DataFrame, sent: SentFile) -> bool:
    """Whether what was taken and what was rejected, payment by payment, come to more than the file.

    Then somebody is in both, and nobody knows who. What was taken is what one input report accepts, a status report
    says to be settled, or what is debited. What a status report only accepts, a later one may still reject.
    """
    for_good = (pl.col("message") == str(Message.INPUT_REPORT)) | pl.col("code").is_in(sorted(SETTLED)).fill_null(False)
    accepted = (pl.col("kind") == str(Kind.ACCEPTED_TOTAL)) & for_good
    reports = answers.filter(accepted).group_by("bank_file_no").agg(pl.col("amount_pence").sum())["amount_pence"]
    debited = answers.filter(is_any_debit())["amount_pence"].sum()
    rejected = answers.filter(pl.col("kind") == str(Kind.REJECTED)).select("row_number")
    turned_away = payments.join(rejected, on="row_number", how="semi")["amount_pence"].sum()
    return bool(max([debited, *reports]) + turned_away > sent.pence)


def bank_has_it() -> pl.Expr:
    """Whether a rejection says that the bank has the payment already."""
    return pl.col("code").str.to_uppercase().is_in(list(BANK_HAS_IT)).fill_null(False)


def _of_the_file(answers: pl.DataFrame, sent: SentFile, today: date) -> Outcome:
    """What became of every payment of which nothing else was said, whichever of the bank's words came first."""
    taken = answers.filter(((pl.col("kind") == str(Kind.ACCEPTED_TOTAL)) & (pl.col("payments") > 0)) | is_any_debit())
    turned_away = answers.filter(pl.col("kind") == str(Kind.REJECTED_TOTAL))
    reported = turned_away.filter(pl.col("message") == str(Message.INPUT_REPORT))
    rejected = sent.pence in turned_away["amount_pence"] or reported["amount_pence"].sum() == sent.pence
    given_back = answers.filter(pl.col("kind") == str(Kind.STATEMENT_REVERSAL)).height > 0
    if given_back or (rejected and (taken.height or turned_away.filter(bank_has_it()).height)):
        return Outcome.DISPUTED
    if rejected:
        return Outcome.REJECTED
    return Outcome.CREDITED if taken.height and today >= sent.entry_date else Outcome.IN_FLIGHT
