"""Which payment, and which payment file, an answer speaks of."""

import polars as pl

from schemas.answers.bank_file import ONE_PAYMENT, BankFile, Message
from schemas.reconciliation.debits import is_debit_of
from schemas.reconciliation.figures import SentFile


def concerns(bank_file: BankFile, sent: SentFile) -> bool:
    """Whether a bank's file speaks of this payment file.

    An input report and a status report name service user and serial; an advice names the service user and, by item, the
    processing day of the payment that came back; a statement has a debit of the file's on its
    entry day.
    """
    answers = bank_file.answers
    if bank_file.message is Message.CAMT053:
        return answers.filter(is_debit_of(sent, [pence for _, pence in sent.sums])).height > 0
    if bank_file.service_user_number not in (None, sent.service_user_number):
        return False
    if bank_file.message in (Message.INPUT_REPORT, Message.PAIN002):
        return bank_file.serial == sent.serial
    return answers.filter(pl.col("original_processing_date").eq_missing(sent.processing_date)).height > 0


def match(payments: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Find the payment that each answer speaks of: same sort code, account, amount and reference as written.

    A statement credit that does not give the account is matched by amount and reference. Where several
    payments are alike in all of that, as many answers as there are such payments are matched one to one;
    fewer would be a guess and stay unmatched, and so does an answer beyond the number of payments.
    Nothing is dropped.

    Args:
        payments: ``row_number``, ``sort_code``, ``account_number``, ``amount_pence``, ``reference`` as in
            the file.
        answers: frame of ``ANSWERS`` from one bank file.

    Returns:
        ``answers`` with ``row_number``, null where no payment was found.
    """
    written = payments.with_columns(pl.col("reference").str.strip_chars_end())
    single = pl.col("kind").is_in([str(kind) for kind in ONE_PAYMENT])
    no_account = pl.col("sort_code").is_null() | pl.col("account_number").is_null()
    by_account = ["sort_code", "account_number", "amount_pence", "reference"]
    found = pl.concat(
        [
            _pairs(written, answers.filter(single, ~no_account), by_account),
            _pairs(written, answers.filter(single, no_account), ["amount_pence", "reference"]),
        ]
    )
    return answers.join(found, on="item", how="left", maintain_order="left")


def _pairs(payments: pl.DataFrame, answers: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """``item`` and ``row_number`` of every answer that has its payment."""
    asked = answers.select("item", "kind", *key).with_columns(
        nth=pl.int_range(pl.len()).over("kind", *key), asked=pl.len().over("kind", *key)
    )
    alike = (
        payments.join(asked, on=key, how="semi")
        .sort("row_number")
        .select("row_number", *key, nth=pl.int_range(pl.len()).over(key), alike=pl.len().over(key))
    )
    return (
        asked.join(alike, on=[*key, "nth"], how="inner")
        .filter(pl.col("asked") >= pl.col("alike"))
        .select("item", "row_number")
    )
