"""The weight table is read with its version and hash, and a broken one is refused in a sentence."""

import os
from datetime import date
from hashlib import sha256
from pathlib import Path
from shutil import copytree

import pytest

from schemas.account.table import ModulusTable
from schemas.no_go import NoGo

PRACTICE = Path(__file__).parents[4] / "data_contracts" / "practice_modulus"
WEIGHTS, SUBSTITUTIONS = "valacdos-practice.txt", "scsubtab.txt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copytree(PRACTICE, tmp_path / "table")


def _with_line(folder: Path, line: str, name: str = WEIGHTS) -> Path:
    file = folder / name
    file.write_text(file.read_text() + line + "\n")
    return folder


def _row(sort_codes: str, method: str = "MOD11", weight: str = "1", exception: str = "") -> str:
    return f"{sort_codes} {method} {' '.join([weight] * 14)} {exception}"


def test_the_practice_table_says_what_it_is(folder: Path):
    table = ModulusTable.load(folder)
    assert (table.version, table.is_practice, table.rows) == ("practice", True, 25)
    assert table.sha256 == sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    assert table.substitutions_sha256 == sha256((folder / SUBSTITUTIONS).read_bytes()).hexdigest()


def test_a_published_table_is_known_by_its_name(folder: Path):
    """Vocalink's files have CRLF, may end in a blank line, and carry their version in the name alone."""
    many = "".join(_row(f"{sort_code:06d} {sort_code:06d}") + "\r\n" for sort_code in range(1_000))
    (folder / WEIGHTS).unlink()
    (folder / "valacdos-v8-50.txt").write_text(many + "\r\n", newline="")
    table = ModulusTable.load(folder)
    assert (table.version, table.is_practice, table.rows) == ("v8-50", False, 1_000)


def test_since_when_a_table_holds_is_its_publishers_word_or_the_files_own_date(folder: Path):
    os.utime(folder / WEIGHTS, (0, 1_750_636_800))  # midnight before 23 June 2025, UTC
    assert ModulusTable.load(folder).valid_from == date(2025, 6, 23)
    assert ModulusTable.load(folder, date(2025, 7, 1)).valid_from == date(2025, 7, 1)


def test_a_table_that_was_cut_off_is_refused(folder: Path):
    (folder / WEIGHTS).rename(folder / "valacdos-v8-50.txt")
    with pytest.raises(NoGo, match=r"valacdos-v8-50\.txt has only 25 rows"):
        ModulusTable.load(folder)


@pytest.mark.parametrize("name", [WEIGHTS, SUBSTITUTIONS])
def test_a_missing_file_is_refused(folder: Path, name: str):
    (folder / name).unlink()
    with pytest.raises(NoGo, match=r"needs one file .* and has 0\. It takes Vocalink's"):
        ModulusTable.load(folder)


def test_a_missing_folder_is_refused(tmp_path: Path):
    with pytest.raises(NoGo, match="It takes Vocalink's"):
        ModulusTable.load(tmp_path / "nowhere")


def test_two_weight_tables_are_refused(folder: Path):
    (folder / "valacdos-v8-50.txt").write_bytes((folder / WEIGHTS).read_bytes())
    with pytest.raises(NoGo, match="has 2"):
        ModulusTable.load(folder)


@pytest.mark.parametrize("name", [WEIGHTS, SUBSTITUTIONS])
@pytest.mark.parametrize("content", [b"", b"\r\n\r\n"], ids=["empty", "blank"])
def test_an_empty_file_is_refused(folder: Path, name: str, content: bytes):
    (folder / name).write_bytes(content)
    with pytest.raises(NoGo, match=f"{name} is empty"):
        ModulusTable.load(folder)


@pytest.mark.parametrize(
    "line",
    [
        "\x89PNG \xff",
        "<!DOCTYPE html>",
        "123456 123456 MOD11 1 1 1",
        _row("123456 123456", weight="1.5"),
        _row("123456 123456", method="MOD97"),
        _row("23456 123456"),
        _row("123456 123456", exception="6 6"),
    ],
)
def test_what_is_no_row_is_refused_with_its_line(folder: Path, line: str):
    with pytest.raises(NoGo, match=f"{WEIGHTS}, line 26, is no line of such a table"):
        ModulusTable.load(_with_line(folder, line))


def test_a_range_that_ends_before_it_starts_is_refused(folder: Path):
    with pytest.raises(NoGo, match="line 26, has a range of sort codes that ends before it starts"):
        ModulusTable.load(_with_line(folder, _row("123457 123456")))


def test_a_negative_weight_of_dblal_is_refused(folder: Path):
    with pytest.raises(NoGo, match="line 26, has a negative weight"):
        ModulusTable.load(_with_line(folder, _row("123456 123456", method="DBLAL", weight="-1")))


@pytest.mark.parametrize(
    ("sort_codes", "exception", "said"),
    [
        ("123456 123456", "15", rf"sort code 123456 in {WEIGHTS} \(rows: 1, exceptions: \[15\]"),
        ("123456 123456", "9", rf"sort code 123456 in {WEIGHTS} \(rows: 1, exceptions: \[9\]"),
        ("089500 089600", "11", rf"sort code 089500 in {WEIGHTS} \(rows: 2, exceptions: \[0, 11\]"),
        ("827000 827000", "", rf"sort code 827000 in {WEIGHTS} \(rows: 3"),
    ],
    ids=["unknown", "second without first", "half a pair", "three rows"],
)
def test_exceptions_that_are_not_described_are_refused(folder: Path, sort_codes: str, exception: str, said: str):
    with pytest.raises(NoGo, match=f"{said}.*Use the version before it"):
        ModulusTable.load(_with_line(folder, _row(sort_codes, exception=exception)))


def test_the_two_rows_of_a_sort_code_may_have_ranges_of_their_own(folder: Path):
    rows = ModulusTable.load(_with_line(folder, _row("089500 089600", exception="3"))).rows_of_sort_code
    assert [rows.row(sort_code) for sort_code in (89499, 89500, 89600, 89601, 90000)] == [
        (5, None),
        (5, 25),
        (5, 25),
        (5, None),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("line", "cause"),
    [("938600 93861", "is no line of such a table"), ("938600 938612", "an earlier line has")],
)
def test_a_wrong_substitution_is_refused(folder: Path, line: str, cause: str):
    with pytest.raises(NoGo, match=f"{SUBSTITUTIONS}, line 2, .*{cause}"):
        ModulusTable.load(_with_line(folder, line, SUBSTITUTIONS))
