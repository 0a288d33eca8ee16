"""What a worksheet's own XML says that its values do not: which cells are formulas, and how far the sheet reaches."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from schemas.extract_files.place import number
from schemas.extract_files.unpacking import Faulty

MOST_CELLS = 20_000_000
"""How many cells the rectangle of a sheet may have: each of them takes memory, also an empty one."""

_KEPT = 1 << 12
_LONGEST = 1 << 22
"""How many bytes may stand between two ends of tags; a cell has 32,767 characters at most."""
_BEGINS = re.compile(rb"<(?:[^\s<>:/]*:)?c[\s/>]")
_ATTRIBUTE = rb"""\s+(?!r[\s=])[^\s<>=]+=(?:"[^"<>]*"|'[^'<>]*')"""
_PLACED = re.compile(
    rb"""<(?:[^\s<>:/]*:)?c(?:%(a)s)*\s+r=["']([A-Z]{1,3})([1-9]\d{0,6})["'](?:%(a)s)*\s*/?>""" % {b"a": _ATTRIBUTE}
)
"""A cell as every spreadsheet writes it, with its place. What only begins so may be read otherwise by somebody else: a
reference of many digits is a row far away to the reader, which takes memory for all that lies between."""
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_MARKED = re.compile(rb"""<(?:\w+:)?(?:f[\s/>]|(?P<error>c\s)[^>]*?\bt=["']e["'][^>]*>)""")
"""A formula, or a cell that has an error instead of a value."""
_MOST_MARKED = 100_000


@dataclass
class SheetFacts:
    """What was found in a worksheet's XML.

    Attributes:
        formulas: row and column, both from 1, of each cell with a formula.
        errors: the same of each cell with an error, such as ``#N/A``.
        rows: the last row of which it speaks.
        columns: the last column of which it speaks.
        last_row: the places of the cells so far of the last row.
    """

    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    rows: int = 0
    columns: int = 0
    last_row: set[tuple[bytes, bytes]] = field(default_factory=set)


def facts_of(chunks: Iterator[bytes]) -> SheetFacts:
    """Look through a worksheet's XML, whatever its size.

    Raises:
        Faulty: it has formulas or errors whose place it does not say, or too many, or reaches too far; or cells that
            say no place, or one that another has, or do not stand in the order of the rows.
    """
    facts, rest, cut_off = SheetFacts(), b"", b""
    for chunk in chunks:
        ended, sign, cut_off = (cut_off + chunk).rpartition(b">")
        _place_cells(ended + sign, facts)
        if len(cut_off) > _LONGEST:
            raise Faulty("has a worksheet that is no proper XML: save it again as .xlsx in Excel, and send that.")
        known = rest + chunk
        _look_at(known, len(rest), facts)
        # What is at the end is looked at again with what follows it, and with the cell that stands before it.
        rest = known[-_KEPT:]
    return facts


def _place_cells(tags: bytes, facts: SheetFacts) -> None:
    cells = _PLACED.findall(tags)
    if len(cells) < len(_BEGINS.findall(tags)):
        raise Faulty("has a worksheet with cells that do not say where they stand: save it again as .xlsx in Excel.")
    if not cells:
        return
    rows, places = [int(row) for _, row in cells], set(cells)
    facts.columns = max(facts.columns, *map(number, {letters.decode() for letters, _ in cells}))
    if max(rows) * facts.columns > MOST_CELLS:
        raise Faulty(
            "has a worksheet that reaches too far: somewhere far from the rows something stands, perhaps a blank. Copy "
            "the columns and rows that are meant into a new workbook and send that."
        )
    if len(places) < len(cells) or places & facts.last_row or rows != sorted(rows) or rows[0] < facts.rows:
        raise Faulty(
            "has a worksheet in which a cell stands twice, or rows out of their order, so that nobody can tell what is "
            "meant: save it again as .xlsx in Excel, see that it is right, and send that."
        )
    if rows[-1] > facts.rows:
        facts.last_row = set()
    facts.last_row |= set(takewhile(lambda cell: cell[1] == cells[-1][1], reversed(cells)))
    facts.rows = rows[-1]


def _look_at(known: bytes, seen: int, facts: SheetFacts) -> None:
    if not any(sign in known for sign in (b"<f", b":f", b'"e"', b"'e'")):
        return  # a pattern takes much longer to find nothing
    for found in _MARKED.finditer(known):
        if found.end() <= seen:
            continue
        cells = _CELL.findall(known, max(0, found.start() - _KEPT), found.end())
        if not cells:
            raise Faulty("has formulas or errors in its cells: paste the sheet as values without any, and send that.")
        marked = facts.errors if found["error"] else facts.formulas
        marked.add((int(cells[-1][1]), number(cells[-1][0].decode())))
        if len(marked) > _MOST_MARKED:
            raise Faulty(
                f"has more than {_MOST_MARKED:,} formulas or errors: paste the sheet as values, and send that."
            )
