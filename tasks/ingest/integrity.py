"""Does the extract have what its manifest declares?"""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from schemas.manifest import Manifest

from schemas.no_go import NoGo

_READABLE = r"^-?\d{1,12}(\.\d{1,9})?$"
_BILLION = 10**9


@dataclass(frozen=True)
class Found:
    """What an extract holds, before anything is decided about it.

    Attributes:
        rows: data rows.
        total: exact sum of every amount that can be read, in pounds.
        unreadable: rows whose amount is no number; they count as rows, not as pounds.
    """

    rows: int = 0
    total: Decimal = Decimal(0)
    unreadable: int = 0

    def with_batch(self, amount: pl.Series) -> "Found":
        """Add a batch's amounts, text as sent; whole pounds and fractions are added apart, as integers."""
        readable = amount.filter(amount.str.contains(_READABLE).fill_null(False))
        sign = pl.when(pl.col("amount").str.starts_with("-")).then(-1).otherwise(1)
        parts = pl.col("amount").str.strip_chars_start("-").str.split_exact(".", 1)
        whole = parts.struct.field("field_0").cast(pl.Int64)
        billionths = parts.struct.field("field_1").fill_null("").str.pad_end(9, "0").cast(pl.Int64)
        pounds, fraction = (
            readable.to_frame("amount").select(p=(whole * sign).sum(), f=(billionths * sign).sum()).row(0)
        )
        return Found(
            self.rows + len(amount),
            self.total + Decimal(pounds) + Decimal(fraction) / _BILLION,
            self.unreadable + len(amount) - len(readable),
        )


def check_hash(manifest: Manifest, sha256: str) -> None:
    """Hold the extract's SHA-256 against the manifest's.

    Raises:
        NoGo: they differ.
    """
    if sha256 != manifest.sha256:
        raise NoGo(
            f"{manifest.extract} is not the file that its manifest declares: the manifest says SHA-256 "
            f"{manifest.sha256}, the file has {sha256}. Send the file and its manifest again, together."
        )


def check_declared(manifest: Manifest, found: Found) -> None:
    """Hold the rows and the total found against those declared.

    Raises:
        NoGo: they differ; the message has both figures.
    """
    if found.rows != manifest.rows:
        raise NoGo(
            f"{manifest.extract} has {found.rows:,} rows, its manifest declares {manifest.rows:,}. "
            "Rows were lost or added on the way: nothing can be paid until both agree."
        )
    if found.total != manifest.total:
        difference = abs(found.total - manifest.total)
        raise NoGo(
            f"{manifest.extract} adds up to £{found.total:,.2f}, its manifest declares £{manifest.total:,.2f}: "
            f"a difference of £{difference:,.2f}. Nothing can be paid until both agree."
        )
