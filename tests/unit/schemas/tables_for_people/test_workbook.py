"""A workbook for people has texts alone, exactly as they are, and is read again by another library."""

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
from python_calamine import load_workbook

from schemas.no_go import NoGo
from schemas.tables_for_people.workbook import write_workbook

CELLS = ["00123", "=1+1", "'=1", "-4", "https://example.org", "1.50", " a ", "Zoë", "_x0041_", "a\nb", "31/10/2026"]


def workbook(scratch: Path, *frames: pl.DataFrame, **said: object) -> bytes:
    file = io.BytesIO()
    write_workbook(file, frames, scratch / "back.xlsx", **said)  # type: ignore[arg-type]  # each test says what it needs
    return file.getvalue()


def test_each_cell_is_the_text_that_it_was(tmp_path: Path) -> None:
    halves = pl.DataFrame({"=Ref": CELLS[:5], "Empty": ""}), pl.DataFrame({"=Ref": CELLS[5:], "Empty": ""})
    written = workbook(tmp_path, *halves, sheet="Pay list")
    read = load_workbook(io.BytesIO(written))
    assert read.sheet_names == ["Pay list"]
    assert read.get_sheet_by_name("Pay list").to_python() == [["=Ref", "Empty"], *([cell, ""] for cell in CELLS)]
    assert written == workbook(tmp_path, *halves, sheet="Pay list")
    assert list(tmp_path.iterdir()) == []


def test_there_is_no_formula_and_every_column_is_text(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(tmp_path, pl.DataFrame({"a": CELLS, "b": CELLS})))) as packed:
        sheet, styles = (packed.read(f"xl/{name}").decode() for name in ("worksheets/sheet1.xml", "styles.xml"))
    assert "<f>" not in sheet
    assert 't="n"' not in sheet
    assert '<col min="1" max="2"' in sheet
    assert 'state="frozen"' in sheet
    assert styles.count('numFmtId="49"') >= 2


def test_the_names_stand_where_the_contract_has_them(tmp_path: Path) -> None:
    written = workbook(tmp_path, pl.DataFrame({"Ref": ["1"]}), header_row=3)
    sheet = load_workbook(io.BytesIO(written)).get_sheet_by_index(0)
    assert sheet.to_python(skip_empty_area=False) == [[""], [""], ["Ref"], ["1"]]


@pytest.mark.parametrize(
    ("cell", "sheet", "said"),
    [
        pytest.param("a" * 32_768, None, "does not fit", id="cell"),
        pytest.param("a", "a/b", "No worksheet can be called a/b", id="sheet"),
    ],
)
def test_what_does_not_fit_is_said(tmp_path: Path, cell: str, sheet: str | None, said: str) -> None:
    with pytest.raises(NoGo, match=said):
        workbook(tmp_path, pl.DataFrame({"Ref": [cell]}), sheet=sheet)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_gone_with_the_next(tmp_path: Path) -> None:
    left = tmp_path / ".back.xlsx.scratch"
    left.mkdir()
    (left / "rows").write_text("payees")
    workbook(tmp_path, pl.DataFrame({"Ref": ["1"]}))
    assert list(tmp_path.iterdir()) == []
