"""In whatever blocks an extract is read, its rows are the same, or what is said of it is."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.contract.contract import Contract
from schemas.contract.extract import read_extract
from schemas.extract_files import text as streams
from schemas.no_go import NoGo
from tests.sampled import one_in

ILF = Contract.load(Path(__file__).parents[2] / "data_contracts" / "ilf" / "extract.odcs.yaml")
NAMES = [column.physical_name for column in ILF.columns]
MB = 1 << 20
BLOCKS = (1 * MB, 2 * MB, 8 * MB, 64 * MB)
ROWS = [
    ["ILF100001", "Zoë Planted", "089999", "66374958", "", "520.00", "ILF 2611 100001", "30/11/2026"],
    ["ILF100002", 'Ann "Nan" Lee, née Ó Néill', "089999", "66374958", "D/1234-5", "1.00", "A", "30/11/2026"],
    ["", "two\nlines\r\nor three", '"', ",", '""', ",,", "\t", " "],
    [""] * 8,
]


def read(path: Path) -> pl.DataFrame | str:
    """The rows, or the sentence."""
    try:
        return pl.concat(read_extract(path, ILF, frame_rows=streams.BLOCK_BYTES // 100))
    except NoGo as said:
        return str(said)


def in_blocks(path: Path, monkeypatch: pytest.MonkeyPatch, blocks: tuple[int, ...]) -> list[pl.DataFrame | str]:
    found = []
    for block in blocks:
        monkeypatch.setattr(streams, "BLOCK_BYTES", block)
        found.append(read(path))
    return found


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", one_in(2, [b"", b"\xef\xbb\xbf"]), ids=["no BOM", "BOM"])
def test_blocks_of_any_size_give_the_rows_that_pythons_own_reader_gives(tmp_path, monkeypatch, end, mark):
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=end).writerows([NAMES, *ROWS * 10_000])
    path = tmp_path / "ilf.csv"
    path.write_bytes(mark + file.getvalue().encode())
    assert path.stat().st_size > 2 * MB
    first, *others = in_blocks(path, monkeypatch, BLOCKS)
    assert isinstance(first, pl.DataFrame)
    assert first["row_number"].to_list() == list(range(40_000))
    assert first.drop("row_number").rows() == [tuple(row) for row in ROWS * 10_000]
    for other in others:
        assert first.equals(other)


@pytest.mark.parametrize(
    "fault",
    one_in(
        3,
        [b"a,b", b"a,b,c,d,e,f,g,h,i", b"", b"\x1a", b"a,b,c,d,e,f,g,\xff", b'a,b,"c,d,e,f,g,h', b'"a"b,c,d,e,f,g,h"'],
    ),
    ids=["short", "long", "empty", "Ctrl-Z", "no UTF-8", "open quotation mark", "quotation mark in the middle"],
)
def test_blocks_of_any_size_tell_the_same_first_fault(tmp_path, monkeypatch, fault):
    rows = [b"ILF100001,Zo\xc3\xab Planted,089999,66374958,,520.00,ILF 2611 100001,30/11/2026"] * 40_000
    rows[29_999] = fault
    rows[39_998] = b"a,b,c"
    path = tmp_path / "ilf.csv"
    path.write_bytes(b"\n".join([",".join(NAMES).encode(), *rows]))
    said, *others = in_blocks(path, monkeypatch, BLOCKS)
    assert isinstance(said, str)
    assert "line 30001 of the file" in said
    assert others == [said] * len(others)


PIECES = [
    b"a",
    b"0",
    b",",
    b",,,,,,,",
    b'"',
    b'""',
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xc3\xab",
    b"\xff",
    b"\xef\xbb\xbf",
    b" ",
]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rest=st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join), good=st.integers(0, 3))
def test_any_bytes_are_read_as_by_pythons_own_reader_or_refused(tmp_path, rest, good):
    path = tmp_path / "ilf.csv"
    row = b"ILF100001,Zo\xc3\xab,089999,66374958,,520.00,A,30/11/2026\n"
    lead = row * (good + 70_000 // len(row))
    content = ",".join(NAMES).encode() + b"\n" + lead + rest
    path.write_bytes(content)
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        naive = list(csv.reader(text, strict=True))[1:]
    except csv.Error:  # text after a closing quotation mark, or none that closes
        naive = [[]]
    proper = all(len(row) == 8 for row in naive) and b"\0" not in rest
    found = read(path)
    if proper and rest.decode(errors="replace") == rest.decode(errors="ignore"):
        assert isinstance(found, pl.DataFrame)
        assert [list(row) for row in found.drop("row_number").rows()] == naive
    else:
        assert isinstance(found, str)
