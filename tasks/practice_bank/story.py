"""What a behaviour does with a file: what is taken, what comes back, and what moves on which account and day."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from schemas.bank_days import BankDays
from tasks.practice_bank.behaviour import Behaviour
from tasks.practice_bank.book import FEE, FILE, FUNDING, RETURN, Day, Entry, days_of
from tasks.practice_bank.received import Debit, Received, refuse
from tasks.practice_bank.taken import ALL_WELL, REASONS, Coded, Taken, all_refused

OTHER_USER, OTHER_SERIAL = "654321", "900001"
OTHER_ACCOUNT = ("107999", "31926819")
"""Another body's number and serial, and an account of somebody else."""

MOST_SINGLE_DEBITS = 10_000
"""Of more payments no bank's statement would say each by itself."""

_BAD_DETAILS, _MOVED = "0235B", "03"

Books = dict[tuple[str, str], dict[date, list[Entry]]]
"""What moves, by account and day."""


@dataclass(frozen=True)
class Story:
    """What became of a file.

    Attributes:
        received: the file that is answered.
        taken: what was decided before the entry day.
        afterwards: what was decided once more, after all had been taken; null for nothing.
        returned: what an advice says comes back.
        moved: whose details an advice says have changed.
        days: the days of the accounts, in order.
        is_silent: whether nothing is written of it.
        is_resent: whether everything is sent again.
    """

    received: Received
    taken: Taken = ALL_WELL
    afterwards: Taken | None = None
    returned: Coded = ()
    moved: Coded = ()
    days: tuple[Day, ...] = ()
    is_silent: bool = False
    is_resent: bool = False


@dataclass(frozen=True)
class When:
    """The days of a file.

    Attributes:
        entry: on which its accounts are debited, of several days for the first.
        later: on which money comes back.
        bank_days: the calendar.
    """

    entry: date
    later: date
    bank_days: BankDays

    def debits(self, debit: Debit) -> date:
        """On which day an account is debited."""
        return self.bank_days.entry_date(debit.processing_date) if debit.processing_date else self.entry

    def days(self, books: Books) -> tuple[Day, ...]:
        """The days of all accounts."""
        return tuple(day for account, moved in books.items() for day in days_of(account, moved, self.bank_days))


def usual(received: Received, rejected: Coded, returned: Coded, when: When) -> Story:
    """Some payments are rejected and some come back; all others are paid."""
    taken = Taken(rejected=rejected)
    books = _books(received, taken, returned, when)
    return Story(received, taken, returned=returned, days=when.days(books))


def tell(behaviour: Behaviour, received: Received, when: When, lots: random.Random) -> Story:
    """What becomes of a file under a behaviour.

    Raises:
        NoGo: the file has more payments than a statement would debit one by one.
    """
    letters = _MOVED if behaviour is Behaviour.AWACS else _BAD_DETAILS
    how_many = lots.randint(1, max(1, min(3, received.payments // 2)))
    drawn = [(item, lots.choice(letters)) for item in received.drawn(lots, how_many)]
    taken = _taken(behaviour, received, drawn)
    comes_back = drawn if behaviour in (Behaviour.RETURN_SOME, Behaviour.OTHER_ACCOUNT) else ()
    books = _books(received, taken, comes_back, when)
    _CHANGES.get(behaviour, _nothing)(books, received, when, lots)
    story = Story(received, taken, days=when.days(books))
    match behaviour:
        case Behaviour.RETURN_SOME:
            return replace(story, returned=drawn)
        case Behaviour.AWACS:
            return replace(story, moved=drawn)
        case Behaviour.SILENT:
            return replace(story, is_silent=True)
        case Behaviour.TWICE:
            return replace(story, is_resent=True)
        case Behaviour.DUPL:
            return replace(story, afterwards=all_refused(received, lots.choice(("DUPL", "AM05"))))
        case Behaviour.OTHER_FILE:
            return Story(_of_another_body(received), returned=drawn)
        case Behaviour.OTHER_ACCOUNT:
            return replace(story, days=tuple(replace(day, account=OTHER_ACCOUNT) for day in story.days))
        case Behaviour.GAP:
            first, *rest = story.days
            missing = lots.choice((None, *range(len(first.entries))))
            gap = replace(first, shown=1) if missing is None else replace(first, left_out=missing)
            return replace(story, days=(gap, *rest))
        case _:
            return story


def _taken(behaviour: Behaviour, received: Received, drawn: Coded) -> Taken:
    match behaviour:
        case Behaviour.REJECT_SOME:
            return Taken(rejected=drawn)
        case Behaviour.REJECT_BLOCK:
            *_, last = received.debits
            block = (last.file_number, last.processing_date)
            refused = frozenset(
                at for at, debit in enumerate(received.debits) if (debit.file_number, debit.processing_date) == block
            )
            return Taken(refused=refused, reason="NARR")
        case Behaviour.AMEND:
            return Taken(amended=drawn)
        case _:
            return ALL_WELL


def _of_another_body(received: Received) -> Received:
    """The same payments as if another body had sent them from its own account."""
    sort_code, number = OTHER_ACCOUNT
    debits = tuple(replace(debit, sort_code=sort_code, account_number=number) for debit in received.debits)
    return replace(received, service_user_number=OTHER_USER, serial=OTHER_SERIAL, debits=debits)


def _books(received: Received, taken: Taken, returned: Coded, when: When) -> Books:
    """A debit for what was paid by each contra on its entry day, and a credit for each return."""
    books: Books = {debit.account: {} for debit in received.debits}
    for at, debit in enumerate(received.debits):
        payments, pence = taken.lost(received, at)
        entries = books[debit.account].setdefault(when.debits(debit), [])
        if payments < debit.payments:
            entries.append(Entry(pence - debit.pence, FILE, payments=debit.payments - payments))
    for item, code in returned:
        back = Entry(item.pence, RETURN, item=item, reason=REASONS.get(code, "MS03"))
        books[received.debits[item.debit].account].setdefault(when.later, []).append(back)
    return books


def _nothing(books: Books, received: Received, when: When, lots: random.Random) -> None:
    """What was taken is what moves."""


def _first(books: Books) -> list[Entry]:
    """What moves on the first account on its first day."""
    moved = next(iter(books.values()))
    return moved[min(moved)]


def _pound_short(books: Books, received: Received, when: When, lots: random.Random) -> None:
    entries = _first(books)
    entries[0] = replace(entries[0], pence=entries[0].pence + 100)


def _debited_twice(books: Books, received: Received, when: When, lots: random.Random) -> None:
    for moved in books.values():
        for entries in moved.values():
            entries *= 2


def _single_debits(books: Books, received: Received, when: When, lots: random.Random) -> None:
    if received.payments > MOST_SINGLE_DEBITS:
        raise refuse(received.path, f"it debits at most {MOST_SINGLE_DEBITS} payments one by one")
    for moved in books.values():
        for entries in moved.values():
            entries.clear()
    for item in received.drawn(lots, received.payments):
        debit = received.debits[item.debit]
        books[debit.account][when.debits(debit)].append(Entry(-item.pence, FILE, item=item))


def _reversed(books: Books, received: Received, when: When, lots: random.Random) -> None:
    for moved in books.values():
        paid = [entry for entries in moved.values() for entry in entries]
        back = [replace(entry, pence=-entry.pence, is_reversal=True) for entry in paid]
        moved.setdefault(when.later, []).extend(back)


def _empty_day(books: Books, received: Received, when: When, lots: random.Random) -> None:
    for moved in books.values():
        moved[when.bank_days.previous(when.entry)] = []


def _funding_and_fee(books: Books, received: Received, when: When, lots: random.Random) -> None:
    entries = _first(books)
    entries.insert(0, Entry(lots.randint(1_000_00, 50_000_00), FUNDING, note="TRANSFER FROM FUNDING ACCOUNT"))
    entries.append(Entry(-lots.randint(5_00, 30_00), FEE, note="BACS SUBMISSION CHARGE"))


_CHANGES: Mapping[Behaviour, Callable[[Books, Received, When, random.Random], None]] = MappingProxyType(
    {
        Behaviour.POUND_SHORT: _pound_short,
        Behaviour.DEBITED_TWICE: _debited_twice,
        Behaviour.SINGLE_DEBITS: _single_debits,
        Behaviour.REVERSED: _reversed,
        Behaviour.EMPTY_DAY: _empty_day,
        Behaviour.FUNDING_AND_FEE: _funding_and_fee,
        Behaviour.GAP: _funding_and_fee,
    }
)
"""What moves otherwise than it was taken."""
