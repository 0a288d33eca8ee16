"""Which payment, and which payment file, an answer speaks of."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import polars as pl

from schemas.bank_messages.bank_file import ONE_PAYMENT, BankFile, Kind, Message
from schemas.reconciliation.debits import looks_like_a_debit_of
from schemas.reconciliation.figures import SentFile

_NOT, _LATE, _IN_TIME = 0, 1, 2
_LATEST = timedelta(days=60)
"""How long after its entry day a credit may still be a payment's that came back: a recall takes weeks."""


def fits(bank_file: BankFile, sent: SentFile, rests: Sequence[int] | None = None) -> pl.Expr:
    """How well each answer fits a payment file: 2 in its days, 1 after them, 0 not at all.

    Whose payments the answer speaks of and of which day's must be the file's, wherever the bank says it. An input
    report and a status report name service user and serial. An advice names service user or account and, by item, the
    processing day of the payment that came back, or else its own day must be one on which payments come back. A
    statement is that of an account which the payments left, and has the file's debits and the credits after them.

    Args:
        bank_file: the bank's file.
        sent: the released payment file.
        rests: see ``without_rejected``; null if nothing was rejected.
    """
    ours = pl.col("own_account").is_in(sorted(sent.accounts | {account[6:] for account in sent.accounts}))
    day = pl.col("original_processing_date")
    if bank_file.message is Message.CAMT053:
        return pl.when(ours.fill_null(False)).then(_entry_fits(sent, rests)).otherwise(_NOT)
    no_other = ours.fill_null(True)
    if bank_file.message is Message.ARUCS:
        if bank_file.service_user_number is None:
            no_other = ours.fill_null(False)
        no_other &= day.eq(sent.processing_date).fill_null(
            pl.col("bank_date").is_between(sent.processing_date, sent.final_on)
        )
        is_theirs = bank_file.service_user_number in (None, sent.service_user_number)
    else:
        no_other &= day.eq(sent.processing_date).fill_null(True)
        is_theirs = names(bank_file, sent)
    return pl.when(no_other & is_theirs).then(_IN_TIME).otherwise(_NOT)


def names(bank_file: BankFile, sent: SentFile) -> bool:
    """Whether a report is one on files of this rail, and of this one by the service user number and serial it names."""
    if bank_file.message is not sent.rail.answered_by:
        return False
    return (bank_file.service_user_number, bank_file.serial) == (sent.service_user_number, sent.serial)


def _entry_fits(sent: SentFile, rests: Sequence[int] | None) -> pl.Expr:
    """A statement's entry: no payment is debited or comes back before its entry day."""
    whole = [pence for _, pence in sent.sums]
    booked = pl.col("bank_date")
    is_credit = pl.col("kind") == str(Kind.STATEMENT_CREDIT)
    is_files = looks_like_a_debit_of(sent, rests or whole)
    return (
        pl.when(is_files & (booked == sent.entry_date))
        .then(_IN_TIME)
        .when(is_files)
        .then(_LATE)
        .when(is_credit & booked.is_between(sent.entry_date, sent.final_on))
        .then(_IN_TIME)
        .when(is_credit & booked.is_between(sent.entry_date, sent.entry_date + _LATEST))
        .then(_LATE)
        .otherwise(_NOT)
    )


def candidates(bank_file: BankFile, files: Mapping[int, SentFile], rests: Mapping[int, Sequence[int]]) -> pl.DataFrame:
    """The runs that each answer can speak of: ``item`` and ``runs``, those that fit best, in order; none may be left.

    Args:
        bank_file: the bank's file.
        files: the released payment files by the number of their run.
        rests: see ``without_rejected``, of the runs of which something was rejected.
    """
    how = [fits(bank_file, sent, rests.get(run_no)).alias(str(run_no)) for run_no, sent in sorted(files.items())]
    best = pl.max_horizontal(pl.lit(_LATE), *(str(run_no) for run_no in files))
    named = [pl.when(pl.col(str(run_no)) == best).then(run_no) for run_no in sorted(files)]
    return bank_file.answers.select("item", *how).select(
        "item", runs=pl.concat_list(*named).list.drop_nulls() if named else pl.lit([], dtype=pl.List(pl.Int32))
    )


def place(bank_file: BankFile, runs: pl.DataFrame, payments_of_runs: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Find the run and the payment that each answer speaks of; nothing is dropped.

    An answer about one payment that finds none stays with a run that its file speaks of, to be explained there. What
    else a statement has, such as a fee or the money that came in to be paid out, is no run's.

    Args:
        bank_file: the bank's file.
        runs: see ``candidates``.
        payments_of_runs: of each of these runs, see ``match``.

    Returns:
        ``answers`` with ``run_no`` (0: of no run) and ``row_number``, null where no payment was found.
    """
    asked = bank_file.answers.join(runs, on="item", how="left", maintain_order="left")
    if not payments_of_runs:
        return asked.drop("runs").with_columns(run_no=pl.lit(0, pl.Int32), row_number=pl.lit(None, pl.Int32))
    payments = pl.concat(payments_of_runs)
    found = pl.concat(
        match(payments.filter(pl.col("run_no").is_in(list(which["runs"][0]))), which.drop("runs"))
        for which in asked.partition_by("runs")
    ).select("item", "run_no", "row_number", found_pence="amount_pence")
    placed = (
        asked.join(found, on="item", how="left", maintain_order="left")
        .with_columns(pl.coalesce("amount_pence", "found_pence"))
        .drop("found_pence")
    )
    latest = pl.col("runs").list.last()
    spoken_of = placed.select(pl.when(_is_single()).then("run_no").otherwise(latest).max()).item()
    unfound = pl.coalesce(pl.when(pl.col("runs").list.contains(spoken_of)).then(spoken_of), latest, pl.lit(spoken_of))
    is_credit = pl.col("kind") == str(Kind.STATEMENT_CREDIT)
    came_back = pl.col("code").is_not_null() | pl.col("amount_pence").is_in(payments["amount_pence"].implode())
    return placed.with_columns(
        run_no=pl.when(~_is_single())
        .then(latest)
        .when(pl.col("run_no").is_null() & (~is_credit | came_back))
        .then(unfound)
        .otherwise("run_no")
        .fill_null(0)
    ).drop("runs")


def _is_single() -> pl.Expr:
    return pl.col("kind").is_in([str(kind) for kind in ONE_PAYMENT])


def match(payments: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Find the payment that each answer speaks of: same sort code, account, amount and reference as written.

    What does not give the account is matched by amount and reference, and what does not give the amount by the
    reference alone: its amount is then the payment's. Where several payments are alike in all of that, as many answers
    as there are such payments are matched one to one; fewer would be a guess and stay unmatched, and so does an answer
    beyond the number of payments. Nothing is dropped.

    Args:
        payments: ``run_no``, ``row_number``, ``sort_code``, ``account_number``, ``amount_pence``, ``reference`` as in
            the file.
        answers: frame of ``ANSWERS`` from one bank file.

    Returns:
        ``answers`` with ``run_no`` and ``row_number``, null where no payment was found.
    """
    written = payments.with_columns(pl.col("reference").str.strip_chars_end())
    no_amount = pl.col("amount_pence").is_null()
    no_account = ~no_amount & (pl.col("sort_code").is_null() | pl.col("account_number").is_null())
    by_account = ["sort_code", "account_number", "amount_pence", "reference"]
    found = pl.concat(
        [
            _pairs(written, answers.filter(_is_single(), ~no_account, ~no_amount), by_account),
            _pairs(written, answers.filter(_is_single(), no_account), ["amount_pence", "reference"]),
            _pairs(written, answers.filter(_is_single(), no_amount), ["reference"]),
        ]
    )
    pence = payments.select("run_no", "row_number", written_pence="amount_pence")
    with_amounts = found.join(pence, on=["run_no", "row_number"], how="left")
    return (
        answers.join(with_amounts, on="item", how="left", maintain_order="left")
        .with_columns(pl.coalesce("amount_pence", "written_pence"))
        .drop("written_pence")
    )


def _pairs(payments: pl.DataFrame, answers: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """``item``, ``run_no`` and ``row_number`` of every answer that has its payment."""
    asked = answers.select("item", "kind", *key).with_columns(
        nth=pl.int_range(pl.len()).over("kind", *key), asked=pl.len().over("kind", *key)
    )
    alike = (
        payments.join(asked, on=key, how="semi")
        .sort("run_no", "row_number")
        .select("run_no", "row_number", *key, nth=pl.int_range(pl.len()).over(key), alike=pl.len().over(key))
    )
    return (
        asked.join(alike, on=[*key, "nth"], how="inner")
        .filter(pl.col("asked") >= pl.col("alike"))
        .select("item", "run_no", "row_number")
    )
