"""The rows of a part, for who needs the ledger no longer."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa

from schemas.no_go import NoGo
from tasks.ledger.parts.listing import Part
from tasks.ledger.parts.sealing import read


def read_part(part: Part, folder: Path, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """A part's rows in their order, all columns or some.

    Args:
        part: as the ledger lists it.
        folder: where the tenant's parts stand.
        columns: ``row_number``, ``pence``, and the contract's as text.

    Raises:
        NoGo: the file is gone, or its bytes have changed.
    """
    try:
        rows = read(folder / part.name, part.secret, columns)
    except (OSError, pa.ArrowException):
        raise NoGo(
            f"The part {part.name} of the rows that were taken in is gone, or its bytes have changed. If keys "
            "were changed meanwhile, start the run again; otherwise find out what changed it (siller verify), restore "
            "the newest backup, and release nothing until then."
        ) from None
    return pl.DataFrame(pl.from_arrow(rows, rechunk=False))
