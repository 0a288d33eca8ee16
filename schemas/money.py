"""Pounds as text, and the same money as integer pence; never a float in between."""

import re
from decimal import Decimal
from typing import Annotated

import polars as pl
from pydantic import BeforeValidator


def _pounds(value: object) -> object:
    """Take pounds from text alone: a YAML number has been through a float."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,12}\.[0-9]{2}", value):
        raise ValueError('must be pounds and pence in quotation marks, such as "11000000.00"')
    return Decimal(value)


Pounds = Annotated[Decimal, BeforeValidator(_pounds)]
"""Pounds as they stand in an agreement."""


def pence(column: str | pl.Expr) -> pl.Expr:
    """Read amounts as written, such as ``1050.00``, as integer pence.

    Args:
        column: a text column, or its name.

    Returns:
        Int64 pence; null where the text is not digits, a point and two digits, or is too large to hold.
    """
    text = pl.col(column) if isinstance(column, str) else column
    as_written = text.str.contains(r"^[0-9]+\.[0-9]{2}$")
    return pl.when(as_written).then(text.str.replace(".", "", literal=True)).cast(pl.Int64, strict=False)


def exact(pounds: Decimal) -> str:
    """Write pounds with all their decimals, at least two: sums that differ by less than a penny look different."""
    return f"{pounds:,.{max(2, -int(pounds.normalize().as_tuple().exponent))}f}"


def pounds(pence: int) -> str:
    """Write pence as a person reads them: ``£10,651,415.60``, ``-£5.00``."""
    whole, part = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}.{part:02d}"


def plain(pence: int) -> str:
    """Write pence as a program reads pounds: ``10651415.60``."""
    return f"{pence // 100}.{pence % 100:02d}"
