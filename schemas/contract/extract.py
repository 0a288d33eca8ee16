"""Reading an extract's rows, as sent, by siller's names."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
from pydantic import SecretStr

from schemas.contract.added import Added, added_columns
from schemas.contract.column import Column
from schemas.contract.contract import Contract
from schemas.contract.made import made
from schemas.contract.total import amount_as_written
from schemas.extract_files.form import FileKind, Form
from schemas.extract_files.read import read_rows
from schemas.extract_files.records import Stated
from schemas.extract_files.wanted import Seen, Stored, Wanted
from schemas.no_go import NoGo

FRAME_ROWS = 1 << 18
"""How many rows a frame has, but for the last one."""


def read_extract(
    path: Path,
    contract: Contract,
    sha256: str | None = None,
    frame_rows: int = FRAME_ROWS,
    password: SecretStr | None = None,
    seen: Seen | None = None,
) -> Iterator[pl.DataFrame]:
    """Yield an extract's rows as they were sent, so many a frame, whatever the form in which the body sends them.

    Args:
        path: the extract.
        contract: the tenant's contract, which says in what form it comes.
        sha256: of the bytes that are meant, where they have been hashed before: the very bytes that are parsed are
            hashed again, so that the file cannot be exchanged in between and put back afterwards.
        frame_rows: of each frame but the last one.
        password: of its archive, where the contract agrees an encrypted one.
        seen: where it is put down what else was seen, for who wants to know.

    Yields:
        Frames of ``row_number`` (Int32, the 0-based data row, going on from frame to frame) and the
        contract's kept columns in the contract's order, by siller's names, all text. An empty cell is empty
        text; there are no nulls. Nothing is trimmed, padded or translated but by the functions that the contract names.

    Raises:
        NoGo: the file is missing, empty, in another form than agreed, without rows, has other columns than the
            contract, has a row with too few or too many fields, or is not the one that is meant. Frames before
            the fault have been yielded by then, so what was done with them must be undone.
    """
    form, found, seen = replace(contract.form, password=password), _Found(), seen or Seen()
    for frame in read_rows(path, form, wanted_of(contract), sha256, frame_rows, seen):
        rows = made(frame, contract)
        if form.header_record or form.trailer_record:
            found.add(rows)
        yield rows
    for each in seen.records:
        found.check(path.name, each)


def first_line(contract: Contract, form: Form) -> int:
    """On which line of an extract its first row stands, from 1.

    Of a worksheet it is the row's own number, and of a Parquet file, which has no lines, the first row is 1.

    Args:
        contract: the tenant's.
        form: in which the extract came: as agreed, or as siller gives rows back.
    """
    match form.kind:
        case FileKind.XLSX:
            return form.header_row + 1
        case FileKind.PARQUET:
            return 1
        case FileKind.FIXED_WIDTH:
            header = 0
        case FileKind.CSV:
            # A column's name may have a line break in it, as Excel writes a cell of two lines.
            header = 1 + sum(len(name.splitlines()) - 1 for name in wanted_of(contract).names)
    return (1 if form.header_record else 0) + header + 1


def lines_of(rows: pl.DataFrame, contract: Contract) -> pl.Series:
    """The line of each row of a whole file of text in its agreed form, as an editor counts it from 1.

    It is for files that no ledger has as rows: of a run's extract ``tasks.ledger.file_line`` is asked.

    Args:
        rows: as ``read_extract`` yields them, from the first one on.
        contract: whose form the file has; no column of it is made of others or ignored.
    """
    breaks = pl.sum_horizontal(pl.col(contract.kept_columns).str.count_matches(r"\r\n|\r|\n"))
    begins = pl.col("row_number") + first_line(contract, contract.form)
    return rows.select(line=begins + breaks.cum_sum().shift(1, fill_value=0)).to_series()


class _Found:
    """What a file's rows come to, for its own records to be held against."""

    def __init__(self) -> None:
        self._rows, self._pounds = 0, Decimal(0)

    def add(self, rows: pl.DataFrame) -> None:
        self._rows += rows.height
        self._pounds += Decimal(rows.select(amount_as_written().sum()).item() or 0)

    def check(self, file: str, stated: Stated) -> None:
        """Raises: NoGo: a record says otherwise, to the penny."""
        if stated.rows is not None and stated.rows != self._rows:
            raise NoGo(
                f"{file}: its {stated.called} says {stated.rows:,} rows, and there are {self._rows:,}. Rows were lost "
                "or added on the way: send the file again, whole."
            )
        if stated.pounds is not None and stated.pounds != self._pounds:
            raise NoGo(
                f"{file}: its {stated.called} says £{stated.pounds:,.2f}, and the rows add up to £{self._pounds:,.2f}. "
                "Nothing can be paid until both agree: correct the file and send it again."
            )


def wanted_of(contract: Contract) -> Wanted:
    """The columns of the file that a contract wants, and what else than text may stand in them."""
    columns: dict[str, Stored] = {}
    for column in contract.columns:
        for name in column.sources:
            columns.setdefault(name, _stored(column))
    added = added_columns(contract)
    return Wanted(columns, frozenset(contract.ignored_columns), frozenset(added.values()), added[Added.RUN])


def _stored(column: Column) -> Stored:
    """What a file that knows numbers and days may keep of a column: text alone, where functions read what is there."""
    is_read = column.origin is not None and (len(column.sources) > 1 or column.name == "pay_date")
    return Stored.TEXT if is_read else _STORED.get(column.name, Stored.TEXT)


_STORED = {
    "sort_code": Stored.DIGITS,
    "account_number": Stored.DIGITS,
    "amount": Stored.POUNDS,
    "pay_date": Stored.DAY,
}
