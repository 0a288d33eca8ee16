"""ARUCS, the advice of unapplied credits: payments that could not be credited and come back, day 3 to day 5."""

from schemas.bank_messages.advice import read_advice
from schemas.bank_messages.bank_file import BankFile, Kind, Message


def read_arucs(data: bytes, name: str) -> BankFile:
    """Read one advice of returned credits; codes are kept as the bank wrote them, known or not.

    Args:
        data: the document.
        name: its file name, for messages.

    Raises:
        NoGo: it is broken, or has no header.
    """
    return read_advice(data, name, Message.ARUCS, Kind.RETURNED, "ReturnedCreditItem")
