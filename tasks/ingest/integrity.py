"""Does the extract have what its manifest declares?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from schemas.contract.total import amount_as_written
from schemas.manifest import Manifest
from schemas.no_go import NoGo
from schemas.pay_run import Mode


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

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Found":
        """What some rows hold, text as sent."""
        amounts = rows.select(amount=amount_as_written())["amount"]
        return cls(rows.height, Decimal(amounts.sum() or 0), amounts.null_count())

    def __add__(self, other: "Found") -> "Found":
        """What both hold together."""
        return Found(self.rows + other.rows, self.total + other.total, self.unreadable + other.unreadable)


def check_hash(manifest: Manifest, sha256: str) -> None:
    """Hold the extract's SHA-256 against the manifest's.

    Raises:
        NoGo: they differ.
    """
    if sha256 != manifest.sha256:
        raise NoGo(
            f"{manifest.extract} is not the file that its manifest declares: the manifest says SHA-256 "
            f"{manifest.sha256}, the file has {sha256}. If the file is still on its way, "
            "start again once it is whole; else send it and its manifest again, together."
        )


def check_is_meant(manifest: Manifest, mode: Mode) -> None:
    """Refuse a manifest that siller made to try an extract out, where money would move by it.

    Raises:
        NoGo: the run is live, and nobody has declared anything.
    """
    if manifest.practice and mode is Mode.LIVE:
        raise NoGo(
            f"The manifest of {manifest.extract} was made for practice, and nobody has declared anything in it. "
            "Nothing is paid by it: the body sends its own."
        )


def check_uploader(manifest: Manifest, uploaders: Collection[str]) -> None:
    """Hold who submitted the extract against those who may.

    Whoever submitted cannot approve, so a name that nobody has would let the real uploader do both.

    Raises:
        NoGo: the agreement names nobody of that name as an uploader.
    """
    if manifest.submitted_by.casefold() not in {uploader.casefold() for uploader in uploaders}:
        raise NoGo(
            f"The manifest of {manifest.extract} says that {manifest.submitted_by} submitted it, who is no uploader in "
            "the agreement. Write the uploader as the agreement names them, or agree on another one first."
        )


def check_pay_day(manifest: Manifest, pay_day: date) -> None:
    """Hold the manifest's pay date against the day that the agreement gives the period.

    Raises:
        NoGo: they differ.
    """
    if manifest.pay_date != pay_day:
        raise NoGo(
            f"The manifest of {manifest.extract} wants {manifest.pay_period} paid on {manifest.pay_date:%-d %B %Y}; "
            f"the agreement pays it on {pay_day:%-d %B %Y}. Correct the manifest, or agree another day first."
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
            f"{manifest.extract} adds up to {_exact(found.total)}, its manifest declares {_exact(manifest.total)}: "
            f"a difference of {_exact(difference)}. Nothing can be paid until both agree."
        )


def _exact(pounds: Decimal) -> str:
    """Pounds with all their decimals, at least two: figures that differ by less than a penny look different."""
    decimals = max(2, -int(pounds.normalize().as_tuple().exponent))
    return f"£{pounds:,.{decimals}f}"
