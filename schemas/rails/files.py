"""What writing and reading back a payment file have in common on every rail."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path

import polars as pl

from schemas.no_go import NoGo


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
    rendered: pl.DataFrame,
    names: Iterable[str],
    before: int,
    must_be: Callable[[str], str] = "breaks the rule check_{}".format,
) -> None:
    """Stop at the first payment with a field that is not what it must be.

    Args:
        rendered: one row a payment, with a column of booleans for each field: whether it is right.
        names: the fields.
        before: how many payments of the file came before this frame.
        must_be: what is said of a field, by its name.

    Raises:
        NoGo: naming the payment's place, the field and the rule, no value.
    """
    for name in names:
        if not rendered[name].all():
            place = before + int((~rendered[name]).arg_true()[0])
            raise NoGo(
                f"Payment {place + 1} of the file cannot be written: its {name} {must_be(name)}. "
                "Such a row is to be refused before a file is made."
            )


def side_by_side(lines: pl.Series) -> bytes | memoryview:
    """A column's texts as the bytes that they make together, without a copy."""
    # Only Arrow's older text layout holds a column's bytes side by side.
    data = lines.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2]
    return b"" if data is None else memoryview(data)
