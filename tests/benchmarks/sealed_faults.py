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

import duckdb
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

from tests.benchmarks.sealed_layout import Part, aad_of, key_of, lay_out, opened_sealed, seal
from tests.benchmarks.sealed_rows import OCTOBER, Runs, typed

FLIPS = 60
_SEED = 20261128
_SIZE = 300_000
_WHOLE = "SELECT count(*), sum(hash(COLUMNS(*))::HUGEINT) FROM part_row"
Fault = Callable[[bytes], bytes]


def main(folder: str, rows: str) -> None:
    """Do each fault, read everything, and undo it."""
    place, runs = Path(folder) / "faults", Runs(int(rows))
    parts = lay_out(place, runs, _SIZE)
    good = _read(place, runs)
    assert isinstance(good, list)
    found: dict[str, list[int]] = {}
    for name, part, content in _faults(place, parts, runs):
        path = Path(part.path)
        whole = path.read_bytes()
        assert content != whole, name
        path.write_bytes(content)
        told = _read(place, runs)
        by_reading, by_hash = isinstance(told, str), hashlib.sha256(content).hexdigest() != part.sha256
        counts = found.setdefault(name, [0, 0, 0, 0])
        for at, counted in enumerate((True, by_reading, by_hash, not by_reading and told != good)):
            counts[at] += counted
        path.write_bytes(whole)
    assert _read(place, runs) == good
    shutil.rmtree(place)
    sys.stdout.write(f"\n{json.dumps(found)}\n")


def _read(place: Path, runs: Runs) -> object:
    """All rows in one figure a column; or, as text, what stopped the reading."""
    try:
        with opened_sealed(place, runs, 2, place / "spill") as connection:
            return connection.execute(_WHOLE).fetchall()
    except (duckdb.Error, OSError) as error:
        return str(error)


def _faults(place: Path, parts: list[Part], runs: Runs) -> Iterator[tuple[str, Part, bytes]]:
    lots = random.Random(_SEED)
    files = [part for part in parts if part.run_no == part.sealed_for]
    for _ in range(FLIPS):
        part = lots.choice(files)
        changed = bytearray(Path(part.path).read_bytes())
        changed[lots.randrange(len(changed))] ^= 1 << lots.randrange(8)
        yield "a bit flipped", part, bytes(changed)
    first, second = files[:2]
    content = Path(first.path).read_bytes()
    yield "cut short", first, content[:-1_000]
    yield "empty", first, b""
    for name, exchanged in _exchanged(first):
        yield name, first, exchanged
    yield "another part of the run copied over it", second, content
    later = next(part for part in files if part.run_no != OCTOBER)
    yield "a part of another run copied over it", later, content
    old = place / "old"
    block = typed(next(iter(runs.blocks(OCTOBER, _SIZE)))).with_columns(pence=1)
    seal(block, old, OCTOBER, first.number, attempt=2)
    yield "one of another attempt put back", first, old.read_bytes()
    seal(block, old, OCTOBER, first.number)
    yield "an old one of the very same place put back", first, old.read_bytes()
    old.unlink()


def _exchanged(part: Part) -> Iterator[tuple[str, bytes]]:
    """Columns of a row group, or of two, wherever they are equally long; and pages of the disk."""
    content = Path(part.path).read_bytes()
    opening = pe.create_decryption_properties(
        footer_key=key_of(part.sealed_for), aad_prefix=aad_of(part.sealed_for, part.number)
    )
    metadata = pq.ParquetFile(part.path, decryption_properties=opening).metadata
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
