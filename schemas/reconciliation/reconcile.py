"""Where every pound of a run is, at one moment."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from schemas.reconciliation.confirmations import confirmations
from schemas.reconciliation.debits import is_any_debit, is_debit_of, without_rejected
from schemas.reconciliation.figures import (
    Bucket,
    Confirmation,
    Extract,
    Outcome,
    Reconciliation,
    SentFile,
    count_rows,
)
from schemas.reconciliation.follow_ups import follow_ups
from schemas.reconciliation.outcomes import outcomes
from schemas.reconciliation.unexplained import find_unexplained

_LEFT_OUT = (Outcome.CORRECTED, Outcome.HELD, Outcome.REFUSED)
_RARE = (Outcome.DISPUTED, Outcome.CORRECTED, Outcome.PAID_ELSEWHERE)


def reconcile(
    run_id: str,
    as_at: datetime,
    extract: Extract,
    sent: SentFile | None,
    payments: pl.DataFrame,
    answers: pl.DataFrame,
    elsewhere: Sequence[int] = (),
) -> Reconciliation:
    """Say where every pound of a run is.

    A payment is *credited* once its entry day has come and the bank has said that it took the file (input
    report or the debit on the statement), and nothing says otherwise; until then it is *in flight*.

    Args:
        run_id: the run.
        as_at: the moment, with its time zone.
        extract: what was sent in, refused and held.
        sent: the released file, or null.
        payments: payable rows of the run: ``row_number``, ``amount_pence``, in the order of the payment file.
        answers: all answers to the run so far: ``message``, ``kind``, ``code``, ``description``,
            ``row_number``, ``payments``, ``amount_pence``, ``bank_date``.
        elsewhere: row numbers of payments that were made outside siller too.
    """
    placed = outcomes(payments, answers, sent, as_at.date(), elsewhere)
    buckets = _buckets(extract, placed)
    told: tuple[Confirmation, ...] = ()
    foreign = answers.filter(is_any_debit())
    if sent is not None:
        told = confirmations(sent, placed, answers, as_at.date())
        ours = is_debit_of(sent, without_rejected(sent, placed))
        foreign = answers.filter(is_any_debit() & ~ours)
    return Reconciliation(
        run_id=run_id,
        as_at=as_at,
        extract=extract,
        sent=sent,
        buckets=buckets,
        unexplained=find_unexplained(extract, buckets, told, foreign, answers),
        confirmations=told,
        follow_ups=follow_ups(answers, placed),
    )


def _buckets(extract: Extract, placed: pl.DataFrame) -> tuple[Bucket, ...]:
    sums = {
        name: (rows, pence)
        for name, rows, pence in placed.group_by("outcome").agg(pl.len(), pl.col("amount_pence").sum()).iter_rows()
    }
    found = [Bucket(name, *count_rows(*sums.get(str(name), (0, 0)))) for name in Outcome if name not in _LEFT_OUT]
    corrected = Bucket(Outcome.CORRECTED, extract.corrected_rows, extract.corrected_pounds)
    return (
        *(bucket for bucket in (*found, corrected) if bucket.rows or bucket.name not in _RARE),
        Bucket(Outcome.HELD, extract.held_rows, extract.held_pounds),
        Bucket(Outcome.REFUSED, extract.refused_rows, extract.refused_pounds),
    )
