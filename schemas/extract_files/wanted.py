"""What a contract wants of an extract's columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

import polars as pl

from schemas.extract_files.records import Stated

NOT_TEXT = " [no text]"
"""What is put behind the value of a cell that should be text and is stored as something else; the rules refuse it."""


BREAKS = "line breaks within ignored cells"
"""A column of how many line breaks a row's ignored cells have, where there are such cells."""


class Stored(Enum):
    """What a cell that a workbook or a Parquet file stores as a number or a day may stand for."""

    TEXT = auto()
    """Nothing: it is to be text, and what was text before can no longer be told."""
    DIGITS = auto()
    """Exactly so many digits: a number that has fewer has lost its zeros, and the rules see that."""
    POUNDS = auto()
    """Pounds, whose pence a number keeps exactly."""
    DAY = auto()
    """A day of the calendar."""


@dataclass(frozen=True)
class Wanted:
    """The columns of an extract, by the body's own names.

    Attributes:
        columns: those that are read, in the order in which they are given, and what else than text may stand there.
        ignored: those that may stand there too, and are not read.
        added: those that siller writes beside rows that it gives back. They are not kept, and where one of them stands
            the file is what siller wrote, corrected.
        given_back_by: that of them which names the run that gave a row back.
    """

    columns: Mapping[str, Stored]
    ignored: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    given_back_by: str | None = None

    @property
    def names(self) -> list[str]:
        """Of those that are kept."""
        return list(self.columns)

    def read_of(self, header: Sequence[str]) -> Mapping[str, Stored]:
        """Those that are read of a file: those that are kept and, where it stands there, the run that gave a row back.

        Args:
            header: the file's own columns.
        """
        return {**self.columns, **{name: Stored.TEXT for name in header if name == self.given_back_by}}


@dataclass
class Seen:
    """What was seen of a file beside its rows: all of it once they have been read.

    Attributes:
        records: what its own records say.
        added: the columns of siller's that were dropped, in the order of the file.
        given_back_by: what its rows say of the run that gave them back, each word once; empty where no column says it.
        broken: which rows have line breaks in cells that are not read: ``row_number``, ``breaks``.
    """

    records: list[Stated] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    given_back_by: set[str] = field(default_factory=set)
    broken: list[pl.DataFrame] = field(default_factory=list)
