"""The debits on the statement that are a payment file's: one a contra, known by their day and their sum."""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

import polars as pl

from schemas.answers.bank_file import Kind
from schemas.reconciliation.figures import Outcome, SentFile


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
    rejected = placed.with_row_index("place").filter(pl.col("outcome") == str(Outcome.REJECTED))
    which = pl.Series(ends).search_sorted(rejected["place"], side="right").clip(upper_bound=len(ends) - 1)
    for debit, pence in zip(which, rejected["amount_pence"], strict=True):
        rests[debit] -= pence
    return rests


def is_debit_of(sent: SentFile, rests: Sequence[int]) -> pl.Expr:
    """Whether an answer is a debit that the file makes on its entry day.

    There is one for each contra, of its sum or, if payments of it were rejected, of the rest: of a sum no more are
    the file's than it makes. Some banks book one debit for all contras together.

    Args:
        sent: the released file.
        rests: see ``without_rejected``.
    """
    on_the_day = (is_any_debit() & (pl.col("bank_date") == sent.entry_date)).fill_null(False)
    together = on_the_day & pl.col("amount_pence").is_in([sent.pence, sum(rests)])
    if len(rests) == 1:
        return together
    makes = Counter(pence for (_, whole), rest in zip(sent.sums, rests, strict=True) for pence in {whole, rest})
    times = pl.col("amount_pence").replace_strict(dict(makes), default=0, return_dtype=pl.Int64)
    nth = pl.int_range(pl.len()).over(on_the_day, "amount_pence")
    return pl.when(together.any()).then(together).otherwise(on_the_day & (nth < times))
