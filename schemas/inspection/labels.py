"""What a bank takes in the labels of a Standard 18 file: wider than what siller writes.

One table a label. Where independent writers differ, everything that one of them writes is taken, and what
only some banks take is worth knowing.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from schemas.inspection.findings import Findings

LENGTH = 80


class LabelField(NamedTuple):
    """One field of a label.

    Attributes:
        name: what the field is called.
        start: its first character, counted from 1.
        length: its number of characters.
        pattern: a regular expression for what may stand in it.
        says: what is expected, for a sentence.
    """

    name: str
    start: int
    length: int
    pattern: str
    says: str

    def of(self, label: str) -> str:
        """The field's characters."""
        return label[self.start - 1 : self.start - 1 + self.length]


_DAY = " [0-9]{5}"


def _exactly(start: int, name: str, text: str, says: str = "") -> LabelField:
    return LabelField(name, start, len(text), re.escape(text), says or text)


def _digits(start: int, length: int, name: str, says: str = "") -> LabelField:
    return LabelField(name, start, length, f"[0-9]{{{length}}}", says or f"{length} digits")


def _digits_or_blank(start: int, length: int, name: str) -> LabelField:
    return LabelField(name, start, length, f"[0-9]{{{length}}}| {{{length}}}", f"{length} digits or blank")


def _blank_or_zero(start: int, name: str) -> LabelField:
    return LabelField(name, start, 1, "[ 0]", "blank or 0")


def _day(start: int, name: str, pattern: str = _DAY) -> LabelField:
    return LabelField(name, start, 6, pattern, "a space, two digits of the year and three of the day in it")


def _headers(kind: str) -> tuple[tuple[LabelField, ...], tuple[LabelField, ...]]:
    """HDR1 and HDR2, or EOF1 and EOF2, which say the same."""
    blocks = "[0-9 ]{6}" if kind == "EOF" else "000000"
    first = (
        _exactly(5, "set identifier", "A"),
        _digits(6, 6, "service user number"),
        _exactly(12, "file identifier", "S"),
        _digits_or_blank(16, 6, "owner"),
        LabelField("set identification", 22, 6, "[A-Z0-9 ]{6}", "the submission serial of VOL1"),
        _exactly(28, "file section", "0001"),
        _digits(32, 4, "file sequence"),
        _digits_or_blank(36, 4, "generation"),
        _digits_or_blank(40, 2, "version"),
        _day(42, "creation date"),
        _day(48, "expiry date"),
        _blank_or_zero(54, "accessibility"),
        LabelField("block count", 55, 6, blocks, "six zeros"),
    )
    second = (
        _exactly(5, "record format", "F"),
        _digits(6, 5, "block length"),
        LabelField("record length", 11, 5, "00100|00106", "00100, or 00106 for several processing days"),
        LabelField("buffer offset", 51, 2, "00|  ", "00"),
    )
    return first, second


_HDR1, _HDR2 = _headers("HDR")
_EOF1, _EOF2 = _headers("EOF")

TABLES: Mapping[str, tuple[LabelField, ...]] = {
    "VOL1": (
        LabelField("submission serial", 5, 6, "(?![0 ]{6})[A-Z0-9 ]{6}", "letters and digits, not all blank or zero"),
        _blank_or_zero(11, "accessibility"),
        _digits(42, 6, "owner", "the service user number or the bureau number, 6 digits"),
        _exactly(80, "label standard level", "1"),
    ),
    "HDR1": _HDR1,
    "HDR2": _HDR2,
    "UHL1": (
        _day(5, "processing date", f"{_DAY}| {{6}}"),
        _digits(11, 6, "destination", "999999, which is Bacs"),
        LabelField("currency", 21, 2, "00|  ", "00 or blank, which is sterling"),
        _exactly(23, "country", "000000", "six zeros"),
        LabelField("work code", 29, 9, "1 DAILY  |4 MULTI  |5 RECALLS", "1 DAILY, 4 MULTI or 5 RECALLS"),
        _digits(38, 3, "file number"),
        LabelField("audit print", 48, 7, "AUD[0-9]{4}| {7}", "AUD and four digits, or blank"),
    ),
    "EOF1": _EOF1,
    "EOF2": _EOF2,
    "UTL1": (
        *(_digits(at, 13, f"{side} value total", "13 digits of pence") for at, side in ((5, "debit"), (18, "credit"))),
        *(_digits(at, 7, f"{side} item count") for at, side in ((31, "debit"), (38, "credit"))),
        _digits_or_blank(53, 7, "instruction count"),
    ),
}

ORDER = tuple(TABLES)
"""The labels of a submission of one file; the records stand after UHL1."""


class Label(NamedTuple):
    """A label of a file.

    Attributes:
        kind: ``VOL1``, ``HDR1``, ...
        line: its line, counted from 1.
        text: its characters.
    """

    kind: str
    line: int
    text: str

    def field(self, name: str) -> str:
        """The characters of one of its fields."""
        return next(field.of(self.text) for field in TABLES[self.kind] if field.name == name)

    def number(self, name: str) -> int | None:
        """A field as a number; None if it is none."""
        text = self.field(name)
        return int(text) if text.isascii() and text.isdigit() else None

    def day(self, name: str) -> date | None:
        """A field as a day; None if the year has no such day."""
        return day_of(self.field(name))

    def place(self, name: str) -> str:
        """Where one of its fields stands."""
        return f"line {self.line}, column {next(field.start for field in TABLES[self.kind] if field.name == name)}"


def day_of(written: str) -> date | None:
    """The day of a space, two digits of the year and three of the day in it; None for anything else."""
    if not re.fullmatch(_DAY, written):
        return None
    found = date(2000 + int(written[1:3]), 1, 1) + timedelta(days=int(written[3:]) - 1)
    return found if found.year == 2000 + int(written[1:3]) else None


def check_label(label: Label, findings: Findings) -> None:
    """Hold a label against its table."""
    if len(label.text) != LENGTH:
        column = min(len(label.text), LENGTH) + 1
        findings.add(f"line {label.line}, column {column}", f"{label.kind} is {LENGTH} characters long")
    for field in TABLES[label.kind]:
        if not re.fullmatch(field.pattern, field.of(label.text)):
            findings.add(f"line {label.line}, column {field.start}", f"{label.kind}'s {field.name} is {field.says}")
