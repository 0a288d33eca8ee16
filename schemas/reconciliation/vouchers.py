"""What became of a run's vouchers: every pence where it is, as the ledger has the provider's word."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from schemas.payment_state import PaymentState
from schemas.reconciliation.confirmations import NOT_SAID
from schemas.reconciliation.figures import Confirmation, FollowUp, Outcome, Share, count_rows, outcome_of
from schemas.reconciliation.sent_vouchers import SentVouchers

VOUCHERS = {
    "row_number": pl.Int32,
    "amount_pence": pl.Int64,
    "cashed_pence": pl.Int64,
    "state": pl.String,
    "is_answered": pl.Boolean,
    "is_disputed": pl.Boolean,
}
"""Of each voucher its payment, what it is worth, what was cashed of it, where the rest stands, whether the provider
has spoken of it, and whether it has taken back that it ended, or has more cashed since."""

NO_VOUCHERS = pl.DataFrame(schema=VOUCHERS)


def placed_vouchers(vouchers: pl.DataFrame) -> pl.DataFrame:
    """Where the pence of vouchers are: ``outcome``, ``rows``, ``pence``; of one cashed in part in two lines.

    A voucher counts as one row, where the rest of it is.
    """
    groups = {str(state): str(outcome_of(state)) for state in PaymentState}
    outcome = pl.col("state").replace_strict(groups, return_dtype=pl.String)
    is_cashed = pl.col("state") == str(PaymentState.CASHED)
    rest = vouchers.select(
        outcome=outcome,
        rows=pl.lit(1, pl.Int64),
        pence=pl.when(is_cashed).then("amount_pence").otherwise(pl.col("amount_pence") - pl.col("cashed_pence")),
    )
    in_part = vouchers.filter(~is_cashed & (pl.col("cashed_pence") > 0)).select(
        outcome=pl.lit(str(Outcome.CASHED)), rows=pl.lit(0, pl.Int64), pence="cashed_pence"
    )
    return pl.concat([rest, in_part])


def share_of(vouchers: pl.DataFrame) -> list[Share]:
    """What of a run's payments no bank pays; nothing where there are no vouchers."""
    return [Share("by voucher", *count_rows(vouchers.height, int(vouchers["amount_pence"].sum())))] * bool(
        vouchers.height
    )


def told_of_vouchers(sent: SentVouchers | None, vouchers: pl.DataFrame, today: date) -> Iterator[Confirmation]:
    """The same money as the file of vouchers and its provider tell it."""
    if sent is None:
        return
    payable = count_rows(vouchers.height, int(vouchers["amount_pence"].sum()))
    in_file = count_rows(sent.payments, sent.pence)
    yield Confirmation("File of vouchers, against the rows paid by voucher", *payable, *in_file, False)
    answered = vouchers.filter("is_answered")
    spoken = count_rows(answered.height, int(answered["amount_pence"].sum())) if answered.height else NOT_SAID
    may_come = today <= sent.expires
    yield Confirmation("Provider: vouchers that it speaks of", *payable, *spoken, may_come)


def follow_vouchers(sent: SentVouchers | None, vouchers: pl.DataFrame, today: date) -> Iterator[FollowUp]:
    """What has to be done about vouchers, a line a matter."""
    state, is_disputed = pl.col("state"), pl.col("is_disputed")
    is_left = (pl.col("cashed_pence") < pl.col("amount_pence")) & ~is_disputed
    is_over = pl.lit(sent is not None and today > sent.expires)
    waits = state.is_in([str(PaymentState.SUBMITTED), str(PaymentState.ISSUED)]) & is_over
    for outcome, means, step, which in (
        (
            Outcome.CASHED,
            "DISPUTED: they were said to have ended, or never to have been sent, and the provider says otherwise, or "
            "that more was cashed, since",
            "Ask the provider. What was sent again of them since may be paid twice: what was is an overpayment (siller "
            "overpayments). What was not cashed is sent again once the provider has said what is right.",
            is_disputed,
        ),
        (
            Outcome.EXPIRED,
            "Not cashed in time, and what was left has come back",
            "Reach each payee, and agree with them how they are paid: what was not cashed, and no more, is sent again "
            "as a supplementary extract (siller correction-file).",
            (state == str(PaymentState.EXPIRED)) & is_left,
        ),
        (
            Outcome.CANCELLED,
            "Vouchers that were taken back before all of them was cashed",
            "Send what was not cashed again if it is still owed, as a supplementary extract (siller correction-file).",
            (state == str(PaymentState.CANCELLED)) & is_left,
        ),
        (
            Outcome.ISSUED,
            "Their last day is over, and the provider has not said what became of them",
            "Ask the provider. Pay nobody again until it says so.",
            waits,
        ),
    ):
        rows = vouchers.filter(which)["row_number"].sort()
        if len(rows):
            yield FollowUp(outcome, "vouchers", None, means, step, tuple(rows))
