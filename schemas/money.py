"""Pounds as text, and the same money as integer pence; never a float in between."""

import re

import polars as pl

_TYPED = re.compile(r"£?\s?(?P<pounds>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)\.(?P<pence>[0-9]{2})")


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


def pounds(pence: int) -> str:
    """Write pence as a person reads them: ``£10,651,415.60``, ``-£5.00``."""
    whole, part = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}.{part:02d}"


def parse_pounds(text: str) -> int:
    """Read a sum that a person typed, as integer pence.

    Args:
        text: pounds and pence, with or without the pound sign and commas: ``£10,651,415.60``,
            ``10651415.60``. Pence must be there, so that pounds are never taken for pence.

    Raises:
        ValueError: anything else. The message does not repeat what was typed.
    """
    typed = _TYPED.fullmatch(text.strip())
    if not typed:
        raise ValueError("Write the sum in pounds and pence, for example £10,651,415.60 or 10651415.60.")
    return int(typed["pounds"].replace(",", "") + typed["pence"])
