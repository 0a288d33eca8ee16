"""Two payment files side by side, payment by payment: for the parallel run of a tenant who moves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from schemas.inspection.totals import PAYMENT, Total, Totals

FIELDS = ("sort_code", "account_number", "amount_pence", "reference", "payee_name", "day", "currency")
"""What of a payment is compared."""

_SAME = FIELDS
_ALIKE: tuple[Sequence[str], ...] = (
    # From the surest to the least sure: what pairs two payments that are not the same.
    ("sort_code", "account_number", "amount_pence", "reference", "payee_name"),
    ("sort_code", "account_number", "amount_pence", "reference"),
    ("sort_code", "account_number", "amount_pence"),
    ("sort_code", "account_number", "reference"),
    ("amount_pence", "reference", "payee_name"),
    ("reference", "payee_name"),
    ("sort_code", "account_number"),
)


@dataclass(frozen=True)
class Comparison:
    """The payments of two files, each in exactly one of the four.

    Attributes:
        same: how many are in both files alike.
        same_totals: those of each currency.
        different: ``old_place``, ``new_place``, ``differs`` (the fields, joined by ", "), ``account_number``,
            ``old_pence``, ``old_currency``, ``new_pence``, ``new_currency``; in the order of the old file.
        only_old: frame of ``findings.PAYMENTS``: in the old file alone.
        only_new: in the new file alone.
    """

    same: int
    same_totals: tuple[Total, ...]
    different: pl.DataFrame
    only_old: pl.DataFrame
    only_new: pl.DataFrame

    @property
    def agree(self) -> bool:
        """Whether both files pay the same."""
        return self.different.is_empty() and self.only_old.is_empty() and self.only_new.is_empty()


def compare(old: pl.DataFrame, new: pl.DataFrame, untold: Collection[str] = ()) -> Comparison:
    """Set the payments of two files side by side.

    Payments that say the same are paired first, in the order of the files where several say the same. Of the
    rest, those are paired that agree in most of account, amount, reference and name; a payment is paired once.
    What then has no counterpart is in one file only. Nothing is left out: every payment of either file is
    in exactly one of the answers.

    Args:
        old: frame of ``findings.PAYMENTS``.
        new: frame of ``findings.PAYMENTS``.
        untold: those of ``FIELDS`` that one of the files has no place for; they are not compared.
    """
    nothing = [pl.lit(None, old.schema[field]).alias(field) for field in untold]
    old, new = old.with_columns(nothing), new.with_columns(nothing)
    same = _paired(old, new, _SAME)
    old, rest = _without(old, same["old_place"]), _without(new, same["new_place"])
    totals = Totals()
    totals.add(PAYMENT, _of(new, same["new_place"]))
    pairs, left_old, left_new = [], old, rest
    for key in _ALIKE:
        found = _paired(left_old, left_new, key)
        pairs.append(found)
        left_old, left_new = _without(left_old, found["old_place"]), _without(left_new, found["new_place"])
    return Comparison(
        same=same.height,
        same_totals=totals.listed(),
        different=_differences(pl.concat(pairs), old, rest),
        only_old=left_old,
        only_new=left_new,
    )


def _paired(old: pl.DataFrame, new: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """``old_place`` and ``new_place`` of payments that agree in the key; the first with the first, and so on."""

    def numbered(payments: pl.DataFrame, name: str) -> pl.DataFrame:
        return payments.select(*key, pl.col("place").alias(name), nth=pl.int_range(pl.len()).over(key))

    return (
        numbered(old, "old_place")
        .join(numbered(new, "new_place"), on=[*key, "nth"], how="inner", nulls_equal=True)
        .select("old_place", "new_place")
    )


def _without(payments: pl.DataFrame, paths: pl.Series) -> pl.DataFrame:
    return payments.filter(~pl.col("place").is_in(paths.implode()))


def _of(payments: pl.DataFrame, paths: pl.Series) -> pl.DataFrame:
    return payments.filter(pl.col("place").is_in(paths.implode()))


def _differences(pairs: pl.DataFrame, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """What two paired payments do not agree in."""
    both = pairs.join(old, left_on="old_place", right_on="place").join(
        new, left_on="new_place", right_on="place", suffix="_new"
    )
    names = [pl.when(pl.col(field).ne_missing(pl.col(f"{field}_new"))).then(pl.lit(_CALLED[field])) for field in FIELDS]
    return both.select(
        "old_place",
        "new_place",
        pl.concat_str(names, separator=", ", ignore_nulls=True).alias("differs"),
        pl.col("account_number_new").alias("account_number"),
        old_pence="amount_pence",
        old_currency="currency",
        new_pence="amount_pence_new",
        new_currency="currency_new",
    ).sort("old_place")


_CALLED = {
    "sort_code": "sort code",
    "account_number": "account number",
    "amount_pence": "amount",
    "reference": "reference",
    "payee_name": "name",
    "day": "day",
    "currency": "currency",
}
