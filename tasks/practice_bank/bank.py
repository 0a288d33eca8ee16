"""What the practice bank does with a payment file."""

import random
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path

from tasks.practice_bank.arucs import arucs
from tasks.practice_bank.input_report import input_report
from tasks.practice_bank.pain001 import receive_pain001
from tasks.practice_bank.received import Item, Received
from tasks.practice_bank.standard_18 import receive_standard_18
from tasks.practice_bank.statement import statements
from tasks.practice_bank.status_report import decided_report, received_report
from tasks.storage.atomic_write import write_atomic

RETURN_CODES = ("B", "0")
"""What it does not pay unless told otherwise: one account closed, one with invalid details."""

_KNOWN_AT_ONCE = ("0", "5")


class Rail(StrEnum):
    """How it is sent payments, and so how it answers: rails by their names in an agreement."""

    BACS = "bacs_standard_18"
    FASTER_PAYMENTS = "faster_payments"
    PAIN001 = "pain001_bacs"


Coded = list[tuple[Item, str]]


def answer(
    payment_file: Path,
    inbox: Path,
    entry_date: date,
    return_codes: Sequence[str] = RETURN_CODES,
    rail: Rail = Rail.BACS,
) -> list[Path]:
    """Answer a released payment file. Practice only: no money moves.

    A Bacs file is accepted whole in an input report, and the credits that come back are in an ARUCS advice. A
    Faster Payments file has its wrong details found at once: the input report rejects them, and only what
    comes back later is on the statement. A pain.001 message is answered by two status reports, the first for
    the whole, the second with the payments that are rejected. The statement of each paying account has on
    the entry day one debit for what was paid by each contra, and one credit for each return. Which payments these
    are is drawn by lot from service user number and serial, so the same file is always answered the same way.

    Args:
        payment_file: the released file.
        inbox: where the bank's answers arrive; made if it is missing.
        entry_date: the day on which the account is debited.
        return_codes: ARUCS codes, one a payment that is not paid; no more are used than there are payments.
        rail: how it was sent.

    Returns:
        The files written, in the order in which a bank would send them.

    Raises:
        NoGo: the payment file is broken or does not balance.
    """
    received = receive_pain001(payment_file) if rail is Rail.PAIN001 else receive_standard_18(payment_file)
    lots = random.Random(f"{received.service_user_number} {received.serial}")
    codes = list(return_codes)[: received.payments]
    unpaid = list(zip(received.drawn(lots, len(codes)), codes, strict=True))
    answers = list(_answers(received, unpaid, entry_date, rail))
    return [_put(inbox, _name(kind, received), document) for kind, document in answers]


def _answers(received: Received, unpaid: Coded, entry_date: date, rail: Rail) -> Iterator[tuple[str, bytes]]:
    rejected: Coded = []
    if rail is not Rail.BACS:
        rejected = [(item, code) for item, code in unpaid if code in _KNOWN_AT_ONCE]
    returned = [pair for pair in unpaid if pair not in rejected]
    if rail is Rail.PAIN001:
        yield "pain002-1", received_report(received)
        yield "pain002-2", decided_report(received, rejected)
    else:
        yield "input-report", input_report(received, rejected)
    if rail is Rail.BACS and returned:
        yield "arucs", arucs(received, returned, entry_date)
    for number, document in enumerate(statements(received, rejected, returned, entry_date), start=1):
        yield "camt053" if number == 1 else f"camt053-{number}", document


def _name(kind: str, received: Received) -> str:
    return f"practice-{kind}-{received.service_user_number}-{received.serial}.xml"


def _put(inbox: Path, name: str, document: bytes) -> Path:
    """Let the file appear whole: whoever watches the inbox never reads half of it."""
    write_atomic(inbox / name, document)
    return inbox / name
