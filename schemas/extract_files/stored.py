"""What is not stored as text, written as text: exactly, or so that the rules refuse it."""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal

import polars as pl
import pyarrow as pa

from schemas.extract_files.wanted import NOT_TEXT, Stored


def texts(cells: Sequence[object], stored: Stored) -> list[str]:
    """Write a column's cells as text.

    A number is given with its own digits in a column of digits, and as whole pence, if it has no more, in one of
    pounds; a day without an hour in a column of days. Everything else gets :data:`NOT_TEXT` behind it.
    """
    if {str} >= set(map(type, cells)):
        return list(map(str, cells))
    return [cell if isinstance(cell, str) else _text(cell, stored) for cell in cells]


def _text(cell: object, stored: Stored) -> str:
    if cell is None:
        return ""
    written, kinds = _written(cell)
    return written(stored) if stored in kinds else f"{written(Stored.TEXT)}{NOT_TEXT}"


def _written(cell: object) -> tuple[Callable[[Stored], str], set[Stored]]:
    """How a cell is written, and in which columns it may stand so."""
    if isinstance(cell, bool):
        return lambda _: str(cell).upper(), set()
    if isinstance(cell, int | float | Decimal):
        number = cell if isinstance(cell, Decimal) else Decimal(repr(cell))
        return lambda stored: _number(number, stored), {Stored.DIGITS, Stored.POUNDS} if number.is_finite() else set()
    if isinstance(cell, datetime.datetime):
        if cell.time() == datetime.time():
            return lambda _: f"{cell:%d/%m/}{cell.year:04}", {Stored.DAY}
        return lambda _: str(cell), set()
    if isinstance(cell, datetime.date):
        return lambda _: f"{cell:%d/%m/}{cell.year:04}", {Stored.DAY}
    return lambda _: str(cell), set()


def _number(number: Decimal, stored: Stored) -> str:
    if not number.is_finite():
        return str(number)
    if number == number.to_integral_value():
        return f"{number:.2f}" if stored is Stored.POUNDS else f"{number:.0f}"
    plain = f"{number:f}"
    if stored is Stored.POUNDS and number == round(number, 2):
        return f"{number:.2f}"
    return plain


def batch_of(frame: pl.DataFrame) -> pa.RecordBatch:
    """A frame that has rows, as one Arrow batch."""
    return frame.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()[0]
