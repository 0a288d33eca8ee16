"""Payments that a file has more than once."""

import polars as pl

from schemas.inspection.findings import PAYMENTS, SHOWN, Findings

_SAME = [name for name in PAYMENTS if name != "place"]


class Alike:
    """Knows a payment again by a hash of 64 bits: 16 bytes are kept of each, and nothing that can be read."""

    def __init__(self) -> None:
        self._seen: list[pl.DataFrame] = []

    def take(self, payments: pl.DataFrame, kind: str) -> None:
        """Add payments of a kind of ``totals``, in the columns of ``findings.PAYMENTS``.

        Those whose amount cannot be read are left alone.
        """
        read = payments.filter(pl.col("amount_pence").is_not_null())
        self._seen.append(read.select("place", hash=read.select(*_SAME, pl.lit(kind)).hash_rows()))

    def tell(self, findings: Findings, place: str) -> None:
        """Add a note for the payments that were there before.

        Args:
            findings: takes the note.
            place: what a payment's place is called: ``line`` or ``payment``.
        """
        if not self._seen:
            return
        seen = pl.concat(self._seen)
        again = (
            seen.filter(pl.col("hash").is_duplicated())
            .with_columns(first=pl.col("place").min().over("hash"))
            .filter(pl.col("place") > pl.col("first"))
        )
        if again.height:
            says = "the same account, amount, reference and name stand in the file before: is the payment meant twice?"
            where = again.head(SHOWN).select(pl.format(f"{place} {{}} as {place} {{}}", "place", "first")).to_series()
            findings.take(says, False, where.to_list(), again.height)
