"""The debits on the statement that are a payment file's: one a contra, known by their day and their sum."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate

import polars as pl

from schemas.bank_messages.bank_file import Kind
from schemas.reconciliation.figures import Outcome, SentFile
from schemas.reconciliation.findings import Finding
from schemas.reconciliation.fitting import Fit

NEVER_DEBITED = [str(Outcome.REJECTED), str(Outcome.CANCELLED), str(Outcome.NOT_SENT)]
"""What becomes of payments that are taken out of the file's debit, or whose file the bank never had."""


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


def is_debit_of(sent: SentFile) -> pl.Expr:
    """Whether an answer to a run is a debit that its file makes, on its entry day or booked late.

    Which run a debit is of was found when it was taken in; what is more than the file explains is only *like ours*.

    Args:
        sent: the released file.
    """
    in_time = pl.col("bank_date").is_between(sent.entry_date, sent.final_on) | pl.col("row_number").is_not_null()
    return (is_any_debit() & in_time & pl.col("finding").ne_missing(str(Finding.LIKE_OURS))).fill_null(value=False)


def give_debits(
    unfound: pl.DataFrame,
    found: pl.DataFrame,
    asked: pl.DataFrame,
    files: Mapping[int, SentFile],
    rests: Mapping[int, Sequence[int]],
    debited: Mapping[int, int],
) -> pl.DataFrame:
    """Give a statement's debits, and reversals of debits, to the files that made them.

    Of several files that make a debit of the same sum on the same days, each has its own. What is more than a file
    explains is given to it all the same, and *like ours*.

    Args:
        unfound: the answers that are of no single payment, with ``runs`` and ``fit``, see ``candidates``.
        found: the ``item``, ``run_no`` and ``payment_pence`` of those that are.
        asked: all answers.
        files: the released payment files by the number of their run.
        rests: see ``without_rejected``.
        debited: what is debited of each file as yet, without what was given back of it.

    Returns:
        ``item``, ``run_no`` and ``finding``.
    """
    latest = pl.col("runs").list.last()
    reversals = unfound.filter(pl.col("kind") == str(Kind.STATEMENT_REVERSAL), pl.col("fit") >= int(Fit.LATE)).select(
        "item",
        "amount_pence",
        run_no=latest,
        # Of several that it may undo it does not say which, as of two days of one file with the same sum.
        finding=pl.when((pl.col("fit") < int(Fit.NAMED)) | (pl.col("runs").list.len() > 1)).then(
            pl.lit(str(Finding.BY_SUM))
        ),
    )
    debits = unfound.filter(is_any_debit(), pl.col("fit") >= int(Fit.LIKE)).sort("bank_date", "item")
    one_by_one = asked.filter(is_any_debit()).join(found, on="item", how="inner")
    back, paid = _by_run(reversals), _by_run(one_by_one)
    left = {
        run_no: sent.pence - debited.get(run_no, 0) + back.get(run_no, 0) - paid.get(run_no, 0)
        for run_no, sent in files.items()
    }
    debits = debits.with_columns(key=_key()).with_columns(nth=pl.int_range(pl.len()).over("key", "amount_pence"))
    debits = debits.join(
        _slots(debits, files, rests, left, back), on=["key", "amount_pence", "nth"], how="left", maintain_order="left"
    )
    # One that says whose it is, on that file's days, is that file's as long as there is room for it, whatever its sum;
    # but of several contras each has its own.
    first, last = (
        latest.replace_strict(days, return_dtype=pl.Date)
        for days in (
            {run_no: sent.entry_date for run_no, sent in files.items()},
            {run_no: sent.final_on for run_no, sent in files.items()},
        )
    )
    makes_one = latest.is_in([run_no for run_no, sent in files.items() if len(sent.sums) == 1])
    is_named = makes_one & (pl.col("fit") >= int(Fit.NAMED)) & pl.col("bank_date").is_between(first, last)
    is_explained = (pl.col("slot").is_not_null() & (pl.col("fit") > int(Fit.LIKE))) | is_named
    given = debits.with_columns(run_no=pl.coalesce("slot", latest), is_explained=is_explained)
    so_far = pl.when("is_explained").then("amount_pence").otherwise(0).cum_sum().over("run_no")
    room = pl.col("run_no").replace_strict(left, default=0, return_dtype=pl.Int64)
    like_ours = ~pl.col("is_explained") | (so_far > room)
    return pl.concat(
        [
            reversals.select("item", "run_no", "finding"),
            given.select("item", "run_no", finding=pl.when(like_ours).then(pl.lit(str(Finding.LIKE_OURS)))),
        ]
    )


def _by_run(entries: pl.DataFrame) -> dict[int, int]:
    return dict(entries.group_by("run_no").agg(pl.col("amount_pence").sum()).iter_rows())


def _key() -> pl.Expr:
    return pl.col("runs").cast(pl.List(pl.String)).list.join(" ")


def _slots(
    debits: pl.DataFrame,
    files: Mapping[int, SentFile],
    rests: Mapping[int, Sequence[int]],
    left: Mapping[int, int],
    back: Mapping[int, int],
) -> pl.DataFrame:
    """The debits of a sum that are still to come, ``nth`` by ``nth``, with the run (``slot``) that makes each."""
    slots: list[tuple[str, int, int, int]] = []
    asked = debits.group_by("key", "amount_pence", maintain_order=True).agg(pl.col("runs").first(), pl.len())
    for key, pence, runs, most in asked.iter_rows():
        made = {run_no: _makes(files[run_no], rests.get(run_no), pence) for run_no in runs}
        once_more = {run_no: back.get(run_no, 0) // pence if pence else 0 for run_no in runs}
        fits_in = {run_no: left[run_no] // pence if pence else 0 for run_no in runs}
        makes = [run_no for run_no in runs for _ in range(min(made[run_no] + once_more[run_no], fits_in[run_no], most))]
        slots.extend((key, pence, nth, run_no) for nth, run_no in enumerate(makes))
    schema = {"key": pl.String, "amount_pence": pl.Int64, "nth": pl.Int64, "slot": pl.Int32}
    return pl.DataFrame(slots, schema=schema, orient="row")


def _makes(sent: SentFile, rests: Sequence[int] | None, pence: int) -> int:
    """How many debits of a sum a file makes."""
    whole = [contra for _, contra in sent.sums]
    together = {sent.pence, sum(rests or whole)} if len(whole) > 1 else set()
    contras = Counter(each for pair in zip(whole, rests or whole, strict=True) for each in set(pair))
    return contras[pence] + (pence in together)
