"""Which payment files an answer can speak of."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import IntEnum

import polars as pl

from schemas.bank_messages.bank_file import BankFile, Kind, Message
from schemas.reconciliation.figures import SentFile

LATEST = timedelta(days=60)
"""How long after its entry day money may still come back, or leave once more: a recall takes weeks."""
ENTRIES = frozenset({Message.CAMT052, Message.CAMT053, Message.CAMT054})
"""The messages whose answers are entries on accounts."""
ADVICES = frozenset({Message.ARUCS, Message.AWACS})
"""The messages that speak of payments by their processing day, and name no file."""
_TOLD, _BARE = ("reference", "description"), "^ *[0-9]+ *$"
_DEBITS = [str(Kind.STATEMENT_DEBIT), str(Kind.INFORMED_DEBIT)]
_CREDITS = [str(Kind.STATEMENT_CREDIT), str(Kind.INFORMED_CREDIT)]


class Fit(IntEnum):
    """How well an answer fits a payment file, the better the higher.

    Of a payment *by its key* alone; *like* a debit of the file, on a day on which it makes none; in its days, *late* or
    *in time*; and *named*, where the entry says which file it is of. Where a file pays on several days its name says
    none of them: the *sum*, and the very *day*, tell them apart, also by a payment's key.
    """

    NOT = 0
    BY_KEY = 1
    BY_KEY_ON_DAY = 2
    LIKE = 3
    LATE = 4
    IN_TIME = 5
    NAMED = 6
    NAMED_WITH_SUM = 7
    NAMED_ON_DAY = 8


def fits(bank_file: BankFile, sent: SentFile, rests: Sequence[int] | None = None) -> pl.Expr:
    """How well each answer fits a payment file, as ``Fit``.

    Whose payments the answer speaks of and of which day's must be the file's, wherever the bank says it. A report names
    service user and serial, of the whole or item by item. An advice names service user or account and, by item, the
    processing day of the payment that came back, or else its own day must be one on which payments come back. An entry
    is that of an account which the payments left, and is the file's debit or a credit after it.

    Args:
        bank_file: the bank's file.
        sent: the released payment file.
        rests: see ``without_rejected``; null if nothing was rejected.
    """
    fit = _fits(bank_file, sent, rests)
    names_none = bank_file.message in ENTRIES or bank_file.message in ADVICES
    if sent.is_withdrawn and names_none:
        # Its payments are made by another file: that one fits better, unless the bank says the name of this one.
        return pl.when(fit < int(Fit.NAMED)).then(pl.min_horizontal(fit, pl.lit(int(Fit.LIKE)))).otherwise(fit)
    return fit


def _fits(bank_file: BankFile, sent: SentFile, rests: Sequence[int] | None) -> pl.Expr:
    ours = pl.col("own_account").is_in(account_names(sent.accounts))
    if bank_file.message in ENTRIES:
        return pl.when(ours.fill_null(False)).then(_entry_fits(sent, rests)).otherwise(int(Fit.NOT))
    no_other = ours.fill_null(True)
    day = pl.col("original_processing_date")
    if bank_file.message in ADVICES:
        if bank_file.service_user_number is None:
            no_other = ours.fill_null(False)
        no_other &= day.eq(sent.processing_date).fill_null(
            pl.col("bank_date").is_between(sent.processing_date, sent.final_on)
        )
        is_theirs = pl.lit(bank_file.service_user_number in (None, sent.service_user_number))
    else:
        # A report on a file of several days says the first of them, whatever day it speaks of.
        days = sorted(sent.processing_days or {sent.processing_date})
        no_other &= day.is_in(days).fill_null(True)
        is_theirs = _is_named_in(bank_file, sent)
    return pl.when(no_other & is_theirs).then(int(Fit.IN_TIME)).otherwise(int(Fit.NOT))


def account_names(accounts: frozenset[str]) -> list[str]:
    """How a bank may name these accounts: sort code and number, or the number alone."""
    return sorted(accounts | {account[6:] for account in accounts})


def names(bank_file: BankFile, sent: SentFile) -> bool:
    """Whether a report is one on files of this rail, and of this one by the service user number and serial it names."""
    said = bank_file.service_user_number, bank_file.serial
    return _is_on_rail(bank_file, sent) and said == (sent.service_user_number, sent.serial)


def _is_named_in(bank_file: BankFile, sent: SentFile) -> pl.Expr:
    """Whether an answer of a report is of this file by the serial that stands there, or else over the whole report."""
    if not _is_on_rail(bank_file, sent) or bank_file.service_user_number not in (None, sent.service_user_number):
        return pl.lit(value=False)
    own_name = f"{sent.service_user_number}-{sent.serial}"
    serials = [own_name] if bank_file.service_user_number is None else [own_name, sent.serial]
    return pl.coalesce(pl.col("serial").str.strip_chars(), pl.lit(bank_file.serial, pl.String)).is_in(serials)


def _is_on_rail(bank_file: BankFile, sent: SentFile) -> bool:
    """Whether files of this rail are answered by a status report if this is one, and by others if it is not.

    Where no report of theirs comes, none is theirs: what it names is another system's submission.
    """
    if sent.rail.answered_by is None:
        return False
    return (bank_file.message is Message.PAIN002) == (sent.rail.answered_by is Message.PAIN002)


def names_file(sent: SentFile) -> pl.Expr:
    """Whether an entry says the serial of a file: as it stands, in a message id or in a payment's end-to-end id.

    A bare number is the serial only where the entry names a file: elsewhere a bank may count its entries.
    """
    more_than_digits = [pl.when(~pl.col(name).str.contains(_BARE)).then(pl.col(name)) for name in _TOLD]
    return _says(sent.serial, "serial", *more_than_digits)


def names_us(sent: SentFile) -> pl.Expr:
    """Whether an entry says the serial of a file or whose it is."""
    return names_file(sent) | _says(sent.service_user_number, "serial", *_TOLD)


def _says(number: str, *where: str | pl.Expr) -> pl.Expr:
    said = pl.concat_str(*where, separator=" ", ignore_nulls=True)
    return said.str.contains(f"(^|[^0-9]){number}([^0-9]|$)").fill_null(False)


def _entry_fits(sent: SentFile, rests: Sequence[int] | None) -> pl.Expr:
    """No payment is debited or comes back before its processing day."""
    whole = [pence for _, pence in sent.sums]
    bare = _says(sent.serial, *_TOLD)
    booked, kind = pl.col("bank_date"), pl.col("kind")
    is_debit, is_credit = kind.is_in(_DEBITS), kind.is_in(_CREDITS)
    moves = is_debit | (kind == str(Kind.STATEMENT_REVERSAL))
    has_sum = pl.col("amount_pence").is_in(sorted({sent.pence, sum(rests or whole), *(rests or whole), *whole}))
    on_day, in_days = booked == sent.entry_date, booked.is_between(sent.entry_date, sent.final_on)
    until = sent.entry_date + LATEST
    is_named = moves & (names_file(sent) | bare & has_sum)
    of_several = (
        [
            (Fit.NAMED_ON_DAY, is_named & has_sum & on_day),
            (Fit.NAMED_WITH_SUM, is_named & has_sum & booked.is_between(sent.entry_date, until)),
            (Fit.NAMED, is_named & booked.is_between(sent.entry_date, until)),
            # What comes back after the last day may be of any: of payments alike on several days it does not say which.
            (Fit.IN_TIME, is_credit & booked.is_between(sent.entry_date, sent.all_final_on or sent.final_on)),
            (Fit.BY_KEY_ON_DAY, is_debit & ~has_sum & on_day),
        ]
        if sent.processing_days
        else [(Fit.NAMED, is_named & booked.is_between(sent.processing_date, until))]
    )
    rules = [
        *of_several,
        (Fit.IN_TIME, moves & has_sum & on_day),
        (Fit.IN_TIME, is_credit & in_days),
        (Fit.LATE, moves & has_sum & in_days),
        (Fit.LATE, ~is_debit & booked.is_between(sent.entry_date, until) & (is_credit | has_sum)),
        (Fit.LIKE, is_debit & has_sum & booked.is_between(sent.processing_date, until)),
        (Fit.BY_KEY, is_debit & booked.is_between(sent.processing_date, sent.final_on)),
        (Fit.BY_KEY, moves & ~is_debit & booked.is_between(sent.entry_date, until)),
    ]
    return pl.coalesce(*(pl.when(rule.fill_null(False)).then(int(fit)) for fit, rule in rules), int(Fit.NOT))


def candidates(bank_file: BankFile, files: Mapping[int, SentFile], rests: Mapping[int, Sequence[int]]) -> pl.DataFrame:
    """The runs that each answer can speak of.

    Args:
        bank_file: the bank's file.
        files: the released payment files by the number of their run.
        rests: see ``without_rejected``, of the runs of which something was rejected.

    Returns:
        ``item``, ``runs`` (those that fit best, in order; none may be left), ``every`` (all that fit at all) and
        ``fit`` (how well the best do).
    """
    if not files:
        none = pl.lit([], dtype=pl.List(pl.Int32))
        return bank_file.answers.select("item", runs=none, every=none, fit=pl.lit(int(Fit.NOT), pl.Int32))
    how = [fits(bank_file, sent, rests.get(run_no)).alias(str(run_no)) for run_no, sent in sorted(files.items())]
    best = pl.max_horizontal(str(run_no) for run_no in files)
    numbers = [(pl.col(str(run_no)), pl.lit(run_no, pl.Int32)) for run_no in sorted(files)]
    return bank_file.answers.select("item", *how).select(
        "item",
        runs=_listed(pl.when((fit == best) & (fit > int(Fit.NOT))).then(run_no) for fit, run_no in numbers),
        every=_listed(pl.when(fit > int(Fit.NOT)).then(run_no) for fit, run_no in numbers),
        fit=best,
    )


def _listed(run_nos: Iterable[pl.Expr]) -> pl.Expr:
    return pl.concat_list(*run_nos).list.drop_nulls()
