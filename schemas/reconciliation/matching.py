"""Which payment an answer speaks of."""

from collections.abc import Callable, Mapping, Sequence
from itertools import compress

import polars as pl

from schemas.bank_messages.bank_file import ONE_PAYMENT, BankFile, Kind
from schemas.reconciliation.debits import give_debits
from schemas.reconciliation.figures import SentFile
from schemas.reconciliation.findings import Finding
from schemas.reconciliation.fitting import ENTRIES, names_us

_OF_ONE = [str(kind) for kind in ONE_PAYMENT]
_INFORMED = [str(Kind.INFORMED_DEBIT), str(Kind.INFORMED_CREDIT)]
_BY_KEY = [*_OF_ONE, *_INFORMED, str(Kind.STATEMENT_DEBIT), str(Kind.STATEMENT_REVERSAL)]
"""What may name one payment: a bank may also debit each payment by itself, or undo that."""
_CONFIRMING = ("sort_code", "account_number", "amount_pence")
_FOUND = pl.Schema(
    {"item": pl.Int64, "run_no": pl.Int32, "row_number": pl.Int32, "payment_pence": pl.Int64, "finding": pl.String}
)

PaymentsOf = Callable[[int, bool], pl.DataFrame]
"""The payments of a run as the bank was sent them, see ``match``: all of them, or those of an amount that was asked."""


def place(
    bank_file: BankFile,
    spoken_of: pl.DataFrame,
    payments_of: PaymentsOf,
    files: Mapping[int, SentFile],
    rests: Mapping[int, Sequence[int]],
    debited: Mapping[int, int],
) -> pl.DataFrame:
    """Find the run and the payment that each answer speaks of; nothing is dropped.

    An answer about one payment that finds none stays with a run that its file speaks of, to be explained there. What
    else a statement has, such as a fee or the money that came in to be paid out, is no run's.

    Args:
        bank_file: the bank's file.
        spoken_of: see ``candidates``.
        payments_of: of each of these runs.
        files: the released payment files by the number of their run.
        rests: see ``without_rejected``.
        debited: what is debited of each file as yet, without what was given back of it.

    Returns:
        ``answers`` with ``run_no`` (0: of no run), ``row_number``, null where no payment was found or where it does not
        fit, ``payment_pence``, what the payment comes to that was found, and ``finding``.
    """
    asked = bank_file.answers.join(spoken_of, on="item", how="left", maintain_order="left")
    found = _find_payments(asked, payments_of)
    unfound = asked.join(found, on="item", how="anti", maintain_order="left")
    others = unfound.join(give_debits(unfound, found, asked, files, rests, debited), on="item", how="inner")
    of_files = others.select(*_columns())
    placed = asked.join(pl.concat([found, of_files]), on="item", how="left", maintain_order="left")
    latest = pl.col("runs").list.last()
    named = placed.filter(pl.col("row_number").is_not_null())["run_no"].max()
    rest = pl.when(pl.col("runs").list.contains(named)).then(pl.lit(named, pl.Int32)).otherwise(latest)
    is_open = pl.col("run_no").is_null() & pl.col("kind").is_in(_OF_ONE)
    if bank_file.message in ENTRIES:
        is_open &= _is_of_us(placed, payments_of, files)
    is_total = pl.col("kind").str.ends_with("_total")
    is_informed = pl.col("kind").is_in(_INFORMED)
    return placed.with_columns(
        finding=pl.when(is_open).then(pl.lit(str(Finding.UNMATCHED))).when(~is_informed).then("finding"),
        row_number=pl.when(~is_informed).then("row_number"),
        run_no=pl.when(is_total).then(latest).when(is_open).then(rest).otherwise("run_no").fill_null(0),
        amount_pence=pl.coalesce("amount_pence", "payment_pence"),
    ).drop("runs", "every", "fit")


def _columns() -> list[pl.Expr]:
    """The columns of ``_FOUND`` of what is given to a file as a whole."""
    nothing = {"row_number", "payment_pence"}
    return [pl.lit(None, kind).alias(name) if name in nothing else pl.col(name) for name, kind in _FOUND.items()]


def _is_of_us(placed: pl.DataFrame, payments_of: PaymentsOf, files: Mapping[int, SentFile]) -> pl.Expr:
    """Whether a credit that is no payment's looks as if money of ours came back.

    It has a reason why it comes back, our number or a serial of ours, or what a payment comes to.
    """
    run_nos = sorted(set(placed.filter(pl.col("run_no").is_null())["runs"].explode().drop_nulls()))
    pence = [payments_of(run_no, False)["amount_pence"] for run_no in run_nos]
    known = pl.concat(pence).unique() if pence else pl.Series([], dtype=pl.Int64)
    told = [names_us(files[run_no]) & pl.col("runs").list.contains(run_no) for run_no in run_nos]
    has_run = pl.col("runs").list.len() > 0
    return has_run & pl.any_horizontal(
        pl.col("code").is_not_null(), pl.col("amount_pence").is_in(known.implode()).fill_null(False), *told
    )


def _find_payments(asked: pl.DataFrame, payments_of: PaymentsOf) -> pl.DataFrame:
    """``_FOUND`` of every answer whose payment there is: first as it was sent, then by its key alone."""
    left = _with_accounts(asked.filter(pl.col("kind").is_in(_BY_KEY), pl.col("reference").is_not_null()))
    kinds = left.select("item", "kind")
    found = pl.DataFrame(schema=_FOUND).join(kinds, on="item")
    for how, every in ((match, False), (confirm, True)):
        for runs in ("runs", "every"):
            for which in left.filter(pl.col(runs).list.len() > 0).partition_by(runs):
                payments = pl.concat(payments_of(run_no, every) for run_no in which[runs][0])
                new = how(payments, which).join(kinds, on="item")
                # Each payment is answered once by each kind of answer: what is said again is left.
                again = new.join(found.drop("item"), on=["kind", "run_no", "row_number"], how="semi")
                found = pl.concat([found, new.join(again, on="item", how="anti")])
            left = left.join(found, on="item", how="anti")
    return found.drop("kind")


def _with_accounts(answers: pl.DataFrame) -> pl.DataFrame:
    """The payee's account in one form, whichever the bank gives: an IBAN or 14 digits are sort code and number.

    The account that the money left is nobody's who was paid.
    """
    digits = pl.col("account_number").str.replace_all("[ -]", "")
    is_long = digits.str.contains("^(GB[0-9]{2}[A-Z]{4})?[0-9]{14}$")
    sort_code, number = (
        pl.when(is_long).then(digits.str.slice(at, size)).otherwise(other)
        for at, size, other in ((-14, 6, pl.col("sort_code")), (-8, 8, digits))
    )
    split = answers.with_columns(sort_code=sort_code, account_number=number)
    written = pl.concat_str("sort_code", "account_number", ignore_nulls=True)
    is_own = pl.col("own_account").str.ends_with(written) & pl.col("account_number").is_not_null()
    return split.with_columns(
        pl.when(~is_own.fill_null(False)).then(pl.col(name)).alias(name) for name in ("sort_code", "account_number")
    )


def match(payments: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Find the payment that each answer speaks of: same sort code, account, amount and reference as written.

    What an answer does not give of that is passed over: its amount, if it gives none, is the payment's. Where several
    payments are alike in all of that, as many answers as there are such payments are matched one to one; fewer would be
    a guess and stay unmatched, and so does an answer beyond the number of payments.

    Args:
        payments: ``run_no``, ``row_number``, ``sort_code``, ``account_number``, ``amount_pence``, ``reference`` as in
            the file.
        answers: from one bank file, each with a reference.

    Returns:
        ``_FOUND`` of each answer that has its payment.
    """
    written = payments.with_columns(pl.col("reference").str.strip_chars_end())
    is_said = answers.with_columns(pl.col(name).is_not_null().alias(f"has_{name}") for name in _CONFIRMING)
    by_form = is_said.partition_by([f"has_{name}" for name in _CONFIRMING], as_dict=True)
    found = pl.concat(
        _pairs(written, alike, [*compress(_CONFIRMING, form), "reference"]) for form, alike in by_form.items()
    )
    pence = payments.select("run_no", "row_number", payment_pence="amount_pence")
    with_pence = found.join(pence, on=["run_no", "row_number"], how="left")
    return with_pence.with_columns(finding=pl.lit(None, pl.String)).cast(_FOUND).select(*_FOUND)


def find_alike(payments: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Every payment that an answer could speak of, where ``match`` would have to guess.

    Args:
        payments: as for ``match``.
        answers: what ``match`` has found no payment for, each with a reference.

    Returns:
        ``run_no``, ``row_number`` and ``amount_pence`` of the payments, each with the ``item`` and ``bank_file_no`` of
        the answer.
    """
    written = payments.with_columns(pl.col("reference").str.strip_chars_end())
    by_form = _with_accounts(answers).with_columns(
        pl.col(name).is_not_null().alias(f"has_{name}") for name in _CONFIRMING
    )
    found = [
        asked.join(written, on=[*compress(_CONFIRMING, form), "reference"], how="inner", suffix="_sent").select(
            "bank_file_no", "item", "run_no_sent", "row_number"
        )
        for form, asked in by_form.partition_by([f"has_{name}" for name in _CONFIRMING], as_dict=True).items()
    ]
    return (
        pl.concat(found)
        .rename({"run_no_sent": "run_no"})
        .join(payments.select("run_no", "row_number", "amount_pence"), on=["run_no", "row_number"])
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


def confirm(payments: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Say what does not fit of answers that name a payment by its key, a reference that no other payment has.

    Args:
        payments: all of the runs that the answers can speak of, as for ``match``.
        answers: what ``match`` has found no payment for.

    Returns:
        ``_FOUND`` of each of them, without its row: nothing is said of that payment.
    """
    only = payments.with_columns(pl.col("reference").str.strip_chars_end()).filter(pl.len().over("reference") == 1)
    named = answers.join(only, on="reference", how="inner", suffix="_sent")
    other_account = (pl.col("account_number") != pl.col("account_number_sent")) | (
        pl.col("sort_code") != pl.col("sort_code_sent")
    )
    again = pl.when(pl.col("kind") == str(Kind.STATEMENT_DEBIT)).then(pl.lit(str(Finding.LIKE_OURS)))
    return named.select(
        "item",
        "run_no",
        row_number=pl.lit(None, pl.Int32),
        payment_pence="amount_pence_sent",
        finding=pl.when(pl.col("amount_pence") != pl.col("amount_pence_sent"))
        .then(pl.lit(str(Finding.OTHER_AMOUNT)))
        .when(other_account.fill_null(False))
        .then(pl.lit(str(Finding.OTHER_ACCOUNT)))
        .otherwise(again.otherwise(pl.lit(str(Finding.ANSWERED_AGAIN)))),
    ).cast(_FOUND)
