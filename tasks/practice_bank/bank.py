"""What the practice bank does with a payment file."""

import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tasks.practice_bank.arucs import arucs
from tasks.practice_bank.input_report import input_report
from tasks.practice_bank.received import Received, receive
from tasks.practice_bank.statement import statement

RETURN_CODES = ("B", "0")
"""What it returns unless told otherwise: one account closed, one with invalid details."""


def answer(payment_file: Path, inbox: Path, entry_date: date, return_codes: Sequence[str] = RETURN_CODES) -> list[Path]:
    """Answer a released Standard 18 file. Practice only: no money moves.

    Writes an input report that accepts the whole file, an ARUCS advice with one returned credit for each
    code (none if there are no codes), and the statement of the entry day with one debit for the contra
    and one credit for each return. Which payments come back is drawn by lot from service user number and
    serial, so the same file is always answered the same way.

    Args:
        payment_file: the released file.
        inbox: where the bank's answers arrive; made if it is missing.
        entry_date: day 3, on which the account is debited.
        return_codes: ARUCS codes, one a returned payment; no more are used than there are payments.

    Returns:
        The files written, in the order in which a bank would send them.

    Raises:
        NoGo: the payment file is broken or does not balance.
    """
    received = receive(payment_file)
    lots = random.Random(f"{received.service_user_number} {received.serial}")
    codes = list(return_codes)[: received.payments]
    returned = list(zip(received.drawn(lots, len(codes)), codes, strict=True))
    answers = [("input-report", input_report(received))]
    if returned:
        answers.append(("arucs", arucs(received, returned, entry_date)))
    answers.append(("camt053", statement(received, returned, entry_date)))
    inbox.mkdir(parents=True, exist_ok=True)
    return [_put(inbox, _name(kind, received), document) for kind, document in answers]


def _name(kind: str, received: Received) -> str:
    return f"practice-{kind}-{received.service_user_number}-{received.serial}.xml"


def _put(inbox: Path, name: str, document: bytes) -> Path:
    """Let the file appear whole: whoever watches the inbox never reads half of it."""
    unfinished = inbox / f".{name}.unfinished"
    unfinished.write_bytes(document)
    return unfinished.replace(inbox / name)
