"""What the stages ask of a rail, whichever format its file has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from schemas.agreement import Agreement
from schemas.bank_days import BankDays
from schemas.no_go import NoGo
from schemas.rails.files import Seen, seen_by_nobody
from schemas.rails.text import Carried
from schemas.rails.totals import Totals
from tasks.ledger.rows import FileDayRow
from tasks.ledger.runs import RunRow


@dataclass(frozen=True)
class Dates:
    """The days of what a payment file pays on one day.

    Attributes:
        input_day: the last day on which the file may be sent.
        processing_date: the date that the file asks for.
        entry_date: the day on which payees have their money.
    """

    input_day: date
    processing_date: date
    entry_date: date

    @classmethod
    def kept(cls, day: FileDayRow) -> "Dates":
        """Those of a day that the ledger has kept."""
        return cls(day.input_day, day.processing_date, day.entry_date)


def of_one_day(dates: Sequence[Dates], rail: str) -> Dates:
    """The days of a file of a rail whose files pay on one day.

    Raises:
        NoGo: it would pay on several.
    """
    first, *others = dates
    if others:
        raise NoGo(f"A file for {rail} pays on one day, and this one would pay on {len(dates)}. Send an extract a day.")
    return first


class Rail(Protocol):
    """A module that knows one rail: how its file is described, written and read back.

    What describes a file is the rail's own affair; the stages only hand it on.
    """

    @property
    def SUFFIX(self) -> str:  # noqa: N802  # a module's constant
        """How a file's name ends."""

    @property
    def CARRIED(self) -> Mapping[str, Carried]:  # noqa: N802  # a module's constant
        """How names and references are carried, by the ledger's columns; without one that the file has no place for."""

    def days(self, pay_day: date, bank_days: BankDays) -> Dates:
        """The days of a file whose payees have their money on the pay day.

        Raises:
            NoGo: the rail pays nobody on that day.
        """

    def works_on(self, day: date, bank_days: BankDays) -> bool:
        """Whether the rail processes files on this day."""

    def describe(self, agreement: Agreement, run: RunRow, dates: Sequence[Dates], serial: int) -> Any:
        """What a run's file says of itself, beside its payments; of several days the first one first.

        Raises:
            NoGo: no such file may be made.
        """

    def write(self, path: Path, file: Any, batches: Iterable[pl.DataFrame], seen: Seen = seen_by_nobody) -> Totals:
        """Write the payments to a new file, shown to ``seen``; the same bytes every time, in bounded memory.

        Raises:
            NoGo: something is at the path, or the payments cannot be written.
        """

    def check(self, path: Path, file: Any, totals: Totals) -> None:
        """Read a file back and hold it against what was meant.

        Raises:
            NoGo: it is broken, or another file.
        """

    def as_answered(self, serial: int) -> list[pl.Expr]:
        """A payment as the bank's answers name it, from the ledger's columns.

        Args:
            serial: the submission's serial.

        Returns:
            ``sort_code``, ``account_number``, ``amount_pence`` and ``reference``.
        """
