"""What became of a submission when the practice bank took it in."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.practice_bank.received import Item, Received

Coded = Sequence[tuple[Item, str]]
"""Payments, each with the bank's code."""

REASONS = {"0": "AC01", "2": "MD07", "3": "AC03", "5": "AC01", "B": "AC04", "C": "FOCR"}
"""ISO 20022's reasons in the place of the letters of an ARUCS advice."""


@dataclass(frozen=True)
class Taken:
    """What a bank decides before the entry day.

    Attributes:
        rejected: payments that it will not make.
        amended: payments that it makes with something changed.
        refused: debits that it refuses whole, with all their payments, by their places.
        reason: why it refuses those, as ISO 20022 says it.
    """

    rejected: Coded = ()
    amended: Coded = ()
    refused: frozenset[int] = frozenset()
    reason: str = ""

    def lost(self, received: Received, at: int) -> tuple[int, int]:
        """How many payments of a debit are not made, and their pence."""
        if at in self.refused:
            return received.debits[at].payments, received.debits[at].pence
        pence = [item.pence for item, _ in self.rejected if item.debit == at]
        return len(pence), sum(pence)


ALL_WELL = Taken()
"""Every payment is taken as it is."""


def all_refused(received: Received, reason: str) -> Taken:
    """Nothing of it is taken."""
    return Taken(refused=frozenset(range(len(received.debits))), reason=reason)
