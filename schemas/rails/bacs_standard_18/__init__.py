"""Bacs Standard 18: a file of credits for one service user, one paying account and one processing day.

One submission is ``VOL1``, ``HDR1``, ``HDR2``, ``UHL1``, one data record a payment, one contra, ``EOF1``,
``EOF2``, ``UTL1``. Labels are 80 characters long and data and contra records 100. Each record kind has its
own module with its field table. Pay.UK's own specification is for participants; the tables follow what
independent implementations and bank guides agree on. Where these differ, UHL1 names Bacs (999999) as its
destination, blocks and instructions are counted as zeros, and lines end in CRLF unless the bank's profile
says LF.

A file is written by ``write``, and nobody is shown it before ``check`` has read it back.
"""

from schemas.rails.bacs_standard_18.layout import PaymentFileError
from schemas.rails.bacs_standard_18.payment_file import LineEnd, PayingAccount, PaymentFile
from schemas.rails.bacs_standard_18.reading import check, read, read_payments
from schemas.rails.bacs_standard_18.writing import write

__all__ = [
    "LineEnd",
    "PayingAccount",
    "PaymentFile",
    "PaymentFileError",
    "check",
    "read",
    "read_payments",
    "write",
]
