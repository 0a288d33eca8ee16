"""Postings as lines of double entry: each movement debits one code and credits another by the same pence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from schemas.money import plain
from schemas.no_go import NoGo
from schemas.postings.agreed import Postings
from schemas.postings.movements import Key, Moved, Movement, Part
from schemas.tables_for_people.csv_text import csv_text

_COLUMNS = ("postings", "accounting_date", "code", "debit", "credit", "description")


@dataclass(frozen=True)
class Heading:
    """What stands over all lines.

    Attributes:
        name: of the postings: the run, and which of its postings, from 1.
        description: what they are of, in words; it names no payee.
        accounting_date: under which they are posted.
    """

    name: str
    description: str
    accounting_date: date


@dataclass(frozen=True)
class Line:
    """One side of a movement.

    Attributes:
        code: that is debited or credited.
        debit: pence; 0 on the other side.
        credit: likewise.
        description: what moved.
    """

    code: str
    debit: int
    credit: int
    description: str


def make_lines(agreed: Postings, part: Part) -> list[Line]:
    """The lines of what is posted together, two for each movement.

    Raises:
        NoGo: debits and credits do not come to the same.
    """
    lines = [line for key, moved in sorted(part.sums.items()) for line in _pair(agreed, key, moved)]
    check_balanced(lines)
    return lines


def _pair(agreed: Postings, key: Key, moved: Moved) -> Iterator[Line]:
    debit, credit = agreed.sides_of(Movement(key.movement), key.pays or None)
    if moved.pence < 0:  # what takes back what was posted before changes the sides
        debit, credit = credit, debit
    said = _describe(key, moved)
    yield Line(debit, abs(moved.pence), 0, said)
    yield Line(credit, 0, abs(moved.pence), said)


def _describe(key: Key, moved: Moved) -> str:
    count = abs(moved.payments)
    payments = "1 payment" if count == 1 else f"{count:,} payments"
    of = f", {key.pays}" if key.pays else ""
    return f"{key.movement}{of}: {payments}" if moved.pence > 0 else f"{key.movement}{of}, taken back: {payments}"


def total_of(lines: Sequence[Line]) -> int:
    """The pence of all debits, which are those of all credits."""
    return sum(line.debit for line in lines)


def check_balanced(lines: Sequence[Line]) -> None:
    """Hold debits against credits.

    Raises:
        NoGo: they do not come to the same, to the penny.
    """
    debits, credits = total_of(lines), sum(line.credit for line in lines)
    if debits != credits:
        raise NoGo(f"Debits of {debits} pence and credits of {credits} pence do not balance. Nothing was posted.")


def lines_as_csv(heading: Heading, lines: Sequence[Line]) -> bytes:
    """The lines as CSV, with amounts in pounds; safe to open in a spreadsheet."""
    return csv_text(
        pl.DataFrame(
            [
                {
                    "postings": heading.name,
                    "accounting_date": heading.accounting_date.isoformat(),
                    "code": line.code,
                    "debit": plain(line.debit) if line.debit else None,
                    "credit": plain(line.credit) if line.credit else None,
                    "description": f"{heading.description}; {line.description}",
                }
                for line in lines
            ],
            schema=dict.fromkeys(_COLUMNS, pl.String),
        ),
        is_marked=False,
    )
