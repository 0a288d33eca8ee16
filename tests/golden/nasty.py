"""Extracts as nobody should send them, and some that only look so, each labelled by hand.

All are of one invented November of three payments. A label says that the file is refused and with which words, or
which rows are refused by which rule, and of each row that is paid its pence.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.month import HEADER, ROWS

NAMES = HEADER.split(",")
FIRST, SECOND, THIRD = (row.split(",") for row in ROWS)
GOOD = (FIRST, SECOND, THIRD)
PENCE = (2981_60, 1900_00, 1050_00)
ALL = dict(enumerate(PENCE))
OTHERS = {1: 1900_00, 2: 1050_00}
COLUMN = dict(
    zip(
        ("payee_reference", "name", "sort_code", "account", "roll", "amount", "reference", "pay_date"),
        range(8),
        strict=True,
    )
)


@dataclass(frozen=True)
class Nasty:
    """An extract and what is to become of it.

    Attributes:
        name: what is the matter.
        content: the file.
        file: words of the sentence with which the whole file is refused; empty if it is read.
        refused: by row, the column and rule of each reason.
        paid: by row, the pence.
        form: physicalType and the custom properties of the contract.
    """

    name: str
    content: bytes
    file: str = ""
    refused: Mapping[int, set[str]] = field(default_factory=dict)
    paid: Mapping[int, int] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)


def text(rows: Sequence[Sequence[str]] = GOOD, names: Sequence[str] = NAMES, by: str = ",", end: str = "\r\n") -> str:
    return end.join([by.join(names), *map(by.join, rows), ""])


def first(column: str, cell: str) -> list[list[str]]:
    """The three rows, with another cell in the first."""
    place = COLUMN[column]
    return [[*FIRST[:place], cell, *FIRST[place + 1 :]], SECOND, THIRD]


def refused(name: str, content: str | bytes, words: str, **form: Any) -> Nasty:
    return Nasty(name, content.encode() if isinstance(content, str) else content, file=words, form=form)


def paid(name: str, content: str | bytes, pays: Mapping[int, int] = ALL, **form: Any) -> Nasty:
    return Nasty(name, content.encode() if isinstance(content, str) else content, paid=pays, form=form)


def row_refused(name: str, content: str | bytes, *why: str, **form: Any) -> Nasty:
    """The first row is refused, and the other two are paid."""
    sent = content.encode() if isinstance(content, str) else content
    return Nasty(name, sent, refused={0: set(why)}, paid=OTHERS, form=form)


def cell(name: str, column: str, value: str, *why: str) -> Nasty:
    """A cell of the first row for which that row is refused."""
    quoted = f'"{value}"' if set(value) & set(',\n"') else value
    return row_refused(name, text(first(column, quoted)), *why)


def described(form: Mapping[str, Any]) -> str:
    """The lines of a contract that say a form."""
    properties = [{"property": key, "value": value} for key, value in form.items() if key != "type"]
    return f"physicalType: {form.get('type', 'csv')}\n    customProperties: {json.dumps(properties)}"
