"""What writing and reading back a payment file have in common on every rail."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path

import polars as pl
import pyarrow as pa

from schemas.no_go import NoGo

Seen = Callable[[pl.DataFrame, pl.DataFrame], None]
"""What is shown the payments of a file while they are written: as sent, and beside them as the file has them."""

#: Payments that are rendered at once: their lines lie in memory that is used again, where more would ask the
#: system for new memory each time, and that costs as much as rendering them.
AT_ONCE = 65_536


def portions(batches: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same payments in the same order, at most ``AT_ONCE`` at a time."""
    for batch in batches:
        for first in range(0, batch.height, AT_ONCE):
            yield batch.slice(first, AT_ONCE)


def seen_by_nobody(payments: pl.DataFrame, written: pl.DataFrame) -> None:
    """Look at no payment."""


@contextmanager
def new_file(path: Path) -> Iterator[BufferedRandom]:
    """A new file to write and read; nothing is left at the path if the block cannot be finished.

    Raises:
        NoGo: something is at the path.
    """
    try:
        handle = path.open("xb+")
    except FileExistsError:
        raise NoGo(f"{path.name} is there already. A payment file is never written over.") from None
    try:
        with handle:
            yield handle
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def refuse_unwritable(
    payments: pl.DataFrame,
    checks: Mapping[str, pl.Expr],
    before: int,
    must_be: Callable[[str], str] = "breaks the rule check_{}".format,
) -> None:
    """Stop at the first payment with a field that is not what it must be.

    Args:
        payments: one row a payment.
        checks: what each field must be, under its name: false or null is a fault.
        before: how many payments of the file came before this frame.
        must_be: what is said of a field, by its name.

    Raises:
        NoGo: naming the payment's place, the field and the rule, no value.
    """
    fits = payments.select(check.fill_null(False).alias(name) for name, check in checks.items())
    for name in checks:
        if not fits[name].all():
            place = before + int((~fits[name]).arg_true()[0])
            raise NoGo(
                f"Payment {place + 1} of the file cannot be written: its {name} {must_be(name)}. "
                "Such a row is to be refused before a file is made."
            )


def side_by_side(texts: pl.Series) -> pa.LargeStringArray:
    """A column of texts with all their bytes side by side in one buffer."""
    return texts.to_arrow(compat_level=pl.CompatLevel.oldest())


def bytes_of(texts: pa.LargeStringArray) -> memoryview:
    """The bytes of such a column, without a copy."""
    data = texts.buffers()[2]
    return memoryview(b"" if data is None else data)
