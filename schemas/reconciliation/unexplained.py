"""What does not fit: £0.00 here is what a reconciliation is for."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from schemas.bank_messages.bank_file import ONE_PAYMENT, Kind, Message
from schemas.reconciliation.figures import Bucket, Confirmation, Extract, Outcome, Unexplained, count_rows


def find_unexplained(
    extract: Extract,
    buckets: Sequence[Bucket],
    told: Sequence[Confirmation],
    foreign: pl.DataFrame,
    answers: pl.DataFrame,
) -> tuple[Unexplained, ...]:
    """Find everything that does not fit; nothing that a bank said is dropped.

    Args:
        extract: what was sent in.
        buckets: where its rows are.
        told: the same money as others tell it.
        foreign: debits on the statement that are not the payment file's.
        answers: all answers to the run so far.
    """
    parts = [_gap(extract, buckets), *_open(buckets), *_unmatched(answers, foreign), *_answered_twice(answers)]
    parts.extend(_contradicted(confirmation) for confirmation in told if confirmation.agrees is False)
    return tuple(part for part in parts if part.items or part.pounds)


def _contradicted(told: Confirmation) -> Unexplained:
    items = 1 if told.found_payments is None else abs(told.payments - told.found_payments)
    pounds = abs(told.pounds - (told.found_pounds or Decimal(0)))
    return Unexplained(f"{told.source}: not what was expected", items, pounds)


def _gap(extract: Extract, buckets: Sequence[Bucket]) -> Unexplained:
    rows = extract.rows - sum(bucket.rows for bucket in buckets)
    pounds = extract.pounds - sum(bucket.pounds for bucket in buckets)
    return Unexplained("Rows of the extract in no bucket", abs(rows), abs(pounds))


def _open(buckets: Sequence[Bucket]) -> list[Unexplained]:
    return [Unexplained(_OPEN[each.name], each.rows, each.pounds) for each in buckets if each.name in _OPEN]


_OPEN = {
    Outcome.DISPUTED: "Payments of which the bank says both that it took them and that it did not",
    Outcome.ANSWER_SET_ASIDE: "Payments of which a file may speak that was set aside",
}


def _unmatched(answers: pl.DataFrame, foreign: pl.DataFrame) -> list[Unexplained]:
    """Answers about one payment that found none, and debits that are not the file's."""
    nobody = pl.col("kind").is_in([str(kind) for kind in ONE_PAYMENT]) & pl.col("row_number").is_null()
    lost = pl.concat([answers.filter(nobody), foreign]).group_by("message", "kind", maintain_order=True)
    return [
        Unexplained(f"{_SAID[kind]} that match no payment of this run", *count_rows(items, pence))
        for _, kind, items, pence in lost.agg(pl.len(), pl.col("amount_pence").sum()).iter_rows()
    ]


_SAID = {
    str(Kind.ACCEPTED): "Accepted payments",
    str(Kind.AMENDED): "Amended payments",
    str(Kind.RETURNED): "Returned payments",
    str(Kind.REJECTED): "Rejected payments",
    str(Kind.CANCELLED): "Cancelled payments",
    str(Kind.ADVISED): "Payments with details to change",
    str(Kind.PENDING): "Undecided payments",
    str(Kind.SETTLED): "Settled payments",
    str(Kind.STATEMENT_CREDIT): "Credits on the statement",
    str(Kind.STATEMENT_DEBIT): "Debits on the statement",
}


def _answered_twice(answers: pl.DataFrame) -> list[Unexplained]:
    """A payment can come back once: a second answer of the same message and kind is money nobody expected.

    A status report is no money, and says again how each payment stands by then.
    """
    once = pl.col("row_number").is_not_null() & (pl.col("message") != str(Message.PAIN002))
    again = answers.filter(once).filter(pl.int_range(pl.len()).over("message", "kind", "row_number") > 0)
    return [
        Unexplained(
            "Answers to a payment that was already answered the same way",
            *count_rows(again.height, int(again["amount_pence"].sum())),
        )
    ]
