"""No cell of a table for people is a formula, and each is told from what was sent."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.extract_files.form import Encoding
from schemas.tables_for_people.csv_text import csv_lines, csv_text
from schemas.tables_for_people.safe import as_before, safe_to_open, would_be_reckoned

RECKONED = ("=1+1", "+SUM(A1)", "-412.00", "@SUM(A1)", "\t=1", "\r=1", "\n1", "  =1", "\u00a0+1", "＝1", "'=1", "''+1")
HARMLESS = ("", "a", "O'Hara", "'t Hart", "'", "1-2", "a=b", "  a", "0", "''")


def made_safe(cells: list[str]) -> list[str]:
    return safe_to_open(pl.DataFrame({"cell": cells}))["cell"].to_list()


def test_a_cell_that_would_be_reckoned_gets_an_apostrophe_and_no_other() -> None:
    assert made_safe(list(RECKONED)) == [f"'{cell}" for cell in RECKONED]
    assert made_safe(list(HARMLESS)) == list(HARMLESS)


def test_a_name_is_told_by_the_same_rule() -> None:
    assert all(would_be_reckoned(cell) for cell in RECKONED)
    assert not any(would_be_reckoned(cell) for cell in HARMLESS)


@given(st.lists(st.text(st.sampled_from("'=+-@ \t\r\na\u00a0＝")), min_size=1))
def test_what_was_made_safe_is_given_back_exactly(cells: list[str]) -> None:
    safe = made_safe(cells)
    assert all(cell.lstrip("'").lstrip()[:1] not in tuple("=+-@") or cell.startswith("'") for cell in safe)
    assert pl.DataFrame({"cell": safe}).select(as_before(pl.col("cell"))).to_series().to_list() == cells


def test_numbers_stay_numbers() -> None:
    assert csv_lines(pl.DataFrame({"pence": [-4, None]})) == b"-4\r\n\r\n"


@pytest.mark.parametrize("encoding", [Encoding.UTF_8, Encoding.UTF_16, Encoding.WINDOWS_1252])
def test_every_encoding_is_read_as_it_says(encoding: Encoding) -> None:
    written = csv_text(pl.DataFrame({"Name": ['Zoë; "Z"', "+1"]}), delimiter=";", encoding=encoding)
    text = written.decode({"UTF-8": "utf-8-sig", "UTF-16": "utf-16", "Windows-1252": "cp1252"}[encoding])
    found = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert found == [["Name"], ['Zoë; "Z"'], ["'+1"]]


def test_a_sign_that_windows_1252_has_not_makes_the_file_utf_8() -> None:
    written = csv_text(pl.DataFrame({"Name": ["Wałęsa"]}), encoding=Encoding.WINDOWS_1252)
    assert written == "\ufeffName\r\nWałęsa\r\n".encode()
