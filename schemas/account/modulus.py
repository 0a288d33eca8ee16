"""Vocalink's modulus check: can this account number belong to this sort code?

The sort code's range gives one or two rows of the weight table. Each digit times its weight is summed, and
the total divided by 10 or 11: remainder 0 passes. DBLAL sums the decimal digits of each product instead.
Two rows are two checks, and both must pass. `exceptions.py` holds what differs for certain sort codes.

A pass says that the digits fit together; it does not say that the account exists, is open, or is the
payee's. A sort code that the table does not have is unknown, not wrong.

Source: Vocalink, "Validating account numbers" v6.40, of which this keeps rules 1 to 14 for account numbers
of eight digits; shorter and longer ones are the contract's to refuse.
"""

from enum import StrEnum
from typing import Literal

import numpy as np
import polars as pl

from schemas.account import exceptions
from schemas.account.lookups import Lookups
from schemas.account.table import ACCOUNT_LETTERS, SORT_CODE_TOTALS, ModulusTable
from schemas.digits import number_of

Check = Literal["first", "second"]


class AccountAnswer(StrEnum):
    """What the modulus check says of an account."""

    PASSES = "passes"
    FAILS = "fails"
    CANNOT_BE_CHECKED = "cannot_be_checked"


_CODES = {answer: np.uint8(code) for code, answer in enumerate(AccountAnswer)}


def account_answers(accounts: pl.DataFrame | pl.LazyFrame, table: ModulusTable) -> pl.Series:
    """Check every account of a frame.

    Args:
        accounts: with the text columns `sort_code` (six digits) and `account_number` (eight digits); others
            are left alone. About 500,000 rows at a time keep memory small.
        table: the weight table.

    Returns:
        `account_answer`, an Enum of AccountAnswer's values, in row order. Null where the sort code or the
        account number has not that form: the contract's rules refuse such a row, so no payable row has null.
    """
    return answers_of_numbers(accounts.lazy().select(**numbers_of_accounts()).collect(), table)


def numbers_of_accounts() -> dict[str, pl.Expr]:
    """Sort code and account number as numbers (UInt32), null where they are not six and eight digits."""
    return {"sort_code": number_of(pl.col("sort_code"), 6), "account_number": number_of(pl.col("account_number"), 8)}


def answers_of_numbers(accounts: pl.DataFrame, table: ModulusTable) -> pl.Series:
    """Check accounts whose digits have been read already, as ``account_answers`` does.

    Sort codes without exceptions, which most are, take a few look-ups; the others the expressions of all exceptions.

    Args:
        accounts: the columns of ``numbers_of_accounts``.
        table: the weight table.
    """
    in_form = accounts.select(pl.all_horizontal(pl.all().is_not_null())).to_series()
    sort_codes, numbers = (accounts[name].fill_null(0).to_numpy() for name in ("sort_code", "account_number"))
    checks = table.lookups.checks_of_sort_code[sort_codes]
    answers = np.full(len(checks), _CODES[AccountAnswer.CANNOT_BE_CHECKED], np.uint8)
    (usual,) = np.nonzero((checks == 1) | (checks == 2))
    passes = table.lookups.passes(sort_codes[usual], numbers[usual])
    answers[usual] = np.where(passes, _CODES[AccountAnswer.PASSES], _CODES[AccountAnswer.FAILS])
    (others,) = np.nonzero(checks == Lookups.WITH_EXCEPTION)
    if len(others):
        answers[others] = _with_exceptions(accounts[others], table).to_physical().fill_null(0).to_numpy()
    in_words = pl.Series("account_answer", answers).cat.to(pl.Enum(AccountAnswer))
    return in_words if in_form.all() else pl.select(pl.when(in_form).then(in_words)).to_series()


def _with_exceptions(numbers: pl.DataFrame, table: ModulusTable) -> pl.Series:
    """Check accounts by everything that the specification has, whatever their sort codes need of it."""
    return (
        numbers.lazy()
        .with_columns(**_rows(table), **_digits())
        .with_columns(**_exceptions(table))
        .with_columns(**_what_is_checked(table))
        .with_columns(first_total=_total("first", table), second_total=_total("second", table))
        .with_columns(first_passes=_passes("first", table), second_passes=_passes("second", table))
        .select(account_answer=_answer())
        # Streamed, because that keeps less of what stands between in memory.
        .collect(engine="streaming")
        .to_series()
    )


def _digits() -> dict[str, pl.Expr]:
    """The digits of the account number that exceptions speak of."""
    paths = {letter: place for place, letter in enumerate(reversed(ACCOUNT_LETTERS))}
    return {letter: (pl.col("account_number") // 10 ** paths[letter] % 10).cast(pl.Int16) for letter in "abcgh"}


def _looked_up(values: pl.Series, position: pl.Expr) -> pl.Expr:
    return pl.lit(values).gather(position)


def _rows(table: ModulusTable) -> dict[str, pl.Expr]:
    """The rows of the weight table that an account's sort code has."""
    return {
        check: _looked_up(table.rows_of_sort_code[check], pl.col("sort_code")) for check in ("first_row", "second_row")
    }


def _exceptions(table: ModulusTable) -> dict[str, pl.Expr]:
    """The exceptions that those rows carry."""
    exception = table.check_of_row["exception"]
    return {
        "first_exception": _looked_up(exception, pl.col("first_row")),
        "second_exception": _looked_up(exception, pl.col("second_row")),
    }


def _what_is_checked(table: ModulusTable) -> dict[str, pl.Expr]:
    """The row, sort code and account number of each check, as the exceptions change them."""
    first_row, second_row, account = pl.col("first_row"), pl.col("second_row"), pl.col("account_number")
    of_sort_code = {name: _looked_up(table.sort_code_totals[name], pl.col("sort_code")) for name in SORT_CODE_TOTALS}
    has_other_weights, again = exceptions.has_weights_of_exception_2(), exceptions.checks_again_without_h()
    return {
        "first_row": pl.when(has_other_weights).then(table.row_of_exception_2).otherwise(first_row),
        "first_of_sort_code": pl.when(has_other_weights)
        .then(of_sort_code["exception_2"])
        .otherwise(of_sort_code["first"]),
        "first_account": account,
        "second_row": pl.when(again).then(first_row).when(~exceptions.leaves_out_second_check()).then(second_row),
        "second_of_sort_code": pl.when(again).then(of_sort_code["first"]).otherwise(of_sort_code["second"]),
        "second_account": pl.when(again).then(account // 10).otherwise(account),
    }


def _total(check: Check, table: ModulusTable) -> pl.Expr:
    """Sum what the digits add; null if the check is not done."""
    row, exception = pl.col(f"{check}_row"), pl.col(f"{check}_exception")
    ab, cd, ef, gh = (
        _looked_up(table.account_addends[pair], row * 100 + pl.col(f"{check}_account") // 10**place % 100)
        for pair, place in {"ab": 6, "cd": 4, "ef": 2, "gh": 0}.items()
    )
    u_to_b = pl.col(f"{check}_of_sort_code") + ab
    counted = cd + ef + gh + pl.when(exceptions.leaves_out_u_to_b(exception)).then(0).otherwise(u_to_b)
    return counted + exceptions.adds_27(exception)


def _passes(check: Check, table: ModulusTable) -> pl.Expr:
    """Whether the remainder is right; null if the check is not done."""
    exception = pl.col(f"{check}_exception")
    modulus = _looked_up(table.check_of_row["modulus"], pl.col(f"{check}_row"))
    check_digit = exceptions.G if check == "first" else exceptions.H
    expected = (
        pl.when(exceptions.remainder_is_gh(exception))
        .then(exceptions.G * 10 + exceptions.H)
        .when(exceptions.has_check_digit(exception) & (check_digit != 0))
        .then(modulus - check_digit)
        .otherwise(pl.lit(0, pl.Int16))
    )
    return pl.col(f"{check}_total") % modulus == expected


def _answer() -> pl.Expr:
    first, second = pl.col("first_passes"), pl.col("second_passes")
    passes = (
        pl.when(exceptions.either_check_will_do())
        .then(first | second.fill_null(False))
        .otherwise(first & second.fill_null(True))
    )
    in_form = pl.col("sort_code").is_not_null() & pl.col("account_number").is_not_null()
    return (
        pl.when(~in_form)
        .then(None)
        .when(pl.col("first_row").is_null() | exceptions.is_foreign_currency_account())
        .then(pl.lit(AccountAnswer.CANNOT_BE_CHECKED))
        .when(passes)
        .then(pl.lit(AccountAnswer.PASSES))
        .otherwise(pl.lit(AccountAnswer.FAILS))
        .cast(pl.Enum(AccountAnswer))
    )
