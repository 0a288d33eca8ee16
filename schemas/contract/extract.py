"""Reading an extract's rows, as sent, in batches."""

import csv
import hashlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv

from schemas.contract.contract import Contract
from schemas.contract.extract_faults import NO_ROWS, first_fault
from schemas.contract.made import made
from schemas.incoming import Incoming, open_incoming
from schemas.no_go import NoGo

FRAME_ROWS = 1 << 18
"""How many rows a frame has, but for the last one."""

BLOCK_BYTES = 2 << 20
"""How much of the file is parsed at a time, and so the longest row that can be read. Arrow reads up to 32
blocks ahead, so that this, and not the frame, decides how much memory the reading takes."""

_HEADER_BYTES = 1 << 16
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_NO_TEXT = {
    b"PK\x03\x04": "an Excel workbook or another ZIP file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook or another TenantContext file",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"\x1f\x8b": "a compressed file",
    b"%PDF": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
}


def read_extract(
    path: Path, contract: Contract, sha256: str | None = None, frame_rows: int = FRAME_ROWS
) -> Iterator[pl.DataFrame]:
    """Yield an extract's rows as they were sent, so many a frame, whatever the blocks in which the file is read.

    The extract is comma-separated text as RFC 4180 has it: UTF-8 with or without byte order mark, lines
    ending in CRLF or LF, a header with the contract's physical names in any order.

    Args:
        path: the extract.
        contract: the tenant's contract.
        sha256: of the bytes that are meant, where they have been hashed before: the very bytes that are parsed are
            hashed again, so that the file cannot be exchanged in between and put back afterwards.
        frame_rows: of each frame but the last one.

    Yields:
        Frames of ``row_number`` (Int32, the 0-based data row, going on from frame to frame) and the
        contract's kept columns in the contract's order, by siller's names, all text. An empty cell is empty
        text; there are no nulls. Nothing is trimmed, padded or translated but by the functions that the contract names.

    Raises:
        NoGo: the file is missing, empty, no text, not UTF-8, without rows, has other columns than the
            contract, has a row with too few or too many fields, or is not the one that is meant. Frames before
            the fault have been yielded by then, so what was done with them must be undone.
    """
    header = _header(path)
    _check_header(path.name, header, contract)
    physical = list(contract.source_columns)
    row_number = 0
    looked_for_empty_lines = False
    for table in _tables(_batches(path, physical, sha256), frame_rows):
        frame = pl.DataFrame(pl.from_arrow(table, rechunk=False))
        if not looked_for_empty_lines and _has_an_empty_row(frame):
            _refuse_fault(path, header)
            looked_for_empty_lines = True
        numbers = pl.int_range(row_number, row_number + frame.height, dtype=pl.Int32).alias("row_number")
        yield made(frame.select(numbers, *physical), contract)
        row_number += frame.height
    if row_number == 0:
        raise NoGo(f"{path.name}: {NO_ROWS}")


def _header(path: Path) -> list[str]:
    """Return the fields of the first line, after making sure that this is text at all."""
    with open_incoming(path, Incoming.EXTRACT) as file:
        head = file.read(_HEADER_BYTES)
    if not head.removeprefix(BOM_UTF8).strip():
        raise NoGo(f"{path.name} is empty: send the extract again.")
    for magic, kind in _NO_TEXT.items():
        if head.startswith(magic):
            raise NoGo(f"{path.name} is {kind}, not comma-separated text: save it as CSV UTF-8 and send that.")
    if b"\0" in head:
        raise NoGo(f"{path.name} is no text: save the extract as CSV UTF-8 and send that.")
    text = head.decode("utf-8-sig", errors="replace")
    return next(csv.reader(StringIO(text, newline="")))


def _check_header(file: str, header: list[str], contract: Contract) -> None:
    """Compare the header with the contract; never repeat a name that is not the contract's.

    A file without a header has somebody's name and account where the columns' names should be.
    """
    physical = list(contract.source_columns)
    if ",".join(header).lower().startswith("sep="):
        raise NoGo(
            f'{file}: the first line is the "sep=" that Excel writes for itself, and not the header: delete that line '
            "and send the extract again."
        )
    otherwise = list(_written_otherwise(header, physical))
    if otherwise:
        raise NoGo(
            f"{file}: the header does not name its columns as the contract does: {'; '.join(otherwise)}. Write them "
            "exactly so and send the extract again."
        )
    if not set(header) & set(physical):
        separator = _separator(header, physical)
        if separator:
            raise NoGo(
                f"{file}: the fields are separated by {separator}, not by commas: save the extract as CSV UTF-8 with "
                "commas and send that."
            )
        raise NoGo(
            f"{file}: the first line names none of the contract's columns. It must be a header with"
            f" {', '.join(physical)}, separated by commas, in UTF-8."
        )
    twice = [name for name in physical if header.count(name) > 1]
    if twice:
        raise NoGo(f"{file}: the column {', '.join(twice)} stands twice in the header: send it once.")
    missing = [name for name in physical if name not in header]
    if missing:
        raise NoGo(f"{file}: the column {', '.join(missing)} is missing from the header: send it too.")
    nameless = [str(place) for place, name in enumerate(header, start=1) if not name.strip()]
    if nameless:
        raise NoGo(
            f"{file}: the header's column number {', '.join(nameless)} is empty, as spreadsheets leave columns that "
            "were once in use: delete these columns and send the extract again."
        )
    known = {*physical, *contract.ignored_columns}
    extra = [str(place) for place, name in enumerate(header, start=1) if name not in known]
    if extra:
        raise NoGo(
            f"{file}: the header's column number {', '.join(extra)} is not in the contract: leave it out,"
            " or have the contract changed first."
        )


def _written_otherwise(header: list[str], physical: list[str]) -> Iterator[str]:
    """Say of each column whose name is the contract's but for blanks, capitals or signs, how it differs."""
    meant = {_letters(name): name for name in physical if name not in header}
    for place, name in enumerate(header, start=1):
        if name in physical or _letters(name) not in meant:
            continue
        asked = meant[_letters(name)]
        if name.strip() == asked:
            why = "there is a blank before or after it"
        elif name.casefold() == asked.casefold():
            why = "capitals and small letters differ"
        else:
            why = "blanks, signs or capitals differ"
        yield f"column number {place} is to be {asked}, and {why}"


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()


def _separator(header: list[str], physical: list[str]) -> str | None:
    """What stands between the fields of a header that names the contract's columns, if it is no comma."""
    line = ",".join(header)
    parts = {said: {part.strip('"') for part in line.split(sign)} for sign, said in _SEPARATORS.items()}
    return next((said for said, names in parts.items() if names & set(physical)), None)


def _tables(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Gather Arrow's small batches to tables of ``rows`` rows; none of them is copied for it."""
    held, missing = list[pa.RecordBatch](), rows
    for batch in batches:
        while batch.num_rows >= missing:
            yield pa.Table.from_batches([*held, batch.slice(0, missing)])
            batch, held, missing = batch.slice(missing), [], rows
        if batch.num_rows:
            held.append(batch)
            missing -= batch.num_rows
    if held:
        yield pa.Table.from_batches(held)


class _Hashed:
    """A file as Arrow reads it, to its end, hashed on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()

    @property
    def closed(self) -> bool:
        """Whether nothing more can be read."""
        return self._file.closed

    @property
    def sha256(self) -> str:
        """Of what was read so far."""
        return self._sha256.hexdigest()

    def read(self, size: int) -> bytes:
        """Read on."""
        block = self._file.read(size)
        self._sha256.update(block)
        return block


def _batches(path: Path, physical: list[str], sha256: str | None) -> Iterator[pa.RecordBatch]:
    """Yield the file's rows as Arrow batches of text.

    Arrow's reader refuses short rows, which polars' own fills with nulls, and reads quotation marks as
    Python's csv module does. Its messages quote the row, so they end here.
    """
    try:
        with open_incoming(path, Incoming.EXTRACT) as file:
            hashed = _Hashed(file)
            with arrow_csv.open_csv(
                pa.PythonFile(hashed, mode="r"),
                read_options=arrow_csv.ReadOptions(block_size=BLOCK_BYTES),
                parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=physical,
                    column_types=dict.fromkeys(physical, pa.string()),
                    strings_can_be_null=False,
                    check_utf8=True,
                ),
            ) as reader:
                yield from reader
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        pass
    else:
        if sha256 and hashed.sha256 != sha256:
            raise NoGo(f"{path.name} changed while it was being read. Put it back whole and start again.")
        return
    _refuse_fault(path, _header(path))
    raise NoGo(
        f"{path.name} cannot be read as comma-separated text, most likely because a quotation mark is"
        " opened and never closed: write the file again and send that."
    )


def _refuse_fault(path: Path, header: list[str]) -> None:
    fault = first_fault(path, header)
    if fault is not None:
        raise NoGo(f"{path.name}: {fault}")


def _has_an_empty_row(frame: pl.DataFrame) -> bool:
    """Say whether any row has nothing in any cell, as Arrow gives back an empty line."""
    return frame.filter(pl.all_horizontal(pl.all() == "")).height > 0
