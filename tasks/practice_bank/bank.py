"""What the practice bank does with a payment file."""

import codecs
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from itertools import chain
from pathlib import Path

from schemas.agreement import Agreement
from schemas.bank_days import BankDays
from schemas.bank_messages.bank_file import Message
from schemas.incoming import Incoming, open_incoming
from tasks.practice_bank.arucs import arucs
from tasks.practice_bank.awacs import awacs
from tasks.practice_bank.behaviour import Behaviour
from tasks.practice_bank.channel import Portal
from tasks.practice_bank.form import PLAIN, Form
from tasks.practice_bank.input_report import BACS_CODES, FASTER_PAYMENTS_CODES, input_report
from tasks.practice_bank.pain001 import receive_pain001
from tasks.practice_bank.received import Received, refuse
from tasks.practice_bank.standard_18 import receive_standard_18
from tasks.practice_bank.statement import statement
from tasks.practice_bank.status_report import decided_report, received_report, refusing_report
from tasks.practice_bank.story import Story, When, tell, usual
from tasks.practice_bank.taken import Coded
from tasks.storage.atomic_write import write_atomic

RETURN_CODES = ("B", "0")
"""What it does not pay unless told otherwise: one account closed, one with invalid details."""

PUBLISHED = BankDays()
"""The calendar as it was published, without what was announced since."""

_KNOWN_AT_ONCE = ("0", "5")
_OPENING, _BLANKS = 64, codecs.BOM_UTF8 + b" \t\r\n"


class Rail(StrEnum):
    """How it is sent payments, and so how it answers; what a channel sends it comes to a ``Portal``."""

    BACS = "bacs_standard_18"
    FASTER_PAYMENTS = "faster_payments"
    PAIN001 = "pain001_bacs"


Way = Rail | Portal
"""How a file was sent."""

Document = tuple[str, bytes]
"""What a file is called, and what is in it."""


def answer(
    payment_file: Path,
    inbox: Path,
    entry_date: date,
    return_codes: Sequence[str] = RETURN_CODES,
    rail: Way = Rail.BACS,
    behaviour: Behaviour | None = None,
    seed: int | None = None,
    bank_days: BankDays = PUBLISHED,
) -> list[Path]:
    """Answer a released payment file. Practice only: no money moves.

    Without a behaviour a Bacs file is accepted whole in an input report, and the credits that come back are in an
    ARUCS advice. A Faster Payments file has its wrong details found at once: the input report rejects them, and only
    what comes back later is on the statement. A pain.001 message is answered by two status reports, the first for
    the whole, the second with the payments that are rejected. The statement of each paying account has on
    the entry day one debit for what was paid by each contra, and one credit for each return. What a behaviour does
    instead is in ``tasks.practice_bank.behaviour.EXPECTED``.

    Which payments these are is drawn by lot from service user number, serial and seed, so the same file is always
    answered the same way. With a seed the forms in which banks write are drawn too.

    Args:
        payment_file: the released file.
        inbox: where the bank's answers arrive; made if it is missing.
        entry_date: the day on which the account is debited; of a file of several days the first.
        return_codes: ARUCS codes, one a payment that is not paid; no more are used than there are payments.
        rail: how it was sent; of what comes to a portal only a report, where it writes one, and the statement tell.
        behaviour: what the bank does; by default what ``return_codes`` say.
        seed: which of the ways in which banks do and write it; by default the plainest.
        bank_days: on which the bank works: the caller's, so that a holiday announced late is one for the bank too.

    Returns:
        The files written, in the order in which a bank would send them.

    Raises:
        NoGo: the payment file is broken or does not balance.
    """
    received = _receive(payment_file, rail, entry_date)
    of_seed = "" if seed is None else f" {seed}"
    lots = random.Random(f"{received.service_user_number} {received.serial}{of_seed}")
    form = PLAIN if seed is None else Form.drawn(lots)
    when = _when(received, entry_date, form, bank_days)
    story = tell(behaviour, received, when, lots) if behaviour else _as_coded(received, return_codes, rail, when, lots)
    return [
        _put(inbox, f"practice-{kind}-{story.received.service_user_number}-{story.received.serial}.xml", document)
        for kind, document in _sent(story, rail, form, when)
    ]


def way_of(agreement: Agreement) -> Way:
    """How a body's files are sent, by what its rail's terms say."""
    terms, account = agreement.terms, agreement.paying_account
    if agreement.channel:
        number = agreement.service_user_number
        return Portal(agreement.channel, number, account.sort_code, account.account_number, account.name)
    if terms.answered_by is Message.PAIN002:
        return Rail.PAIN001
    return Rail.FASTER_PAYMENTS if terms.in_one_day else Rail.BACS


def rail_of(payment_file: Path) -> Rail:
    """How a payment file was sent, as far as it says: a Standard 18 file is taken as one for Bacs."""
    with open_incoming(payment_file, Incoming.PAYMENT_FILE) as file:
        opens = file.read(_OPENING)
    return Rail.PAIN001 if opens.lstrip(_BLANKS).startswith(b"<") else Rail.BACS


def entry_date_of(payment_file: Path, rail: Rail, bank_days: BankDays) -> date:
    """The day on which a payment file debits its account: a Bacs file names the bank day before it.

    Raises:
        NoGo: the payment file is broken, or its processing date is no bank day.
    """
    named = _receive(payment_file, rail, date.min).processing_date
    return bank_days.entry_date(named) if rail is Rail.BACS else named


def _receive(payment_file: Path, rail: Way, entry_date: date) -> Received:
    """The file as the bank has it; what names its answers and its accounts must be what a bank would take as such."""
    match rail:
        case Portal(channel=channel):
            in_one_day = channel.terms("").in_one_day
            processed = entry_date if in_one_day else BankDays().processing_date(entry_date)
            received = rail.receive(payment_file, processed)
        case Rail.PAIN001:
            received = receive_pain001(payment_file)
        case _:
            received = receive_standard_18(payment_file)
    named, accounts = (received.service_user_number, received.serial), [debit.account for debit in received.debits]
    if not all(name.isascii() and name.isalnum() for name in named):
        raise refuse(payment_file, "its service user number or serial is none")
    if not all(account.isascii() and account.isdigit() for account in chain(*accounts)):
        raise refuse(payment_file, "a paying account is none")
    return received


def _when(received: Received, entry_date: date, form: Form, bank_days: BankDays) -> When:
    own = [bank_days.entry_date(debit.processing_date) for debit in received.debits if debit.processing_date]
    later = max([entry_date, *own])
    for _ in range(form.days_later):
        later = bank_days.next(later)
    return When(entry_date, later, bank_days)


def _as_coded(received: Received, return_codes: Sequence[str], rail: Way, when: When, lots: random.Random) -> Story:
    """One payment for each code is not paid: rejected where the rail finds that out at once, or else returned."""
    codes = list(return_codes)[: received.payments]
    unpaid: Coded = list(zip(received.drawn(lots, len(codes)), codes, strict=True))
    at_once = rail in (Rail.FASTER_PAYMENTS, Rail.PAIN001)
    rejected = [pair for pair in unpaid if at_once and pair[1] in _KNOWN_AT_ONCE]
    return usual(received, rejected, [pair for pair in unpaid if pair not in rejected], when)


def _sent(story: Story, rail: Way, form: Form, when: When) -> Iterator[Document]:
    """Every document, and where all is sent again every copy: it says so where it can, and is indented otherwise."""
    if story.is_silent:
        return
    yield from _documents(story, rail, form, when)
    if story.is_resent:
        again = replace(story, days=tuple(replace(day, is_copy=True) for day in story.days))
        for kind, document in _documents(again, rail, replace(form, pretty=not form.pretty), when):
            yield f"{kind}-copy", document


def _documents(story: Story, rail: Way, form: Form, when: When) -> Iterator[Document]:
    received = story.received
    if rail is Rail.PAIN001:
        yield "pain002-1", received_report(received, form)
        yield "pain002-2", decided_report(received, story.taken, form)
        if story.afterwards:
            yield "pain002-3", refusing_report(received, story.afterwards.reason, form)
    elif not isinstance(rail, Portal) or rail.reports:
        codes = FASTER_PAYMENTS_CODES if rail is Rail.FASTER_PAYMENTS else BACS_CODES
        yield "input-report", input_report(received, story.taken, codes, form)
        if story.afterwards:
            yield "input-report-2", input_report(received, story.afterwards, codes, form, number=2)
    if rail is Rail.BACS and story.returned:
        yield "arucs", arucs(received, story.returned, when.later, form)
    if story.moved:
        yield "awacs", awacs(received, story.moved, when.later, form)
    for number, day in enumerate(story.days, start=1):
        yield "camt053" if number == 1 else f"camt053-{number}", statement(received, day, form)


def _put(inbox: Path, name: str, document: bytes) -> Path:
    """Let the file appear whole: whoever watches the inbox never reads half of it."""
    write_atomic(inbox / name, document)
    return inbox / name
