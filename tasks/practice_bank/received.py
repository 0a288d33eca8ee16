"""What the practice bank knows of a payment file that it has taken in, whichever format it has."""

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Protocol

from schemas.no_go import NoGo


@dataclass(frozen=True)
class Item:
    """One payment of the file as the bank sees it.

    Attributes:
        sort_code: the payee's.
        account_number: the payee's.
        pence: the amount.
        reference: what the bank names the payment by in its answers.
        payee: the payee's name.
        debit: which of the submission's debits it is part of, from 0.
    """

    sort_code: str
    account_number: str
    pence: int
    reference: str
    payee: str
    debit: int = 0


@dataclass(frozen=True)
class Debit:
    """The payments of one file and day from one paying account: what one contra balances, and one debit on a statement.

    Attributes:
        file_number: UHL1's file number; 000 in a message that has none.
        sort_code: the paying account's.
        account_number: the paying account.
        payer: the paying account's name.
        payments: how many credits.
        pence: their sum.
        processing_date: day 2, where the file has several; null of a file of one day.
    """

    file_number: str
    sort_code: str
    account_number: str
    payer: str
    payments: int
    pence: int
    processing_date: date | None = None

    @property
    def account(self) -> tuple[str, str]:
        """Which account is debited."""
        return self.sort_code, self.account_number


class Reader(Protocol):
    """Finds payments of a file by their places, counted from 0."""

    def __call__(self, path: Path, paths: Sequence[int]) -> list[Item]:
        """The payments at these places, in the order of the file."""


@dataclass(frozen=True)
class Received:
    """A submission that the bank has taken in.

    Attributes:
        path: the file.
        serial: the submission's serial.
        service_user_number: whose file it is.
        processing_date: UHL1's date, day 2, of several days the first; in a pain.001 the execution date.
        debits: what its payments are balanced by, in the order of the payments.
        items: how its payments are read.
    """

    path: Path
    serial: str
    service_user_number: str
    processing_date: date
    debits: tuple[Debit, ...]
    items: Reader

    @property
    def payments(self) -> int:
        """How many credits it has."""
        return sum(debit.payments for debit in self.debits)

    @property
    def pence(self) -> int:
        """Their sum."""
        return sum(debit.pence for debit in self.debits)

    def drawn(self, lots: random.Random, how_many: int) -> list[Item]:
        """Payments drawn by lot, in the order of the file."""
        paths = sorted(lots.sample(range(self.payments), how_many))
        ends = list(accumulate(debit.payments for debit in self.debits))
        drawn = self.items(self.path, paths)
        return [replace(item, debit=bisect(ends, place)) for item, place in zip(drawn, paths, strict=True)]


def refuse(path: Path, why: str) -> NoGo:
    """How the practice bank refuses a file."""
    return NoGo(f"The practice bank refuses {path.name}: {why}.")
