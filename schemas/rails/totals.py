"""What a payment file adds up to: the same four facts on every rail."""

from dataclasses import dataclass
from datetime import date
from typing import Self


@dataclass(frozen=True)
class Debit:
    """What leaves one paying account by one file on a day: what one contra balances, and one debit on the statement.

    Attributes:
        sort_code: the paying account's.
        account_number: the paying account.
        payments: the number of credits.
        pence: their sum.
        processing_date: of a file of several processing days, on which of them; None for a file of one.
    """

    sort_code: str
    account_number: str
    payments: int
    pence: int
    processing_date: date | None = None

    @property
    def as_kept(self) -> list[str | int]:
        """What JSON keeps of it; a file of one day has its day elsewhere."""
        day = [self.processing_date.isoformat()] if self.processing_date else []
        return [self.sort_code, self.account_number, self.payments, self.pence, *day]

    @classmethod
    def kept(cls, sort_code: str, account_number: str, payments: int, pence: int, day: str | None = None) -> Self:
        """The same, read again."""
        return cls(sort_code, account_number, payments, pence, date.fromisoformat(day) if day else None)


@dataclass(frozen=True)
class Totals:
    """What a file adds up to.

    Attributes:
        payments: the number of credits; what balances them does not count.
        pence: their sum.
        content_digest: ``ContentDigest`` of the payments in their order.
        sha256: the SHA-256 of the file's bytes.
        debits: where several contras balance the payments, what each does, in the order of the payments; else none.
    """

    payments: int
    pence: int
    content_digest: str
    sha256: str
    debits: tuple[Debit, ...] = ()
