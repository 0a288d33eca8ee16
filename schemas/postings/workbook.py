"""Postings in a workbook of the body's own: cells are found by the names that the workbook gives them, and filled in.

A workbook is changed where it is filled in and nowhere else: pictures, forms and whatever else a finance system's
template has stay as they are, byte for byte. Libraries that read a workbook and write it anew lose what they do not
know, and say nothing. No formula is ever worked out here: what formulas came to is taken out, so that whoever opens the
workbook works them out anew.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from lxml import etree

from schemas.extract_files.unpacking import Faulty, Limit, inflated, members_of
from schemas.money import plain
from schemas.no_go import NoGo
from schemas.postings.agreed import Holds, PostingsCell, PostingsTemplate
from schemas.postings.lines import Heading, Line, total_of

_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ONE_CELL = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$([A-Z]{1,3})\$([1-9][0-9]{0,6})")
_PACKED = (1980, 1, 1, 0, 0, 0)
"""The moment that every part of the workbook is given, so that the same postings make the same bytes."""
_DAY_0, _DAY_0_OF_1904 = date(1899, 12, 30), date(1904, 1, 1)
"""From which days a workbook counts its dates."""


def fill_in(template: PostingsTemplate, content: bytes, heading: Heading, lines: Sequence[Line]) -> bytes:
    """The body's workbook with the postings in it.

    Args:
        template: what is agreed of it.
        content: the workbook.
        heading: what stands over the lines.
        lines: the postings.

    Returns:
        the workbook, the same bytes every time.

    Raises:
        NoGo: it is no workbook that can be filled in, has not a cell of an agreed name, or there is no cell for a line.
    """
    _check_each_has_a_cell(template, lines)
    try:
        return _Book(content).filled(_values(template.cells, heading, lines))
    except Faulty as found:
        fault = str(found)
    raise NoGo(f"{template.file}, the template of the postings, {fault} Nothing was posted.")


def _check_each_has_a_cell(template: PostingsTemplate, lines: Sequence[Line]) -> None:
    sides = [(Holds.DEBIT if line.debit else Holds.CREDIT, line.code) for line in lines]
    there = {(each.holds, each.code) for each in template.cells}
    if missing := sorted({f"the {holds} of {code}" for holds, code in sides if (holds, code) not in there}):
        raise NoGo(
            f"{template.file} has no cell for {', '.join(missing)}: name one in the agreement, under the template's "
            "cells of postings. Nothing was posted."
        )


def _values(cells: Sequence[PostingsCell], heading: Heading, lines: Sequence[Line]) -> dict[str, str | int | date]:
    """What each named cell is to have: text, a day, or pence."""
    said: dict[Holds, str | int | date] = {
        Holds.NAME: heading.name,
        Holds.DESCRIPTION: heading.description,
        Holds.ACCOUNTING_DATE: heading.accounting_date,
        Holds.TOTAL: total_of(lines),
        Holds.DEBIT: 0,
        Holds.CREDIT: 0,
    }
    return {each.cell: _of_code(each, lines) if each.code else said[each.holds] for each in cells}


def _of_code(cell: PostingsCell, lines: Sequence[Line]) -> int:
    of_code = [line for line in lines if line.code == cell.code]
    return sum(line.debit if cell.holds is Holds.DEBIT else line.credit for line in of_code)


class _Book:
    """A workbook's parts, and what its own XML says of where things stand.

    Raises:
        Faulty: it is none that siller fills in.
    """

    def __init__(self, content: bytes) -> None:
        limit, members = Limit(), [each for each in members_of(content) if not each.is_dir()]
        self._parts = {each.filename: b"".join(inflated(content, each, limit)) for each in members}
        if len(self._parts) < len(members):
            raise Faulty("has two parts of one name, and nobody can tell which is meant.")
        if any(name.endswith("vbaProject.bin") for name in self._parts):
            raise Faulty("has macros: save it as a workbook without any (.xlsx).")
        if _BOOK not in self._parts or _RELATIONS not in self._parts:
            raise Faulty("is no Excel workbook (.xlsx).")
        self._book = _parsed(self._parts[_BOOK])
        self._namespace = f"{{{etree.QName(self._book).namespace}}}"
        related = {str(each.get("Id")): str(each.get("Target")) for each in _parsed(self._parts[_RELATIONS])}
        self._sheets = {
            str(each.get("name")): _part_of(related.get(next(_ids(each), ""), ""))
            for each in self._book.iter(f"{self._namespace}sheet")
        }

    def filled(self, values: Mapping[str, str | int | date]) -> bytes:
        """The workbook with these values in the cells of these names."""
        places = {name: self._place(name) for name in values}
        if len(set(places.values())) < len(places):
            raise Faulty("has two of the agreed names on one cell.")
        for part in sorted(set(self._sheets.values())):
            sheet = _parsed(self._parts.get(part, b""))
            for name, (of, column, row) in places.items():
                if of == part:
                    self._write(_cell(sheet, self._namespace, column, row), name, values[name])
            for formula in sheet.iter(f"{self._namespace}f"):
                for known in formula.getparent().findall(f"{self._namespace}v"):
                    formula.getparent().remove(known)
            self._parts[part] = _as_bytes(sheet)
        self._work_out_when_opened()
        return _packed(self._parts)

    def _place(self, name: str) -> tuple[str, str, int]:
        """The sheet's part, the column and the row of the one cell that has a name."""
        found = [
            each
            for each in self._book.iter(f"{self._namespace}definedName")
            if each.get("name", "").casefold() == name.casefold()
        ]
        if not found:
            raise Faulty(f"has no cell named {name}.")
        place = _ONE_CELL.fullmatch((found[0].text or "").strip())
        if len(found) > 1 or place is None:
            raise Faulty(f"gives the name {name} to something else than one cell.")
        sheet = (place[1] or place[2]).replace("''", "'")
        if self._sheets.get(sheet) not in self._parts:
            raise Faulty(f"gives the name {name} to a cell of a worksheet that it does not have.")
        return self._sheets[sheet], place[3], int(place[4])

    def _write(self, cell: Any, name: str, value: str | int | date) -> None:
        if cell.find(f"{self._namespace}f") is not None:
            raise Faulty(f"has a formula in the cell named {name}, where siller is to write.")
        for child in list(cell):
            cell.remove(child)
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, f"{self._namespace}is"), f"{self._namespace}t")
            text.text = value
            return
        cell.attrib.pop("t", None)
        shown = str((value - self._day_0()).days) if isinstance(value, date) else plain(value)
        etree.SubElement(cell, f"{self._namespace}v").text = shown

    def _day_0(self) -> date:
        properties = self._book.find(f"{self._namespace}workbookPr")
        of_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        return _DAY_0_OF_1904 if of_1904 else _DAY_0

    def _work_out_when_opened(self) -> None:
        how = self._book.find(f"{self._namespace}calcPr")
        if how is None:
            how = etree.Element(f"{self._namespace}calcPr")
            before = [self._book.find(f"{self._namespace}{each}") for each in ("definedNames", "sheets")]
            next(each for each in before if each is not None).addnext(how)
        how.set("fullCalcOnLoad", "1")
        self._parts[_BOOK] = _as_bytes(self._book)


def _ids(sheet: Any) -> Iterator[str]:
    """The id by which a sheet's part is related; its namespace differs between the two kinds of workbook."""
    return (str(value) for key, value in sheet.attrib.items() if key.startswith("{") and key.endswith("}id"))


def _part_of(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _parsed(xml: bytes) -> Any:
    try:
        parsed: Any = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError:
        raise Faulty("is a damaged workbook.") from None
    if parsed.getroottree().docinfo.doctype:
        raise Faulty("declares a document type, as no spreadsheet does.")
    return parsed


def _as_bytes(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _cell(sheet: Any, namespace: str, column: str, row: int) -> Any:
    """A cell of a sheet, made if nobody has written anything there yet."""
    table = sheet.find(f"{namespace}sheetData")
    if table is None:
        raise Faulty("names a cell on a sheet that has no cells.")
    found = _at(table, f"{namespace}row", row, _row_of, {"r": str(row)})
    return _at(found, f"{namespace}c", _number(column), _column_of, {"r": f"{column}{row}"})


def _at(parent: Any, tag: str, place: int, place_of: Any, attributes: Mapping[str, str]) -> Any:
    """The child at a place, made between its neighbours if it is not there."""
    children = parent.findall(tag)
    places = [place_of(each) for each in children]
    if len(set(places)) < len(places):
        raise Faulty("has a row or a cell twice, and nobody can tell which is meant.")
    if place in places:
        return children[places.index(place)]
    made = etree.Element(tag, dict(attributes))
    parent.insert(sum(each < place for each in places), made)
    return made


def _row_of(row: Any) -> int:
    return int(_placed(row, r"([1-9][0-9]{0,6})"))


def _column_of(cell: Any) -> int:
    return _number(_placed(cell, r"([A-Z]{1,3})[1-9][0-9]{0,6}"))


def _placed(child: Any, form: str) -> str:
    found = re.fullmatch(form, child.get("r", ""))
    if found is None:
        raise Faulty("has a row or a cell that does not say where it is: save it anew with Excel.")
    return found[1]


def _number(letters: str) -> int:
    """A column's number: A is 1, AA is 27."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found


def _packed(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _PACKED)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(entry, content)
    return file.getvalue()
