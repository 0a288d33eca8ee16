"""The form of a body's extract file, as its contract agrees it.

The contract's schema object says it: ``physicalType``, and its ``customProperties`` by the names below. What siller
would not enforce is refused when the contract is read, by its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from open_data_contract_standard.model import SchemaObject
from pydantic import SecretStr

from schemas.no_go import NoGo


class FileKind(StrEnum):
    """What a file is, by the word that a contract's ``physicalType`` has for it."""

    CSV = "csv"
    FIXED_WIDTH = "fixed_width"
    XLSX = "xlsx"
    PARQUET = "parquet"


class Encoding(StrEnum):
    """How a file's text is written in bytes; UTF-8 may begin with a byte order mark, and UTF-16 must."""

    UTF_8 = "UTF-8"
    UTF_16 = "UTF-16"
    WINDOWS_1252 = "Windows-1252"


class Compression(StrEnum):
    """In what a file of text is packed."""

    GZIP = "gzip"
    ZIP = "zip"
    AES_ZIP = "aes-zip"
    """A ZIP archive whose file is encrypted with AES, as WinZip and 7-Zip do it."""


_Chosen = TypeVar("_Chosen")
LINE_ENDS = {"LF": b"\n", "CRLF": b"\r\n", "CR": b"\r"}


@dataclass(frozen=True)
class Place:
    """Where a figure stands in a record.

    Attributes:
        first: the field's number from 1; where fields have widths, the number of its first character.
        width: how many characters; None where fields are delimited.
    """

    first: int
    width: int | None = None


@dataclass(frozen=True)
class Record:
    """A line before or after the rows that speaks of them.

    Attributes:
        begins: what the line begins with.
        count: where it says how many rows there are.
        total: where it says what they add up to.
        in_pence: whether the total is whole pence; otherwise pounds with a point and two decimals.
    """

    begins: str
    count: Place | None = None
    total: Place | None = None
    in_pence: bool = False


@dataclass(frozen=True)
class Form:
    """How a body's extract is written.

    Attributes:
        kind: what the file is.
        delimiter: the one character between fields.
        is_quoted: whether quotation marks hold a cell together, as RFC 4180 has it; otherwise they are signs like any.
        line_end: how lines end; None for any of the three ways.
        encoding: of its text.
        compression: in what it is packed.
        header_record: the line before the columns' names, or before the rows where fields have widths.
        trailer_record: the last line.
        widths: each column's name and how many characters it has, in the order of the file.
        sheet: the worksheet's name; None for a workbook of one sheet.
        header_row: the row of the worksheet that has the columns' names, from 1.
        password: of the archive. No contract has one: whoever reads a file puts it in, from the body's key store.
    """

    kind: FileKind = FileKind.CSV
    delimiter: str = ","
    is_quoted: bool = True
    line_end: str | None = None
    encoding: Encoding = Encoding.UTF_8
    compression: Compression | None = None
    header_record: Record | None = None
    trailer_record: Record | None = None
    widths: tuple[tuple[str, int], ...] = ()
    sheet: str | None = None
    header_row: int = 1
    password: SecretStr | None = None

    @property
    def for_people(self) -> "Form":
        """The form in which siller gives rows back to people, who correct them in a spreadsheet.

        A workbook goes back as a workbook and delimited text as such, in its encoding. Fixed width and Parquet, which
        nobody corrects by hand, go back as CSV in UTF-8. Nothing is packed, and no record speaks of the rows.
        """
        if self.kind is FileKind.XLSX:
            return self
        return Form(delimiter=self.delimiter, encoding=self.encoding) if self.kind is FileKind.CSV else Form()

    @property
    def given_back(self) -> "Form":
        """The form in which rows that went back to people come again, corrected.

        As they went, but in an encrypted archive where one is agreed: what must not be read on its way must not be read
        on its second way. A packing that keeps nothing secret, and records, are not asked for: the manifest, without
        which nothing is paid, says the same of rows and total.
        """
        if self.compression is not Compression.AES_ZIP:
            return self.for_people
        return replace(self.for_people, compression=self.compression, password=self.password)

    @property
    def is_text(self) -> bool:
        """Whether the file has lines, as an editor counts them."""
        return self.kind in (FileKind.CSV, FileKind.FIXED_WIDTH)


COMMA_SEPARATED = Form()
"""CSV as RFC 4180 has it, in UTF-8."""

_TEXT_KEYS = ("lineEnd", "encoding", "compression", "headerRecord", "trailerRecord")
_KEYS = {
    FileKind.CSV: ("delimiter", "quoting", *_TEXT_KEYS),
    FileKind.FIXED_WIDTH: ("widths", *_TEXT_KEYS),
    FileKind.XLSX: ("sheet", "headerRow"),
    FileKind.PARQUET: (),
}
_QUOTING = {"RFC 4180": True, "none": False}
_MOST_ROWS_BEFORE = 100


def form_of(file: str, described: SchemaObject) -> Form:
    """Read the form of the file from a contract's schema object.

    Args:
        file: the contract's name, for messages.
        described: its one schema object.

    Raises:
        NoGo: a key or a value is not known, stands twice, or does not go with the others.
    """
    given = _given(file, described)
    kind = _one_of(file, "physicalType", described.physicalType, {str(each): each for each in FileKind})
    for key in given:
        if key == "passwordKey":
            raise NoGo(
                f"{file}: a contract says nothing of a password: leave passwordKey out, agree compression: aes-zip, "
                "and put the password into the body's key store (docs/extracts.md)."
            )
        if key not in _KEYS[kind]:
            known = ", ".join(_KEYS[kind]) or "none"
            raise NoGo(f"{file}: the custom property {key} means nothing for a {kind} file: it has {known}.")
    return _WRITTEN[kind](file, given)


def _given(file: str, described: SchemaObject) -> dict[str, Any]:
    pairs = [(each.property or "", each.value) for each in described.customProperties or []]
    given = dict(pairs)
    if len(given) < len(pairs):
        raise NoGo(f"{file}: a custom property of the file stands twice.")
    return given


def _csv(file: str, given: Mapping[str, Any]) -> Form:
    delimiter = given.get("delimiter", ",")
    sign = isinstance(delimiter, str) and len(delimiter) == 1 and delimiter.isascii()
    if not sign or delimiter.isalnum() or delimiter in "\"'\r\n\0 .-+£":
        raise NoGo(f"{file}: the delimiter must be one sign such as , ; | or a tab, and none that stands within cells.")
    return Form(
        delimiter=delimiter,
        is_quoted=_one_of(file, "quoting", given.get("quoting", "RFC 4180"), _QUOTING),
        **_text(file, given, width=False),
    )


def _fixed_width(file: str, given: Mapping[str, Any]) -> Form:
    widths = given.get("widths")
    whole = isinstance(widths, dict) and all(_is_number(width) for width in widths.values())
    if not widths or not whole:
        raise NoGo(f"{file}: a file of fixed width needs the custom property widths: each column's, in order.")
    return Form(
        kind=FileKind.FIXED_WIDTH, is_quoted=False, widths=tuple(widths.items()), **_text(file, given, width=True)
    )


def _xlsx(file: str, given: Mapping[str, Any]) -> Form:
    sheet, row = given.get("sheet"), given.get("headerRow", 1)
    if "sheet" in given and not (isinstance(sheet, str) and sheet):
        raise NoGo(f"{file}: the custom property sheet is the name of a worksheet.")
    if not _is_number(row) or row > _MOST_ROWS_BEFORE:
        raise NoGo(f"{file}: the custom property headerRow is the row of the columns' names, 1 to {_MOST_ROWS_BEFORE}.")
    return Form(kind=FileKind.XLSX, sheet=sheet, header_row=row)


def _parquet(_file: str, _given: Mapping[str, Any]) -> Form:
    return Form(kind=FileKind.PARQUET)


_WRITTEN = {
    FileKind.CSV: _csv,
    FileKind.FIXED_WIDTH: _fixed_width,
    FileKind.XLSX: _xlsx,
    FileKind.PARQUET: _parquet,
}


def _text(file: str, given: Mapping[str, Any], width: bool) -> dict[str, Any]:
    end, packed = given.get("lineEnd"), given.get("compression")
    by_name = {str(each): each for each in Encoding}, {str(each): each for each in Compression}
    return {
        "line_end": None if end is None else _one_of(file, "lineEnd", end, {name: name for name in LINE_ENDS}),
        "encoding": _one_of(file, "encoding", given.get("encoding", str(Encoding.UTF_8)), by_name[0]),
        "compression": None if packed is None else _one_of(file, "compression", packed, by_name[1]),
        "header_record": _record(file, "headerRecord", given, width),
        "trailer_record": _record(file, "trailerRecord", given, width),
    }


def _record(file: str, key: str, given: Mapping[str, Any], width: bool) -> Record | None:
    if key not in given:
        return None
    said = given[key] if isinstance(given[key], dict) else {}
    begins, totals = said.get("begins"), {"totalPence", "totalPounds"} & said.keys()
    if not isinstance(begins, str) or not begins or len(totals) > 1 or said.keys() - _OF_A_RECORD:
        raise NoGo(
            f"{file}: the custom property {key} says what the line begins with (begins), and may say where it has how "
            "many rows there are (count) and what they add up to (totalPence or totalPounds), and nothing else."
        )
    count, total = (
        _place(file, key, said[name], width) if name in said else None for name in ("count", max(totals, default=""))
    )
    return Record(begins, count, total, "totalPence" in totals)


_OF_A_RECORD = {"begins", "count", "totalPence", "totalPounds"}


def _place(file: str, key: str, said: object, width: bool) -> Place:
    if not width and _is_number(said):
        return Place(int(str(said)))
    if width and isinstance(said, dict) and said.keys() == {"first", "width"} and all(map(_is_number, said.values())):
        return Place(said["first"], said["width"])
    asked = "the numbers of its first character and of its characters: {first: 2, width: 8}" if width else "its number"
    raise NoGo(f"{file}: the custom property {key} says where a figure stands by {asked}.")


def _is_number(said: object) -> bool:
    return isinstance(said, int) and not isinstance(said, bool) and said > 0


def _one_of(file: str, key: str, said: object, known: Mapping[str, _Chosen]) -> _Chosen:
    if isinstance(said, str) and said in known:
        return known[said]
    raise NoGo(f"{file}: {key} is {said!r}; siller has {', '.join(known)}.")
