"""What an extract adds up to as it was written, before anything is refused."""

import polars as pl

from schemas.contract.amount_rules import is_a_number

_PLACES = 10  # decimals kept; nobody writes more, and one who does has not written an amount


def amount_as_written() -> pl.Expr:
    """Return each ``amount`` as the exact decimal that it says, null where it cannot be read.

    Negative amounts and such with more than two decimals are read as they are: the manifest's total is
    the sum of everything readable, and what cannot be read counts as a row, not as pounds. The sum of
    this expression is exact (Decimal with 10 places).
    """
    amount = pl.col("amount")
    readable = is_a_number(amount) & amount.str.contains(rf"\.[0-9]{{{_PLACES + 1},}}$").not_()
    return pl.when(readable).then(amount).cast(pl.Decimal(38, _PLACES), strict=False)
