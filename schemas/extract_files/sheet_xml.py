"""What a worksheet's own XML says that its values do not: which cells are formulas, and how far the sheet reaches."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas.extract_files.place import number
from schemas.extract_files.unpacking import Faulty

MOST_CELLS = 20_000_000
"""How many cells the rectangle of a sheet may have: each of them takes memory, also an empty one."""

_KEPT = 1 << 12
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
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
    """

    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    rows: int = 0
    columns: int = 0


def facts_of(chunks: Iterator[bytes]) -> SheetFacts:
    """Look through a worksheet's XML, whatever its size.

    Raises:
        Faulty: it has formulas or errors whose place it does not say, or too many, or reaches too far.
    """
    facts, rest = SheetFacts(), b""
    for chunk in chunks:
        known = rest + chunk
        _look_at(known, len(rest), facts)
        # What is at the end is looked at again with what follows it, and with the cell that stands before it.
        rest = known[-_KEPT:]
    return facts


def _look_at(known: bytes, seen: int, facts: SheetFacts) -> None:
    if references := _REFERENCE.findall(known):
        facts.columns = max(facts.columns, max(map(number, {letters.decode() for letters, _ in references})))
        facts.rows = max(facts.rows, max(map(int, {row for _, row in references})))
    if facts.rows * facts.columns > MOST_CELLS:
        raise Faulty(
            "has a worksheet that reaches too far: somewhere far from the rows something stands, perhaps a blank. Copy "
            "the columns and rows that are meant into a new workbook and send that."
        )
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
