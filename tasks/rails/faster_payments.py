"""Faster Payments by Direct Corporate Access: a Standard 18 file whose payees have their money on the day it names.

The scheme's own file specification is for participants and was not seen: what is written here is the Bacs file with
the differences that public material names (docs/rails.md). Ask the sponsoring bank for its guide before live use.
"""

from collections.abc import Sequence
from datetime import date

from schemas.agreement import Agreement
from schemas.bank_days import BankDays
from schemas.rails.bacs_standard_18 import PaymentFile, Scheme, check, write
from tasks.ledger.runs import RunRow
from tasks.rails.bacs_standard_18 import CARRIED, as_answered, submission
from tasks.rails.rail import Dates, of_one_day

__all__ = ["CARRIED", "SUFFIX", "as_answered", "check", "days", "describe", "works_on", "write"]

SUFFIX = ".fps18.txt"


def days(pay_day: date, bank_days: BankDays) -> Dates:
    """One day for everything: it may be sent on the pay day, and payees have it within hours."""
    del bank_days  # weekends and holidays make no difference
    return Dates(pay_day, pay_day, pay_day)


def works_on(day: date, bank_days: BankDays) -> bool:
    """Faster Payments works every day of the year."""
    del day, bank_days
    return True


def describe(agreement: Agreement, run: RunRow, dates: Sequence[Dates], serial: int) -> PaymentFile:
    """What the file says of itself."""
    of_day = of_one_day(dates, Scheme.FASTER_PAYMENTS)
    return submission(Scheme.FASTER_PAYMENTS, agreement, run, of_day, serial)
