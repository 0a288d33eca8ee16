"""What a status report leaves out, because who sent the message knows it."""

import polars as pl

from schemas.bank_messages.bank_file import Kind
from schemas.reconciliation.figures import SentFile


def with_totals(answers: pl.DataFrame, sent: SentFile) -> pl.DataFrame:
    """Fill in the number and sum of the payments that were taken, and of those that were rejected.

    Args:
        answers: of one status report, with the amounts of its payments.
        sent: the payment file that it names.
    """
    rejected = _counted(answers, Kind.REJECTED)
    accepted = answers.filter(pl.col("kind") == str(Kind.ACCEPTED_TOTAL))["payments"]
    if accepted.sum() == 0 and accepted.null_count() == 0:  # nothing was taken, so the whole was rejected
        rejected = sent.payments, sent.pence
    pending = _counted(answers, Kind.PENDING)
    left = sent.payments - rejected[0] - pending[0], sent.pence - rejected[1] - pending[1]
    known = {Kind.ACCEPTED_TOTAL: left, Kind.REJECTED_TOTAL: rejected}
    return answers.with_columns(
        pl.coalesce(name, *(pl.when(pl.col("kind") == str(kind)).then(said[place]) for kind, said in known.items()))
        for place, name in enumerate(("payments", "amount_pence"))
    )


def _counted(answers: pl.DataFrame, kind: Kind) -> tuple[int, int]:
    of_kind = answers.filter(pl.col("kind") == str(kind))
    return of_kind.height, int(of_kind["amount_pence"].sum())
