"""The same money told five ways: extract = ledger = payment file = report of who took it = statement less returns.

They count differently: the extract has rows that nobody pays, the bank never debits what it did not take, and of what
came back the report knows nothing. So each says its own figure, then what is taken off it, and all leave the same.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import polars as pl

from schemas.bank_messages.bank_file import Kind
from schemas.reconciliation.confirmations import accepted, report_of
from schemas.reconciliation.debits import NEVER_DEBITED, is_debit_of
from schemas.reconciliation.figures import Bucket, Outcome, SentFile, Share, Way, count_rows

_TURNED_AWAY = "never taken by the bank"
_CAME_BACK = "came back"
STATEMENT = "Statement"
"""What the bank's statements are called among the five."""


def five_ways(
    sent: SentFile | None,
    buckets: Sequence[Bucket],
    extract: Share,
    placed: pl.DataFrame,
    answers: pl.DataFrame,
    today: date,
    by_voucher: Sequence[Share] = (),
) -> tuple[Way, ...]:
    """Tell a run's money five ways, or four where nobody reports what was taken of a payment file.

    Args:
        sent: the released file, null as long as nothing was released.
        buckets: where the rows of the extract are.
        extract: the rows of the extract, and their exact sum.
        placed: ``amount_pence`` and ``outcome``, one row a payment.
        answers: all answers to the run that count.
        today: the day on which this is said.
        by_voucher: what of the extract and the ledger no bank pays, if anything.
    """
    turned_away = _sum(placed.filter(pl.col("outcome").is_in(NEVER_DEBITED)), _TURNED_AWAY)
    came_back = _sum(placed.filter(pl.col("outcome") == str(Outcome.RETURNED)), _CAME_BACK)
    payable = _sum(placed, "")
    with_payees = payable.less(turned_away, came_back)
    off = [each for each in (turned_away, came_back) if each.payments]
    left_out = [Share(each.name, each.rows, each.pounds) for each in buckets if each.name in _LEFT_OUT and each.rows]

    def way(source: str, says: Share | None, less: Sequence[Share], may_still_come: bool = False) -> Way:
        return Way(source, says, tuple(less), with_payees, may_still_come)

    ledger = _together(payable, by_voucher)
    ways = [way("Extract", extract, [*left_out, *by_voucher, *off]), way("Ledger", ledger, [*by_voucher, *off])]
    if sent is None:
        nothing = (way(source, None, (), may_still_come=True) for source in ("Payment file", "Report", STATEMENT))
        return (*ways, *nothing)
    may_come = today <= sent.final_on and not sent.is_withdrawn
    debits = answers.filter(is_debit_of(sent))
    back = _sum(answers.filter(_is_back()), "came back, as it shows")
    report, less = report_of(sent), [came_back] if came_back.payments else []
    by_report = [way(report, _said(accepted(sent, answers)), less, may_come)] if report else []
    return (
        *ways,
        way("Payment file", Share("", *count_rows(sent.payments, sent.pence)), off),
        *by_report,
        way(STATEMENT, _said(debits), [back] if back.pounds else [], may_come),
    )


_LEFT_OUT = (Outcome.CORRECTED, Outcome.HELD, Outcome.REFUSED)


def _together(payable: Share, by_voucher: Sequence[Share]) -> Share:
    payments = (payable.payments or 0) + sum(each.payments or 0 for each in by_voucher)
    return Share("", payments, payable.pounds + sum((each.pounds for each in by_voucher), Decimal(0)))


def _is_back() -> pl.Expr:
    credit = (pl.col("kind") == str(Kind.STATEMENT_CREDIT)) & pl.col("row_number").is_not_null()
    return credit | (pl.col("kind") == str(Kind.STATEMENT_REVERSAL))


def _said(answers: pl.DataFrame) -> Share | None:
    """What answers come to; those of a debit do not say how many payments it is of."""
    if answers.is_empty():
        return None
    of_debits = answers["kind"][0] == str(Kind.STATEMENT_DEBIT)
    payments = None if of_debits else int(answers["payments"].sum())
    return Share("", payments, Decimal(int(answers["amount_pence"].sum())).scaleb(-2))


def _sum(payments: pl.DataFrame, name: str) -> Share:
    return Share(name, *count_rows(payments.height, int(payments["amount_pence"].sum())))
