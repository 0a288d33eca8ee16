"""Accounts that are not eight digits, and building societies: by the published rule, and only where the agreement says.

Bacs carries a sort code of six digits and an account number of eight. Banks and building societies also give out
numbers of 6, 7, 9 and 10 digits, for which Vocalink's "Validating account numbers" has a rule by bank:

- 6 and 7 digits: zeros in front;
- 9 digits (Santander, the former Alliance & Leicester): the first of them is the last digit of the sort code;
- 10 digits: the last eight (NatWest group), or the first eight (Co-operative Bank, Leeds Building Society).

Which of them a body may send, and for which sort codes, is agreed with it. Any other number stays as it was sent,
so the contract's rule refuses its row: nothing is guessed.
"""

from typing import Annotated, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

SortCodes = Annotated[str, Field(pattern=r"^[0-9]{6}(-[0-9]{6})?$")]
"""One sort code, ``090128``, or a range of them with both its ends, ``600000-609999``."""


class AccountForms(BaseModel):
    """What a tenant may send beside accounts of eight digits, and where a roll number is needed.

    Attributes:
        with_zeros_before: so many digits are filled up with zeros: 6, 7 or both.
        nine_digits: sort codes whose nine-digit accounts begin with the sort code's last digit.
        ten_digits_last_eight: sort codes of whose ten-digit accounts the last eight count.
        ten_digits_first_eight: sort codes of whose ten-digit accounts the first eight count.
        roll_number_needed: sort codes of building societies that find their member by the roll number.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    with_zeros_before: tuple[Annotated[int, Field(ge=6, le=7)], ...] = ()
    nine_digits: tuple[SortCodes, ...] = ()
    ten_digits_last_eight: tuple[SortCodes, ...] = ()
    ten_digits_first_eight: tuple[SortCodes, ...] = ()
    roll_number_needed: tuple[SortCodes, ...] = ()

    @model_validator(mode="after")
    def _one_rule_a_sort_code(self) -> Self:
        """No sort code has two rules for ten digits: only one can be the bank's."""
        last, first = map(_spans, (self.ten_digits_last_eight, self.ten_digits_first_eight))
        if any(a <= d and c <= b for a, b in last for c, d in first):
            raise ValueError("ten_digits_last_eight and ten_digits_first_eight have a sort code in common")
        return self

    @property
    def are_eight_digits(self) -> bool:
        """Whether every account is to be sent with eight digits."""
        return not (
            self.with_zeros_before or self.nine_digits or self.ten_digits_last_eight or self.ten_digits_first_eight
        )

    def applied(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with sort code and account number as Bacs carries them, where a rule says how."""
        if self.are_eight_digits:
            return rows
        sort_code, account = pl.col("sort_code"), pl.col("account_number")
        nine = _has(account, 9) & _is_one_of(sort_code, self.nine_digits)
        last_eight = nine | (_has(account, 10) & _is_one_of(sort_code, self.ten_digits_last_eight))
        first_eight = _has(account, 10) & _is_one_of(sort_code, self.ten_digits_first_eight)
        short = pl.any_horizontal(pl.lit(False), *(_has(account, digits) for digits in self.with_zeros_before))
        return rows.with_columns(
            sort_code=pl.when(nine).then(sort_code.str.head(5) + account.str.head(1)).otherwise(sort_code),
            account_number=pl.when(last_eight)
            .then(account.str.tail(8))
            .when(first_eight)
            .then(account.str.head(8))
            .when(short)
            .then(account.str.zfill(8))
            .otherwise(account),
        )

    def roll_number_is_missing(self) -> pl.Expr:
        """Whether a row has no roll number though its building society finds its member by it alone."""
        blank = pl.col("roll_number").fill_null("").str.strip_chars() == ""
        return blank & _is_one_of(pl.col("sort_code"), self.roll_number_needed)


def _has(account: pl.Expr, digits: int) -> pl.Expr:
    return account.str.contains(f"^[0-9]{{{digits}}}$").fill_null(False)


def _is_one_of(sort_code: pl.Expr, sort_codes: tuple[str, ...]) -> pl.Expr:
    # As text: sort codes are six digits, so their order as text is their order as numbers.
    in_form = sort_code.str.contains("^[0-9]{6}$")
    spans = (in_form & sort_code.is_between(pl.lit(low), pl.lit(high)) for low, high in _spans(sort_codes))
    return pl.any_horizontal(pl.lit(False), *spans).fill_null(False)


def _spans(sort_codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(low, high or low) for low, _, high in (text.partition("-") for text in sort_codes)]
