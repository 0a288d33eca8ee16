"""What the practice bank knows of a payment file that it has taken in, whichever format it has."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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
    """

    sort_code: str
    account_number: str
    pence: int
    reference: str
    payee: str


class Reader(Protocol):
    """Finds payments of a file by their places, counted from 0."""

    def __call__(self, path: Path, places: Sequence[int]) -> list[Item]:
        """The payments at these places, in the order of the file."""


@dataclass(frozen=True)
class Received:
    """A payment file that the bank has taken in.

    Attributes:
        path: the file.
        serial: the submission's serial.
        service_user_number: whose file it is.
        file_number: UHL1's file number; 000 in a message that has none.
        processing_date: UHL1's date, day 2; in a pain.001 the execution date.
        sort_code: the paying account's sort code.
        account_number: the paying account.
        payer: the paying account's name.
        payments: how many credits.
        pence: their sum.
        items: how its payments are read.
    """

    path: Path
    serial: str
    service_user_number: str
    file_number: str
    processing_date: date
    sort_code: str
    account_number: str
    payer: str
    payments: int
    pence: int
    items: Reader

    def drawn(self, lots: random.Random, how_many: int) -> list[Item]:
        """Payments drawn by lot, in the order of the file."""
        return self.items(self.path, sorted(lots.sample(range(self.payments), how_many)))


def refused(path: Path, why: str) -> NoGo:
    """How the practice bank refuses a file."""
    return NoGo(f"The practice bank refuses {path.name}: {why}.")
