"""Reading an extract's rows, as sent, by siller's names."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from schemas.contract.contract import Contract
from schemas.extract_files.read import read_rows
from schemas.extract_files.records import Stated
from schemas.extract_files.wanted import Stored, Wanted

FRAME_ROWS = 1 << 18
"""How many rows a frame has, but for the last one."""


def read_extract(
    path: Path, contract: Contract, sha256: str | None = None, frame_rows: int = FRAME_ROWS
) -> Iterator[pl.DataFrame]:
    """Yield an extract's rows as they were sent, so many a frame, whatever the form in which the body sends them.

    Args:
        path: the extract.
        contract: the tenant's contract, which says in what form it comes.
        sha256: of the bytes that are meant, where they have been hashed before: the very bytes that are parsed are
            hashed again, so that the file cannot be exchanged in between and put back afterwards.
        frame_rows: of each frame but the last one.

    Yields:
        Frames of ``row_number`` (Int32, the 0-based data row, going on from frame to frame) and the
        contract's columns in the contract's order, by siller's names, all text. An empty cell is empty
        text; there are no nulls. Nothing is trimmed, padded or translated.

    Raises:
        NoGo: the file is missing, empty, in another form than agreed, without rows, has other columns than the
            contract, has a row with too few or too many fields, or is not the one that is meant. Frames before
            the fault have been yielded by then, so what was done with them must be undone.
    """
    names = {column.physical_name: column.name for column in contract.columns}
    stated = list[Stated]()
    for frame in read_rows(path, contract.form, wanted_of(contract), sha256, frame_rows, stated):
        yield frame.rename(names)


def wanted_of(contract: Contract) -> Wanted:
    """The columns of the file that a contract wants, and what else than text may stand in them."""
    return Wanted({column.physical_name: _STORED.get(column.name, Stored.TEXT) for column in contract.columns})


_STORED = {
    "sort_code": Stored.DIGITS,
    "account_number": Stored.DIGITS,
    "amount": Stored.POUNDS,
    "pay_date": Stored.DAY,
}
