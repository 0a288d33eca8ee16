"""What is changed in sealed parts, and what finds it: ``python -m … FOLDER ROWS``; the last line is JSON.

Each fault is found by the reading itself (AES-GCM, with each file's own authenticated data) or by the file's SHA-256,
which the ledger has.
"""

import hashlib
import json
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import duckdb
import polars as pl
import pyarrow.parquet as pq

from tasks.ledger.parts import sealing
from tasks.ledger.parts.listing import Part, listed
from tests.benchmarks.sealed_layout import lay_out, opened_sealed
from tests.benchmarks.sealed_rows import OCTOBER, Runs

FLIPS = 60
_SEED = 20261128
_SIZE = 300_000
_WHOLE = "SELECT count(*), sum(hash(COLUMNS(*))::HUGEINT) FROM part_row"
Fault = Callable[[bytes], bytes]


def main(folder: str, rows: str) -> None:
    """Do each fault, read everything, and undo it."""
    place, runs = Path(folder) / "faults", Runs(int(rows))
    lay_out(place, runs, _SIZE)
    with opened_sealed(place, 2, place / "spill") as connection:
        parts = listed(connection)
    good = _read(place)
    assert isinstance(good, list)
    found: dict[str, list[int]] = {}
    for name, part, content in _faults(place, parts, runs):
        path = place / part.name
        whole = path.read_bytes()
        assert content != whole, name
        path.write_bytes(content)
        told = _read(place)
        by_reading, by_hash = isinstance(told, str), hashlib.sha256(content).hexdigest() != part.sha256
        counts = found.setdefault(name, [0, 0, 0, 0])
        for at, counted in enumerate((True, by_reading, by_hash, not by_reading and told != good)):
            counts[at] += counted
        path.write_bytes(whole)
    assert _read(place) == good
    shutil.rmtree(place)
    sys.stdout.write(f"\n{json.dumps(found)}\n")


def _read(place: Path) -> object:
    """All rows in one figure a column; or, as text, what stopped the reading."""
    try:
        with opened_sealed(place, 2, place / "spill") as connection:
            return connection.execute(_WHOLE).fetchall()
    except (duckdb.Error, OSError) as error:
        return str(error)


def _faults(place: Path, parts: list[Part], runs: Runs) -> Iterator[tuple[str, Part, bytes]]:
    lots = random.Random(_SEED)
    files = list({part.name: part for part in parts}.values())
    for _ in range(FLIPS):
        part = lots.choice(files)
        changed = bytearray((place / part.name).read_bytes())
        changed[lots.randrange(len(changed))] ^= 1 << lots.randrange(8)
        yield "a bit flipped", part, bytes(changed)
    first, second = files[:2]
    content = (place / first.name).read_bytes()
    yield "cut short", first, content[:-1_000]
    yield "empty", first, b""
    for name, exchanged in _exchanged(place / first.name, first.secret):
        yield name, first, exchanged
    yield "another part of the run copied over it", second, content
    later = next(part for part in files if part.run_no != OCTOBER)
    yield "a part of another run copied over it", later, content
    block = next(iter(runs.blocks(OCTOBER, _SIZE))).drop("line").with_columns(pence=pl.lit(1, pl.Int64))
    elsewhere = place / "elsewhere"
    yield "one of another attempt put back", first, _sealed(block, elsewhere, first.secret)
    # A name is never given twice; what would come of it all the same is to be known.
    with patch("tasks.ledger.parts.sealing.secrets.token_hex", return_value=Path(first.name).stem):
        yield "an old one of the very same name put back", first, _sealed(block, elsewhere, first.secret)


def _sealed(block: pl.DataFrame, folder: Path, key: bytes) -> bytes:
    return (folder / sealing.seal(block, folder, key).name).read_bytes()


def _exchanged(path: Path, key: bytes) -> Iterator[tuple[str, bytes]]:
    """Columns of a row group, or of two, wherever they are equally long; and pages of the disk."""
    content = path.read_bytes()
    metadata = pq.ParquetFile(path, decryption_properties=sealing.opening(path.name, key)).metadata
    columns = [
        metadata.row_group(group).column(number)
        for group in range(metadata.num_row_groups)
        for number in range(metadata.num_columns)
    ]
    starts = [column.dictionary_page_offset or column.data_page_offset for column in columns]
    pages = [slice(at, at + column.total_compressed_size) for at, column in zip(starts, columns, strict=True)]
    for at, one in enumerate(pages):
        for other in pages[at + 1 :]:
            if one.stop - one.start == other.stop - other.start:
                changed = bytearray(content)
                changed[one], changed[other] = content[other], content[one]
                yield "two blocks exchanged", bytes(changed)
    for lots in map(random.Random, range(20)):
        size = 4_096
        one_at, other_at = sorted(lots.sample(range(1, len(content) // size), 2))
        changed = bytearray(content)
        first, second = (slice(size * place, size * (place + 1)) for place in (one_at, other_at))
        changed[first], changed[second] = content[second], content[first]
        yield "two pages of the disk exchanged", bytes(changed)


if __name__ == "__main__":
    main(*sys.argv[1:])
