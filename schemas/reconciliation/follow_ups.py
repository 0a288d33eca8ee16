"""What a person should do about payments that did not simply arrive."""

import polars as pl

from schemas.bank_messages.bank_file import Kind, Message
from schemas.bank_messages.codes import meaning
from schemas.payment_state import UNPAID
from schemas.reconciliation.figures import FollowUp, Outcome


def follow_ups(answers: pl.DataFrame, placed: pl.DataFrame) -> tuple[FollowUp, ...]:
    """One entry a group of payments and code, and one for all of a group that says enough, whatever was said of each.

    Where several messages speak of a payment, Bacs's own word comes first.

    Args:
        answers: what the bank said.
        placed: ``row_number``, ``state``, ``is_proven`` and ``outcome``, one row a payment.
    """
    by_group = [
        FollowUp(outcome, "", None, *said, tuple(of_group["row_number"].sort()))
        for outcome, said in _BY_GROUP.items()
        if not (of_group := placed.filter(pl.col("outcome") == str(outcome))).is_empty()
    ]
    others = placed.filter(~pl.col("outcome").is_in([str(outcome) for outcome in _BY_GROUP])).select(
        "row_number", "outcome", not_proven=pl.col("state").is_in(sorted(UNPAID)) & ~pl.col("is_proven")
    )
    order = {str(Message.ARUCS): 0, str(Message.INPUT_REPORT): 1, str(Message.PAIN002): 2, str(Message.CAMT053): 3}
    first = (
        answers.filter(pl.col("row_number").is_not_null(), pl.col("kind").is_in(_ACTED_ON))
        .join(others, on="row_number", maintain_order="left")
        .sort(
            pl.col("message").replace_strict(order, default=4, return_dtype=pl.Int8), "row_number", maintain_order=True
        )
        .unique("row_number", keep="first", maintain_order=True)
        .group_by("message", "kind", "code", "outcome", "not_proven", maintain_order=True)
        .agg(pl.col("description").first(), pl.col("row_number").sort())
    )
    by_code = []
    for message, kind, code, outcome, not_proven, description, rows in first.iter_rows():
        means, next_step = meaning(message, kind, code, description)
        step = f"{_NOT_PROVEN} {next_step}" if not_proven else next_step
        by_code.append(FollowUp(Outcome(outcome), message, code, means, step, tuple(rows)))
    return (*by_group, *by_code)


_BY_GROUP = {
    Outcome.DISPUTED: (
        "The bank says both that it took them and that it did not",
        "Pay nobody again on one of two words. Ask the bank which is true of whom, then settle it as the runbook says.",
    ),
    Outcome.UNDECIDED: (
        "Their day has come, and the bank has not decided",
        "Ask the bank what becomes of them. Pay nobody again until it says so.",
    ),
    Outcome.UNDER_ENQUIRY: (
        "Said not to have arrived, and the bank is asked",
        "Look at each again on its day (siller enquiries). Pay nobody again before it has come back or is settled.",
    ),
}
"""Of groups of which all are one matter: what it means, and what to do."""

_NOT_PROVEN = (
    "So far only a message says so: nobody is paid again until the paying account's statement shows it, or two people "
    "release it on the bank's reference (siller exceptions)."
)

_ACTED_ON = [
    str(kind)
    for kind in (
        Kind.RETURNED,
        Kind.STATEMENT_CREDIT,
        Kind.REJECTED,
        Kind.CANCELLED,
        Kind.AMENDED,
        Kind.ADVISED,
    )
]
