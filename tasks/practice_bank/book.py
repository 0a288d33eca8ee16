"""What the practice bank's books say of a paying account, before anything is written of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.bank_days import BankDays
from tasks.practice_bank.received import Item

FLOAT_PENCE = 100_000_00
"""What stays on an account, so that it is never empty."""


@dataclass(frozen=True)
class Entry:
    """One movement on an account.

    Attributes:
        pence: what it moves: less than nothing where money leaves.
        family: ISO 20022's domain, family and sub-family of the transaction, and the bank's own code.
        payments: how many payments of the file it is the debit of, or gives back; 0 where it names no file.
        item: the one payment that it is of.
        reason: why that payment came back, as ISO 20022 says it.
        is_reversal: whether the bank undoes an entry of its own.
        note: what stands beside it.
    """

    pence: int
    family: tuple[str, str, str, str]
    payments: int = 0
    item: Item | None = None
    reason: str = ""
    is_reversal: bool = False
    note: str = ""


FILE = ("PMNT", "ICDT", "DMCT", "BACS")
RETURN = ("PMNT", "RCDT", "RRTN", "UNP")
FUNDING = ("PMNT", "RCDT", "DMCT", "BGC")
FEE = ("ACMT", "MDOP", "FEES", "CHG")


@dataclass(frozen=True)
class Day:
    """One day of one account.

    Attributes:
        account: sort code and account number.
        day: the booking day.
        previous: the bank day before it.
        number: which statement of the year it is, with one a bank day.
        opening_pence: what was on the account when the day began.
        entries: all that moved, also what the statement leaves out.
        shown: how many of the entries stand on the statement's first page, where that is all that is sent; null
            where the statement has one page.
        left_out: the place of an entry that the statement leaves out.
        is_copy: whether the statement is sent again.
    """

    account: tuple[str, str]
    day: date
    previous: date
    number: int
    opening_pence: int
    entries: tuple[Entry, ...]
    shown: int | None = None
    left_out: int | None = None
    is_copy: bool = False

    @property
    def closing_pence(self) -> int:
        """What was on the account when the day ended."""
        return self.opening_pence + sum(entry.pence for entry in self.entries)

    def stated(self) -> Iterator[tuple[int, Entry]]:
        """The entries on the statement with their numbers, which are those of the books."""
        for place, entry in enumerate(self.entries[: self.shown]):
            if place != self.left_out:
                yield place + 1, entry


def days_of(account: tuple[str, str], moved: Mapping[date, Sequence[Entry]], bank_days: BankDays) -> Iterator[Day]:
    """The days of an account in their order, each opening where the one before it closed."""
    opening = FLOAT_PENCE - sum(entry.pence for entries in moved.values() for entry in entries if entry.pence < 0)
    for day in sorted(moved):
        book = Day(account, day, bank_days.previous(day), _number(day, bank_days), opening, tuple(moved[day]))
        yield book
        opening = book.closing_pence


def _number(day: date, bank_days: BankDays) -> int:
    """How many bank days the year has had with this one."""
    days = (date(day.year, 1, 1) + timedelta(days=after) for after in range(day.timetuple().tm_yday))
    return sum(map(bank_days.is_bank_day, days))
