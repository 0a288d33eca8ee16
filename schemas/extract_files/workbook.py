"""Reading Excel workbooks (.xlsx)."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice, repeat
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from lxml import etree
from python_calamine import CalamineError, CalamineSheet, load_workbook

from schemas.extract_files.form import Form
from schemas.extract_files.header import check_header
from schemas.extract_files.place import at
from schemas.extract_files.sheet_xml import SheetFacts, facts_of
from schemas.extract_files.stored import batch_of, texts
from schemas.extract_files.unpacking import Faulty, Limit, inflated, members_of
from schemas.extract_files.wanted import Seen, Wanted
from schemas.extract_files.whole import whole_file
from schemas.no_go import NoGo

MOST_ROWS = 500_000
_BATCH_ROWS = 1 << 14
_SAVE = "save it as an Excel workbook (.xlsx) and send that."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MOST_XML = 8 << 20
_ENTRY = "{*}"
_TABLE = re.compile(r"(?:/xl/)?(worksheets/[^/]+\.xml)")
"""Where a worksheet stands, as spreadsheets write it; other ways lead the reader of values elsewhere."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATION_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def read_workbook(path: Path, form: Form, wanted: Wanted, sha256: str | None, seen: Seen) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a worksheet, the wanted columns alone, as text.

    What is stored as text comes as it is; numbers and days as :mod:`schemas.extract_files.stored` has them; a formula
    as a sign for one, whatever it came to. An empty row after the last one that has something is no row.

    The arguments, and what it raises, are those of :func:`schemas.extract_files.delimited.read_delimited`.
    """
    content = whole_file(path, sha256)
    name, facts = _looked_into(path.name, content, form)
    sheet = _sheet(path.name, content, name)
    rows = _rows_of(sheet)
    header = _header(path.name, sheet, rows, form, wanted, seen)
    yield from _batches(path.name, rows, header, form, wanted, facts)


def first_rows(path: Path, most: int) -> list[list[Any]]:
    """The first rows of a workbook's one worksheet, for a look at a sample: cells as they are stored.

    Raises:
        NoGo: it is something else, is damaged, or has several worksheets.
    """
    content = whole_file(path, None)
    name, _ = _looked_into(path.name, content, Form())
    return list(islice(_rows_of(_sheet(path.name, content, name)), most))


def _looked_into(file: str, content: bytes, form: Form) -> tuple[str, SheetFacts]:
    """Find the sheet and what its XML says of it, once nothing in the file speaks against opening it.

    Raises:
        NoGo: something does.
    """
    _check_it_is_a_workbook(file, content)
    try:
        return _inspected(content, form)
    except Faulty as found:
        fault = str(found)
    raise NoGo(f"{file} {fault.replace('no ZIP archive as agreed', 'no workbook that can be read')}")


def _check_it_is_a_workbook(file: str, content: bytes) -> None:
    """Raises: NoGo: it is something else, and says what to do about it."""
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise NoGo(f"{file} is a workbook with a password, which siller does not open: take it off, {_SAVE}")
        raise NoGo(f"{file} is an old Excel workbook (.xls) or another Office file: {_SAVE}")
    if not content.startswith(b"PK\x03\x04"):
        raise NoGo(f"{file} is no Excel workbook: {_SAVE}")


def _inspected(content: bytes, form: Form) -> tuple[str, SheetFacts]:
    """Find the sheet, and look through all that is packed in the workbook before the reader may.

    Raises:
        Faulty: it is another kind of workbook, has not the sheet, is damaged, or unpacks to far too much.
    """
    listed = members_of(content)
    members = {each.filename: each for each in listed}
    names = members.keys()
    _check_told_apart(each.filename for each in listed)
    if "mimetype" in names or "content.xml" in names:
        raise Faulty(f"is an OpenDocument spreadsheet (.ods): {_SAVE}")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Faulty(f"is a workbook with macros (.xlsm): {_SAVE}")
    if any(name.endswith("workbook.bin") for name in names):
        raise Faulty(f"is a binary Excel workbook (.xlsb): {_SAVE}")
    if "xl/workbook.xml" not in names:
        raise Faulty(f"is no Excel workbook: {_SAVE}")
    name, part = _named_sheet(content, members, form)
    limit = Limit()
    facts = facts_of(inflated(content, members[part], limit))
    for other in members.values():
        if other.filename != part and not other.is_dir():
            for _ in inflated(content, other, limit):
                pass
    return name, facts


def _named_sheet(content: bytes, members: dict[str, zipfile.ZipInfo], form: Form) -> tuple[str, str]:
    """The sheet's name, and in which member it stands."""
    entries = list(_parsed(content, members, "xl/workbook.xml").iterfind(f".//{_ENTRY}sheet"))
    _check_told_apart(str(each.get("name")) for each in entries)
    if any(sum(etree.QName(key).localname == "id" for key in each.attrib) != 1 for each in entries):
        raise Faulty(f"is a damaged workbook: {_SAVE}")
    sheets = {str(each.get("name")): str(each.get(_RELATION) or each.get(_RELATION_STRICT)) for each in entries}
    if form.sheet is None and len(sheets) != 1:
        raise Faulty(f"has {len(sheets)} worksheets, and the contract names none: leave only the one that is meant.")
    if form.sheet is not None and form.sheet not in sheets:
        raise Faulty(f"has no worksheet {form.sheet}: name the sheet so, and send the workbook again.")
    name = form.sheet or next(iter(sheets))
    related = list(_parsed(content, members, "xl/_rels/workbook.xml.rels").iterfind(f".//{_ENTRY}Relationship"))
    _check_told_apart(str(each.get("Id")) for each in related)
    targets = {str(each.get("Id")): str(each.get("Target")) for each in related}
    found = _TABLE.fullmatch(targets.get(sheets[name], ""))
    if not found or f"xl/{found[1]}" not in members:
        raise Faulty(f"has no table in the worksheet {name}: {_SAVE}")
    return name, f"xl/{found[1]}"


def _check_told_apart(names: Iterable[str]) -> None:
    """Hold names against each other: of two that are alike the reader of values might take another than is looked at.

    Raises:
        Faulty: two are.
    """
    folded = [name.casefold() for name in names]
    if len(set(folded)) < len(folded):
        raise Faulty(f"has two parts or worksheets of one name, and nobody can tell which is meant: {_SAVE}")


def _parsed(content: bytes, members: dict[str, zipfile.ZipInfo], name: str) -> Any:
    if name not in members:
        raise Faulty(f"is no Excel workbook: {_SAVE}")
    xml = b"".join(islice(inflated(content, members[name], Limit()), 16))
    try:
        return etree.fromstring(xml[:_MOST_XML], etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise Faulty(f"is a damaged workbook: {_SAVE}") from None


def _sheet(file: str, content: bytes, name: str) -> CalamineSheet:
    try:
        return load_workbook(io.BytesIO(content)).get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError):
        pass
    raise NoGo(f"{file} is a damaged workbook: {_SAVE}")


def _rows_of(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The rows from the worksheet's first on, without the empty ones at its end."""
    empty = 0
    for row in sheet.iter_rows():
        if any(cell != "" for cell in row):
            yield from repeat([""] * len(row), empty)
            yield row
            empty = 0
        else:
            empty += 1


def _header(
    file: str, sheet: CalamineSheet, rows: Iterator[list[Any]], form: Form, wanted: Wanted, seen: Seen
) -> list[str]:
    above = list(islice(rows, form.header_row))
    if len(above) < form.header_row or not any(above[-1]):
        raise NoGo(f"{file}: the worksheet {sheet.name} has no header in row {form.header_row}: send it with its rows.")
    header = [str(cell) for cell in above[-1]]
    if not set(header) & set(wanted.names):
        further = enumerate([*above[:-1], *islice(rows, 20)], start=1)
        for row, cells in ((row if row < form.header_row else row + 1, cells) for row, cells in further):
            if len(set(map(str, cells)) & set(wanted.names)) > len(wanted.names) // 2:
                raise NoGo(
                    f"{file}: the header stands in row {row} and not in row {form.header_row}: move it there and send "
                    "the workbook again."
                )
    while header and not header[-1].strip():
        header.pop()
    seen.added += check_header(file, header, wanted)
    return header


def _batches(
    file: str, rows: Iterator[list[Any]], header: list[str], form: Form, wanted: Wanted, facts: SheetFacts
) -> Iterator[pa.RecordBatch]:
    columns = wanted.read_of(header)
    places = {name: header.index(name) for name in columns}
    first = form.header_row + 1
    while some := list(islice(rows, _BATCH_ROWS)):
        if first + len(some) - form.header_row - 1 > MOST_ROWS:
            raise NoGo(f"{file} has more than {MOST_ROWS:,} rows, the most of a workbook: send it as CSV or in parts.")
        beyond = next((row for row, cells in enumerate(some, start=first) if any(cells[len(header) :])), None)
        if beyond is not None:
            raise NoGo(
                f"{file}: row {beyond} has something beyond the header's last column, {at(len(header))}: correct the "
                "workbook and send it again."
            )
        texted = {name: texts([row[place] for row in some], columns[name]) for name, place in places.items()}
        _mark_formulas(texted, places, first, facts)
        yield batch_of(pl.DataFrame(texted, schema=dict.fromkeys(columns, pl.String)))
        first += len(some)


def _mark_formulas(columns: dict[str, list[str]], places: dict[str, int], first: int, facts: SheetFacts) -> None:
    """Write in place of what a formula came to that it is one, and an error in place of nothing."""
    last = first + len(next(iter(columns.values())))
    by_place = {at + 1: name for name, at in places.items()}
    for marked, sign in ((facts.errors, "#VALUE!"), (facts.formulas, "=(formula)")):
        for row, place in marked:
            if first <= row < last and place in by_place:
                columns[by_place[place]][row - first] = sign
