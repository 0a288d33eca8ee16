"""A body's own workbook is filled in by its names, and changed nowhere else; it is made and read by other programs."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from pydantic import ValidationError
from python_calamine import load_workbook
from xlsxwriter import Workbook

from schemas.no_go import NoGo
from schemas.postings.agreed import PostingsTemplate
from schemas.postings.lines import Heading, Line
from schemas.postings.workbook import fill_in

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
HEADING = Heading("ilf-2026-11-live-1/1", "=Fund, November 2026 pay run", date(2026, 11, 30))
LINES = [Line("5310", 593160, 0, "paid"), Line("1010", 0, 593160, "paid")]
CELLS = [
    {"cell": "JOURNAL_NAME", "holds": "name"},
    {"cell": "DESCRIPTION", "holds": "description"},
    {"cell": "ACC_DATE", "holds": "accounting_date"},
    {"cell": "TOTAL", "holds": "total"},
    {"cell": "DEBIT", "holds": "debit", "code": "5310"},
    {"cell": "CREDIT", "holds": "credit", "code": "1010"},
    {"cell": "CAME_BACK", "holds": "credit", "code": "2190"},
]
NAMED = {
    "JOURNAL_NAME": "='The Journal'!$B$1",
    "DESCRIPTION": "='The Journal'!$B$2",
    "ACC_DATE": "='The Journal'!$B$3",
    "TOTAL": "='The Journal'!$B$4",
    "DEBIT": "='The Journal'!$C$7",
    "CREDIT": "='The Journal'!$D$8",
    "CAME_BACK": "='The Journal'!$D$9",
}


def made(named: dict[str, str] = NAMED, **changes: bool) -> bytes:
    """A finance department's template: a picture, its own formats, a formula, and what it left of the last month."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "date_1904": changes.get("date_1904", False)}) as workbook:
        sheet, lists = workbook.add_worksheet("The Journal"), workbook.add_worksheet("Lists")
        for row, label in enumerate(("Journal", "Description", "Date", "Total", "", "Code")):
            sheet.write_string(row, 0, label)
        sheet.write_datetime(2, 1, date(2020, 1, 1), workbook.add_format({"num_format": "dd-mmm-yyyy"}))
        sheet.write_number(6, 2, 17.5, workbook.add_format({"num_format": "#,##0.00"}))
        sheet.write_string(7, 3, "left from October")
        sheet.write_formula("F7", "=C7*2", None, 35)
        lists.write_formula("A1", "=TOTAL", None, 17.5)
        sheet.insert_image("H1", "logo.png", {"image_data": io.BytesIO(PICTURE)})
        if changes.get("formula"):
            sheet.write_formula("B4", "=SUM(C7:C9)")
        for name, place in named.items():
            workbook.define_name(name, place)
    return file.getvalue()


def template(cells: list[dict[str, str]] = CELLS) -> PostingsTemplate:
    return PostingsTemplate.model_validate({"file": "journal.xlsx", "sha256": "0" * 64, "cells": cells})


def parts(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def again(workbook: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same workbook with something changed in its parts."""
    found, file = parts(workbook), io.BytesIO()
    change(found)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_each_cell_has_what_is_agreed() -> None:
    sheet = load_workbook(io.BytesIO(fill_in(template(), made(), HEADING, LINES))).get_sheet_by_name("The Journal")
    rows = sheet.to_python(skip_empty_area=False)
    assert [row[1] for row in rows[:4]] == [HEADING.name, HEADING.description, date(2026, 11, 30), 5931.6]
    assert (rows[6][2], rows[7][3], rows[8][3]) == (5931.6, 5931.6, 0)
    assert [row[0] for row in rows[:6]] == ["Journal", "Description", "Date", "Total", "", "Code"]


def test_nothing_else_of_it_is_changed() -> None:
    before, after = parts(made()), parts(fill_in(template(), made(), HEADING, LINES))
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}
    assert after["xl/media/image1.png"] == PICTURE
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]
    for sheet in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
        assert b"<f>" in after[sheet] and b"<v>35</v>" not in after[sheet] and b"17.5" not in after[sheet]


def test_it_is_the_same_bytes_every_time() -> None:
    found = {hashlib.sha256(fill_in(template(), made(), HEADING, LINES)).hexdigest() for _ in range(2)}
    assert len(found) == 1


def test_a_workbook_that_counts_its_days_from_1904() -> None:
    filled = fill_in(template(), made(date_1904=True), HEADING, LINES)
    rows = load_workbook(io.BytesIO(filled)).get_sheet_by_name("The Journal").to_python(skip_empty_area=False)
    assert rows[2][1] == date(2026, 11, 30)


def with_macros(found: dict[str, bytes]) -> None:
    found["xl/vbaProject.bin"] = b"macros"


def with_a_document_type(found: dict[str, bytes]) -> None:
    found["xl/workbook.xml"] = found["xl/workbook.xml"].replace(b"?>", b'?><!DOCTYPE w [<!ENTITY a "b">]>', 1)


def with_a_name_in_no_sheet(found: dict[str, bytes]) -> None:
    found["xl/workbook.xml"] = found["xl/workbook.xml"].replace(b"'The Journal'!$B$4", b"Gone!$B$4")


def cut_off(found: dict[str, bytes]) -> None:
    found["xl/worksheets/sheet1.xml"] = found["xl/worksheets/sheet1.xml"][:-20]


def that_grows(found: dict[str, bytes]) -> None:
    found["xl/media/image1.png"] = bytes(64 << 20)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(
            lambda: made({name: place for name, place in NAMED.items() if name != "TOTAL"}),
            "has no cell named TOTAL",
            id="a name that is not there",
        ),
        pytest.param(
            lambda: made(NAMED | {"TOTAL": "='The Journal'!$B$4:$B$6"}),
            "gives the name TOTAL to something else than one cell",
            id="a name of several cells",
        ),
        pytest.param(
            lambda: made(NAMED | {"TOTAL": NAMED["DEBIT"]}), "two of the agreed names on one cell", id="one cell twice"
        ),
        pytest.param(lambda: made(formula=True), "has a formula in the cell named TOTAL", id="a formula"),
        pytest.param(lambda: again(made(), with_macros), "has macros", id="macros"),
        pytest.param(lambda: again(made(), with_a_document_type), "declares a document type", id="a document type"),
        pytest.param(lambda: again(made(), with_a_name_in_no_sheet), "of a worksheet that it does not", id="no sheet"),
        pytest.param(lambda: again(made(), cut_off), "is a damaged workbook", id="cut off"),
        pytest.param(lambda: again(made(), that_grows), "unpacks to far more", id="a bomb"),
        pytest.param(lambda: b"no workbook", "no ZIP archive", id="no workbook"),
    ],
)
def test_a_hostile_or_unfit_one_is_refused_by_what_is_wrong(content: Callable[[], bytes], says: str) -> None:
    with pytest.raises(NoGo, match=rf"^journal\.xlsx, the template of the postings, .*{says}.* Nothing was posted\.$"):
        fill_in(template(), content(), HEADING, LINES)


def test_a_line_without_a_cell_is_named() -> None:
    back = [Line("1010", 105000, 0, "returned"), Line("2190", 0, 105000, "returned")]
    with pytest.raises(NoGo, match=r"has no cell for the debit of 1010: name one in the agreement"):
        fill_in(template(), made(), HEADING, back)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"holds": "debit", "code": "5310"}, "the debit of 5310 stands in two cells"),
        ({"cell": "total"}, "total stands twice"),
        ({"holds": "credit"}, "debit and credit name a code"),
        ({"holds": "sum"}, "Input should be 'name'"),
    ],
    ids=["a side twice", "a cell twice", "no code", "unknown"],
)
def test_cells_that_cannot_be_meant_are_refused(changes: dict[str, str], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        template([*CELLS, {"cell": "ANOTHER", "holds": "total", **changes}])
