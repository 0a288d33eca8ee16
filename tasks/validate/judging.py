"""Hold rows against the contract, the account table and what a payment file can carry: no ledger is needed for it."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from schemas.account.forms import AccountForms
from schemas.account.modulus import AccountAnswer, answers_of_numbers, numbers_of_accounts
from schemas.account.table import ModulusTable
from schemas.agreement import Agreement
from schemas.contract.contract import AS_SENT, PAYING_ACCOUNT, Contract
from schemas.contract.due import Due
from schemas.contract.made import not_taken
from schemas.money import pence
from schemas.rails.bacs_standard_18 import payment
from schemas.vouchers.channel import VoucherChannel
from tasks.validate.means import refused_by_means

TEXT_RULE = "text_can_be_written"
ROLL_NUMBER_RULE = "roll_number_is_given"
PAYING_ACCOUNT_RULE = "paying_account_is_agreed"

_CELL = ["row_number", "column_name"]


@dataclass(frozen=True)
class Judged:
    """One batch after the rules.

    Attributes:
        payable: ``row_number``, ``amount_pence``.
        refused: ``row_number``, ``column_name``, ``rule``; one row a reason, but for the account table's.
        failing: ``row_number``, ``amount_pence``: rows whose account fails the table; the amount is null where the
            row is refused for another reason too.
        account_answers: ``account_answer``, ``len``: how many accounts passed, failed, could not be checked.
        payees: a 64-bit hash of each payee's reference that is not empty: where all differ, nobody stands there twice.
    """

    payable: pl.DataFrame
    refused: pl.DataFrame
    failing: pl.DataFrame
    account_answers: pl.DataFrame
    payees: pl.Series


class Judge:
    """Holds rows against one contract, account table and agreement, a batch at a time.

    It keeps nothing of a batch, so that batches may be of any size, and several judged at once in threads.
    """

    def __init__(
        self,
        contract: Contract,
        table: ModulusTable,
        due: Due,
        agreement: Agreement,
        vouchers: VoucherChannel | None = None,
    ) -> None:
        # Pandera is a tenth of what a process loads: who goes on with a run that is judged does without.
        from schemas.contract.frame_schema import pandera_schema, refusals

        self._schema, self._refusals = pandera_schema(contract, due), refusals
        self._contract, self._table, self._agreement = contract, table, agreement
        self._vouchers = vouchers
        # Read together, because the plain test asks for the same numbers.
        self._read = {
            "is_plain": contract.is_plain(due),
            "amount_pence": pence("amount"),
            **numbers_of_accounts(),
        }

    def __call__(self, sent: pl.DataFrame) -> Judged:
        """Judge rows, text as sent.

        Accounts of other than eight digits count as the agreement's rule for their bank has them, if it has one.

        An account whose sort code or number has not the right form is refused by the contract and not checked. Rows
        that pass the contract's plain test keep all its rules; Pandera is shown the others.
        """
        batch = self._agreement.accounts.applied(sent.select(pl.exclude(AS_SENT)))
        untaken = not_taken(sent, self._contract)
        read = batch.lazy().select("row_number", **self._read).collect()
        refused = pl.concat(
            [
                untaken,
                self._refusals(batch.filter(~read["is_plain"]), self._schema).join(untaken, on=_CELL, how="anti"),
                _without_roll_number(batch, self._agreement.accounts),
                _from_no_account(batch, self._agreement),
                *self._by_means(batch),
            ]
        )
        unwritable = _cannot_be_written(_without(batch, refused))
        left_out = pl.concat([refused, unwritable])
        payable = _without(read.select("row_number", "amount_pence"), left_out)
        accounts = read.select("row_number", answers_of_numbers(read.select(*numbers_of_accounts()), self._table))
        failing = accounts.filter(pl.col("account_answer") == AccountAnswer.FAILS).select("row_number")
        return Judged(
            _without(payable, failing),
            left_out,
            failing.join(payable, on="row_number", how="left"),
            accounts["account_answer"].drop_nulls().value_counts(name="len"),
            batch["payee_reference"].filter(batch["payee_reference"] != "").hash(),
        )

    def _by_means(self, batch: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Rows whose means cannot pay them; what the contract refuses of a row's means says nothing more of it."""
        if self._vouchers and self._agreement.vouchers:
            yield refused_by_means(batch, self._vouchers, self._agreement.vouchers)


def _without(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The rows that are not among others, by their number."""
    return rows.filter(~pl.col("row_number").is_in(others["row_number"].implode())) if others.height else rows


def _without_roll_number(batch: pl.DataFrame, forms: AccountForms) -> pl.DataFrame:
    """Rows that a building society could not give to any of its members."""
    return batch.filter(forms.roll_number_is_missing()).select(
        "row_number", column_name=pl.lit("roll_number"), rule=pl.lit(ROLL_NUMBER_RULE)
    )


def _from_no_account(batch: pl.DataFrame, agreement: Agreement) -> pl.DataFrame:
    """Rows that name none of the body's paying accounts, where it has several."""
    words = [account.pays for account in agreement.paying_accounts if account.pays]
    lost = ~pl.col(PAYING_ACCOUNT).is_in(words) if words else pl.lit(False)
    return batch.filter(lost).select("row_number", column_name=pl.lit(PAYING_ACCOUNT), rule=pl.lit(PAYING_ACCOUNT_RULE))


def _cannot_be_written(payable: pl.DataFrame) -> pl.DataFrame:
    """Rows whose name or reference the payment file cannot carry, as the writer would judge them."""
    written = payable.select("row_number", "roll_number", *payment.texts())
    by_roll_number = pl.when(payment.has_roll_number())
    column_of = {
        "payee_name": pl.lit("payee_name"),
        "reference": by_roll_number.then(pl.lit("roll_number")).otherwise(pl.lit("payment_reference")),
    }
    return pl.concat(
        written.filter(payment.TEXT_CHECKS[field]().not_().fill_null(True)).select(
            "row_number", column_name=column, rule=pl.lit(TEXT_RULE)
        )
        for field, column in column_of.items()
    )
