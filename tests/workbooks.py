"""Excel workbooks written by hand, cell by cell, as no spreadsheet would let one."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from schemas.extract_files.place import letter

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True)
class Raw:
    """A cell's XML: its attributes behind the reference, and what is within."""

    attributes: str
    inner: str


def number(value: str) -> Raw:
    return Raw("", f"<v>{value}</v>")


def formula(text: str, value: str, kind: str = "str") -> Raw:
    return Raw(f' t="{kind}"', f"<f>{escape(text)}</f><v>{escape(value)}</v>")


def day(value: date) -> Raw:
    return Raw(' s="1"', f"<v>{(value - date(1899, 12, 30)).days}</v>")


def truth(value: bool) -> Raw:
    return Raw(' t="b"', f"<v>{int(value)}</v>")


def error(value: str) -> Raw:
    return Raw(' t="e"', f"<v>{value}</v>")


Cell = str | Raw


def sheet_xml(rows: Sequence[Sequence[Cell]]) -> str:
    lines = "".join(
        f'<row r="{row}">{"".join(_cell(f"{letter(place)}{row}", cell) for place, cell in enumerate(cells, 1))}</row>'
        for row, cells in enumerate(rows, start=1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'
    )


def _cell(reference: str, cell: Cell) -> str:
    if cell == "":
        return ""
    if isinstance(cell, Raw):
        return f'<c r="{reference}"{cell.attributes}>{cell.inner}</c>'
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(cell, quote=False)}</t></is></c>'


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]] | str], more: Mapping[str, bytes] | None = None) -> bytes:
    """The bytes of a workbook; a sheet that is given as text is its XML. ``more`` are further members."""
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{related}<Relationship Id="rId99" '
            f'Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/styles.xml": (
            f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            "</styleSheet>"
        ),
        **{
            f"xl/worksheets/sheet{n}.xml": rows if isinstance(rows, str) else sheet_xml(rows)
            for n, rows in enumerate(sheets.values(), 1)
        },
        **(more or {}),
    }
    return zipped(members)


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()
