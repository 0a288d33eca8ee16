"""Where every pound of a run is, at one moment."""

from datetime import datetime
from decimal import Decimal

import polars as pl

from schemas.bank_messages.bank_file import Kind
from schemas.payment_state import UNPAID, PaymentState
from schemas.reconciliation.confirmations import confirmations
from schemas.reconciliation.debits import is_any_debit, is_debit_of
from schemas.reconciliation.figures import (
    Bucket,
    Confirmation,
    Extract,
    Outcome,
    Reconciliation,
    SentFile,
    Share,
    count_rows,
    outcome_of,
)
from schemas.reconciliation.five_ways import five_ways
from schemas.reconciliation.follow_ups import follow_ups
from schemas.reconciliation.sent_vouchers import SentVouchers
from schemas.reconciliation.unexplained import find_unexplained
from schemas.reconciliation.vouchers import NO_VOUCHERS, follow_vouchers, placed_vouchers, share_of, told_of_vouchers

_LEFT_OUT = (Outcome.CORRECTED, Outcome.HELD, Outcome.REFUSED)
_ALWAYS = (
    Outcome.CREDITED,
    Outcome.IN_FLIGHT,
    Outcome.NOT_RELEASED,
    Outcome.AMENDED,
    Outcome.RETURNED,
    Outcome.REJECTED,
)
"""The others are shown where there are any."""


def reconcile(
    run_id: str,
    as_at: datetime,
    extract: Extract,
    sent: SentFile | None,
    payments: pl.DataFrame,
    answers: pl.DataFrame,
    vouchers: pl.DataFrame = NO_VOUCHERS,
    sent_vouchers: SentVouchers | None = None,
) -> Reconciliation:
    """Say where every pound of a run is.

    Where each payment stands is the ledger's to say (``tasks/ledger/payment_state.sql``): this groups it and adds
    nothing.

    Args:
        run_id: the run.
        as_at: the moment, with its time zone.
        extract: what was sent in, refused and held.
        sent: the released file, or null.
        payments: the run's transfers: ``row_number``, ``amount_pence``, ``state`` and ``is_proven``, in the order
            of the payment file.
        answers: all answers to the run that count: ``message``, ``kind``, ``code``, ``description``,
            ``row_number``, ``payments``, ``amount_pence``, ``bank_date``.
        vouchers: the payments that a voucher makes, as ``VOUCHERS`` has them: no bank speaks of them.
        sent_vouchers: the released file of vouchers, or null.
    """
    groups = {str(state): str(outcome_of(state)) for state in PaymentState}
    placed = payments.with_columns(outcome=pl.col("state").replace_strict(groups, return_dtype=pl.String))
    buckets = _buckets(extract, placed, placed_vouchers(vouchers))
    moved = _as_the_bank_moved_it(placed, answers)
    told: tuple[Confirmation, ...] = ()
    foreign = answers.filter(is_any_debit())
    if sent is not None:
        told = confirmations(sent, moved, answers, as_at.date())
        ours = is_debit_of(sent)
        foreign = answers.filter(is_any_debit() & ~ours)
    told = (*told, *told_of_vouchers(sent_vouchers, vouchers, as_at.date()))
    return Reconciliation(
        run_id=run_id,
        as_at=as_at,
        extract=extract,
        sent=sent,
        buckets=buckets,
        unexplained=find_unexplained(extract, buckets, told, foreign, answers),
        confirmations=told,
        follow_ups=(*follow_ups(answers, placed), *follow_vouchers(sent_vouchers, vouchers, as_at.date())),
        ways=five_ways(
            sent, buckets, Share("", extract.rows, extract.pounds), moved, answers, as_at.date(), share_of(vouchers)
        ),
        vouchers=sent_vouchers,
    )


def _as_the_bank_moved_it(placed: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Payments by what the bank did with the money, also where people have since paid them elsewhere."""
    said = (
        answers.filter(pl.col("row_number").is_not_null())
        .group_by("row_number")
        .agg(
            is_back=pl.col("kind").is_in([str(Kind.RETURNED), str(Kind.STATEMENT_CREDIT)]).any(),
            is_away=pl.col("kind").is_in([str(Kind.REJECTED), str(Kind.CANCELLED)]).any(),
        )
    )
    elsewhere = pl.col("outcome") == str(Outcome.PAID_ELSEWHERE)
    return (
        placed.join(said, on="row_number", how="left", maintain_order="left")
        .with_columns(
            outcome=pl.when(elsewhere & pl.col("is_back"))
            .then(pl.lit(str(Outcome.RETURNED)))
            .when(elsewhere & pl.col("is_away"))
            .then(pl.lit(str(Outcome.REJECTED)))
            .otherwise("outcome")
        )
        .drop("is_back", "is_away")
    )


def _buckets(extract: Extract, placed: pl.DataFrame, vouchers: pl.DataFrame) -> tuple[Bucket, ...]:
    not_proven = pl.col("state").is_in(sorted(UNPAID)) & ~pl.col("is_proven")
    of_transfers = placed.select(
        "outcome", rows=pl.lit(1, pl.Int64), pence="amount_pence", not_proven=not_proven.cast(pl.Int64)
    )
    sums = {
        name: (*count_rows(rows, pence), open_rows)
        for name, rows, pence, open_rows in pl.concat(
            [of_transfers, vouchers.with_columns(not_proven=pl.lit(0, pl.Int64))], how="vertical_relaxed"
        )
        .group_by("outcome")
        .agg(pl.col("rows").sum(), pl.col("pence").sum(), pl.col("not_proven").sum())
        .iter_rows()
    }
    found = [Bucket(name, *sums.get(str(name), (0, Decimal(0)))) for name in Outcome if name not in _LEFT_OUT]
    corrected = Bucket(Outcome.CORRECTED, extract.corrected_rows, extract.corrected_pounds)
    return (
        *(bucket for bucket in (*found, corrected) if bucket.rows or bucket.pounds or bucket.name in _ALWAYS),
        Bucket(Outcome.HELD, extract.held_rows, extract.held_pounds),
        Bucket(Outcome.REFUSED, extract.refused_rows, extract.refused_pounds),
    )
