"""Bacs Standard 18: submissions of credits for one service user.

A submission is ``VOL1`` and one or more files, each ``HDR1``, ``HDR2``, ``UHL1``, one data record a payment,
a contra after the payments of each paying account and processing day, ``EOF1``, ``EOF2``, ``UTL1``. Labels
are 80 characters long; data and contra records 100, or 106 in a file of several processing days. Each record
kind has its own module with its field table. Pay.UK's own specification is for participants and was not seen; the
tables follow what independent implementations and bank guides agree on, and where these differ the bank's profile
decides (``profile.py``). Each module names its sources by these words:

    the field rules         the scheme's field validity rules, as OpenUnderwriter transcribes them
                            (package ``com.ail.eft.bacs``)
    HSBC's guide            HSBC's message implementation guide of August 2012, by which a public writer in Java works
    the translation guide   a Bacs translation guide, version 1.1 of 2017, and the public golden file made by it
    Odoo's writer           Odoo's module ``l10n_uk_bacs``, which differs in several places
    Experian                Experian's knowledge base, article 532064, and its help on Bacs files
    ClearBank               ClearBank's public page on Bacs
    RBS                     the public pages of RBS on PayAway-IP

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
