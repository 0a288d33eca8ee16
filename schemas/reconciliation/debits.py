"""The debits on the statement that are a payment file's: one a contra, known by their day and their sum."""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

import polars as pl

from schemas.bank_messages.bank_file import Kind
from schemas.reconciliation.figures import Outcome, SentFile

NEVER_DEBITED = [str(Outcome.REJECTED), str(Outcome.CANCELLED)]
"""What becomes of payments that are taken out of the file's debit."""


def is_any_debit() -> pl.Expr:
    """Any debit on the statement."""
    return pl.col("kind") == str(Kind.STATEMENT_DEBIT)


def without_rejected(sent: SentFile, placed: pl.DataFrame) -> list[int]:
    """The pence of each debit of a file without what was rejected of it, which is never debited.

    Args:
        sent: the released file.
        placed: ``amount_pence`` and ``outcome``, one row a payment, in the order of the file.
    """
    rests = [pence for _, pence in sent.sums]
    ends = list(accumulate(payments for payments, _ in sent.sums))
    rejected = placed.with_row_index("place").filter(pl.col("outcome").is_in(NEVER_DEBITED))
    which = pl.Series(ends).search_sorted(rejected["place"], side="right").clip(upper_bound=len(ends) - 1)
    for debit, pence in zip(which, rejected["amount_pence"], strict=True):
        rests[debit] -= pence
    return rests


def is_debit_of(sent: SentFile, rests: Sequence[int]) -> pl.Expr:
    """Whether an answer is a debit that the file makes, on its entry day or booked late.

    There is one for each contra, of its sum or, if payments of it were rejected, of the rest: of a sum no more are
    the file's than it makes. Some banks book one debit for all contras together.

    Args:
        sent: the released file.
        rests: see ``without_rejected``.
    """
    in_time = (is_any_debit() & pl.col("bank_date").is_between(sent.entry_date, sent.final_on)).fill_null(False)
    together = in_time & pl.col("amount_pence").is_in([sent.pence, sum(rests)])
    if len(rests) == 1:
        return together
    makes = Counter(pence for (_, whole), rest in zip(sent.sums, rests, strict=True) for pence in {whole, rest})
    times = pl.col("amount_pence").replace_strict(dict(makes), default=0, return_dtype=pl.Int64)
    nth = pl.int_range(pl.len()).over(in_time, "amount_pence")
    return pl.when(together.any()).then(together).otherwise(in_time & (nth < times))


def looks_like_a_debit_of(sent: SentFile, rests: Sequence[int]) -> pl.Expr:
    """Whether a statement's debit, or the reversal of one, has a sum and a day that the file's have.

    There may be more of them than the file makes, which somebody has to explain.

    Args:
        sent: the released file.
        rests: see ``without_rejected``.
    """
    sums = {sent.pence, sum(rests), *rests, *(pence for _, pence in sent.sums)}
    booked = pl.col("bank_date")
    is_reversal = (pl.col("kind") == str(Kind.STATEMENT_REVERSAL)) & (booked >= sent.entry_date)
    moves = is_reversal | (is_any_debit() & booked.is_between(sent.entry_date, sent.final_on))
    return (moves & pl.col("amount_pence").is_in(sorted(sums))).fill_null(False)
