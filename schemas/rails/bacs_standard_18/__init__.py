"""Bacs Standard 18: submissions of credits for one service user.

A submission is ``VOL1`` and one or more files, each ``HDR1``, ``HDR2``, ``UHL1``, one data record a payment,
a contra after the payments of each paying account and processing day, ``EOF1``, ``EOF2``, ``UTL1``. Labels
are 80 characters long; data and contra records 100, or 106 in a file of several processing days. Each record
kind has its own module with its field table. Pay.UK's own specification is for participants; the tables
follow what independent implementations and bank guides agree on, and where these differ the bank's profile
decides (``profile.py``).

A file is written by ``write``, and nobody is shown it before ``check`` has read it back.
"""

from schemas.rails.bacs_standard_18.layout import PaymentFileError
from schemas.rails.bacs_standard_18.payment_file import PayingAccount, PaymentFile, Scheme
from schemas.rails.bacs_standard_18.profile import BankProfile, LineEnd
from schemas.rails.bacs_standard_18.reading import check, read, read_payments
from schemas.rails.bacs_standard_18.writing import write

__all__ = [
    "BankProfile",
    "LineEnd",
    "PayingAccount",
    "PaymentFile",
    "PaymentFileError",
    "Scheme",
    "check",
    "read",
    "read_payments",
    "write",
]
