"""A workbook whose own XML is not what a spreadsheet writes is refused in a sentence, and nothing is put beside it."""

import io
import zipfile
from datetime import date

import pytest

from schemas.no_go import NoGo
from schemas.postings.agreed import Holds, PostingsCell, PostingsTemplate
from schemas.postings.lines import Heading
from schemas.postings.workbook import fill_in

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CELL = '<c r="A1"><v>1</v></c>'


def workbook(names: str, rows: str) -> bytes:
    """The parts that siller reads of one, written by hand."""
    sheet = f'<sheets><sheet name="S" sheetId="1" r:id="r1" xmlns:r="{_RELATED}"/></sheets>'
    named = f'<definedNames>{names}<definedName name="NAME">S!$A$1</definedName></definedNames>'
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}">{sheet}{named}</workbook>',
        "xl/_rels/workbook.xml.rels": '<Related><Relationship Id="r1" Target="worksheets/s.xml"/></Related>',
        "xl/worksheets/s.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('<row r="x"/>', "does not say where it is"),
        ("<row><c><v>1</v></c></row>", "does not say where it is"),
        ('<row r="1"><c><v>1</v></c></row>', "does not say where it is"),
        (f'<row r="1">{_CELL}{_CELL}</row>', "a row or a cell twice"),
        ('<row r="1"/><row r="1"/>', "a row or a cell twice"),
    ],
    ids=["no number", "no row", "no cell", "two cells", "two rows"],
)
def test_rows_and_cells_of_no_place_or_of_one_are_refused(rows: str, said: str) -> None:
    template = PostingsTemplate(file="a.xlsx", sha256="0" * 64, cells=(PostingsCell(cell="NAME", holds=Holds.NAME),))
    with pytest.raises(NoGo, match=said):
        fill_in(template, workbook("<definedName>S!$B$1</definedName>", rows), Heading("n", "", date(2026, 1, 1)), [])
