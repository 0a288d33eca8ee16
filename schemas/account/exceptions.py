"""The exceptions of the modulus check, each a named expression.

Numbers and wording follow Vocalink's validation document: an exception stands on a row of the weight
table, and a sort code has up to two rows. The expressions speak of these columns:

- `first_exception`, `second_exception`: of the account's first and second row; 0 is none, null is no row.
- `a b c g h`: those digits of the account number.
"""

from collections.abc import Mapping

import polars as pl

FIRST, SECOND = pl.col("first_exception"), pl.col("second_exception")
A, B, C, G, H = (pl.col(letter) for letter in "abcgh")

SORT_CODE_OF_EXCEPTION_8 = 90126
SORT_CODE_OF_EXCEPTION_9 = 309634


def adds_27(exception: pl.Expr) -> pl.Expr:
    """Exception 1: 27 is added to the total before it is divided."""
    return pl.when(exception == 1).then(27).otherwise(0)


def has_weights_of_exception_2() -> pl.Expr:
    """Exception 2: other weights on the first row, if the account number does not begin with 0."""
    return (FIRST == 2) & (A != 0)


def leaves_out_second_check() -> pl.Expr:
    """Exception 3: the second check is not done if c is 6 or 9."""
    return (SECOND == 3) & ((C == 6) | (C == 9))


def remainder_is_gh(exception: pl.Expr) -> pl.Expr:
    """Exception 4: the remainder must be the two-digit number gh, in place of 0."""
    return exception == 4


def has_check_digit(exception: pl.Expr) -> pl.Expr:
    """Exception 5: modulus minus remainder must be a check digit, g for the first check and h for the second.

    Remainder 0 goes with check digit 0; with MOD11, remainder 1 would go with 10, which is no digit.
    """
    return exception == 5


def is_foreign_currency_account() -> pl.Expr:
    """Exception 6: an account in a foreign currency, which cannot be checked: a is 4 to 8, and g equals h."""
    return (FIRST == 6) & A.is_between(4, 8) & (G == H)


def leaves_out_u_to_b(exception: pl.Expr) -> pl.Expr:
    """Exceptions 2, 7 and 10: if g is 9, the digits u to b have weight 0.

    With exception 2 only where its other weights hold; with 10 only if ab is 09 or 99.
    """
    ab_is_09_or_99 = ((A == 0) | (A == 9)) & (B == 9)
    return (G == 9) & (((exception == 2) & (A != 0)) | (exception == 7) | ((exception == 10) & ab_is_09_or_99))


def sort_code_to_check(sort_code: pl.Expr, exception: pl.Expr, substitutions: Mapping[int, int]) -> pl.Expr:
    """Exceptions 5, 8 and 9: another sort code is checked: the substitution table's, 090126 or 309634."""
    return (
        pl.when(exception == 5)
        .then(sort_code.replace(substitutions))
        .when(exception == 8)
        .then(SORT_CODE_OF_EXCEPTION_8)
        .when(exception == 9)
        .then(SORT_CODE_OF_EXCEPTION_9)
        .otherwise(sort_code)
    )


def checks_again_without_h() -> pl.Expr:
    """Exception 14: if h is 0, 1 or 9, the first row may be tried again with h dropped and 0 put in front."""
    return (FIRST == 14) & ((H == 0) | (H == 1) | (H == 9))


def either_check_will_do() -> pl.Expr:
    """Exceptions 2 with 9, 10 with 11, 12 with 13, and 14: one check that passes is enough."""
    return FIRST.is_in([2, 10, 12, 14])
