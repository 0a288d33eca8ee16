"""What a person should do about payments that did not simply arrive."""

import polars as pl

from schemas.bank_messages.bank_file import Kind, Message
from schemas.bank_messages.codes import meaning
from schemas.reconciliation.figures import FollowUp, Outcome


def follow_ups(answers: pl.DataFrame, placed: pl.DataFrame) -> tuple[FollowUp, ...]:
    """One entry an outcome and code, and one for all that is disputed, whatever was said of each.

    Where several messages speak of a payment, Bacs's own word comes first.

    Args:
        answers: what the bank said.
        placed: ``row_number`` and ``outcome``, one row a payment.
    """
    disputed = placed.filter(pl.col("outcome") == str(Outcome.DISPUTED)).select("row_number")
    order = {str(Message.ARUCS): 0, str(Message.INPUT_REPORT): 1, str(Message.PAIN002): 2, str(Message.CAMT053): 3}
    first = (
        answers.filter(pl.col("row_number").is_not_null(), pl.col("kind").is_in(list(_AFTER)))
        .join(disputed, on="row_number", how="anti", maintain_order="left")
        .sort(pl.col("message").replace_strict(order, return_dtype=pl.Int8), "row_number", maintain_order=True)
        .unique("row_number", keep="first", maintain_order=True)
        .group_by("message", "kind", "code", maintain_order=True)
        .agg(pl.col("description").first(), pl.col("row_number").sort())
    )
    said = tuple(
        FollowUp(_AFTER[kind], message, code, *meaning(message, kind, code, description), tuple(rows))
        for message, kind, code, description, rows in first.iter_rows()
    )
    if disputed.is_empty():
        return said
    return (FollowUp(Outcome.DISPUTED, "", None, *_DISPUTED, tuple(disputed["row_number"].sort())), *said)


_DISPUTED = (
    "The bank says both that it took them and that it did not",
    "Pay nobody again on one of two words. Ask the bank which is true of whom, then settle it as the runbook says.",
)
"""What it means, and what to do."""


_AFTER = {
    str(Kind.RETURNED): Outcome.RETURNED,
    str(Kind.STATEMENT_CREDIT): Outcome.RETURNED,
    str(Kind.REJECTED): Outcome.REJECTED,
    str(Kind.AMENDED): Outcome.AMENDED,
}
