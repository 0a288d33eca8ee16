"""ISO 20022 pain.001.001.09: a customer credit transfer initiation for a UK bank.

One message, one payment information block, one line a payment. Sort codes are members of the clearing
system ``GBDSC``, accounts are ``BBAN`` numbers of eight digits, the service user number identifies the
initiating party and the debtor, and the service level tells the bank which way the payments go. Every
payment's ``EndToEndId`` has 18 characters, all that Bacs and Faster Payments carry, and comes back with the
bank's answers. There are no addresses: unstructured ones are no longer taken for CHAPS.

Sources, which the modules name by these words: *the schema*, pain.001.001.09 as published by ISO 20022; *public
guides*, those of several banks for UK payments; *the code sets*, ISO 20022's external ones.

A file is written by ``write`` as a stream, and nobody is shown it before ``check`` has read it back.
"""

from schemas.rails.iso_20022.initiation import SERVICE_LEVELS, Initiation, Service
from schemas.rails.iso_20022.reading import check, read_payments
from schemas.rails.iso_20022.transaction import as_answered
from schemas.rails.iso_20022.writing import write

__all__ = [
    "SERVICE_LEVELS",
    "Initiation",
    "Service",
    "as_answered",
    "check",
    "read_payments",
    "write",
]
