"""What moved of a run's money, in sums: each is posted once, and what changes afterwards is posted beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Movement(StrEnum):
    """What can happen to a payment's money, as the books tell it."""

    PAID = "paid"
    REJECTED = "rejected"
    RETURNED = "returned"
    RECALLED = "returned by recall"
    PAID_OUTSIDE = "paid outside"
    VOUCHERS_ISSUED = "vouchers issued"
    VOUCHERS_CASHED = "vouchers cashed"
    VOUCHERS_NOT_CASHED = "vouchers not cashed"


LEAVES = frozenset({Movement.PAID, Movement.PAID_OUTSIDE})
"""By which money leaves the bank's account."""

IS_THERE_AGAIN = frozenset({Movement.REJECTED, Movement.RETURNED, Movement.RECALLED})
"""By which it is there again, or never left. The others do not touch the bank's account."""


@dataclass(frozen=True, order=True)
class Key:
    """What sums are told apart by.

    Attributes:
        movement: what moved.
        pays: from which paying account, by its word; empty where there is one.
        day: of what was paid or issued, on which day payees have it (ISO); else empty.
    """

    movement: str
    pays: str
    day: str


@dataclass(frozen=True)
class Moved:
    """How many payments, and their pence; less than nothing takes back what was posted before."""

    payments: int
    pence: int


Sums = Mapping[Key, Moved]


@dataclass(frozen=True)
class Part:
    """What is posted together, of one accounting date: what was paid on a day, or what has come of it since.

    Attributes:
        accounting_date: the pay day; of what has come since, the day on which it is posted.
        sums: what moved.
    """

    accounting_date: date
    sums: Sums


def sum_up(sums: Sequence[Sums]) -> dict[Key, Moved]:
    """What all of them come to."""
    found: dict[Key, Moved] = {}
    for each in sums:
        for key, moved in each.items():
            before = found.get(key, Moved(0, 0))
            found[key] = Moved(before.payments + moved.payments, before.pence + moved.pence)
    return found


def list_unposted(stands: Sums, posted: Sums, today: date) -> Iterator[Part]:
    """What is to be posted now, so that all that was posted comes to what stands.

    Args:
        stands: what has moved so far.
        posted: what was posted so far.
        today: the day on which this is asked.
    """
    less = {key: Moved(-moved.payments, -moved.pence) for key, moved in posted.items()}
    left = {key: moved for key, moved in sum_up([stands, less]).items() if moved.pence}
    paid = {key: moved for key, moved in left.items() if key.day and moved.pence > 0}
    for day in sorted({key.day for key in paid}):
        yield Part(date.fromisoformat(day), {key: moved for key, moved in sorted(paid.items()) if key.day == day})
    if since := {key: moved for key, moved in sorted(left.items()) if key not in paid}:
        yield Part(today, since)


def pence_of(sums: Sums, *movements: Movement) -> int:
    """What moved by some movements."""
    return sum(moved.pence for key, moved in sums.items() if key.movement in movements)


def bank_pence(sums: Sums) -> int:
    """What left the bank's accounts by all of that, without what came back."""
    return pence_of(sums, *LEAVES) - pence_of(sums, *IS_THERE_AGAIN)
