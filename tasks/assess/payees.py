"""Payees beside the period before: the biggest changes for single ones, and all of them in groups."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class BiggestChange:
    """The payee whose payments changed most, up or down. Of one payee: the pence stay out of everything shown.

    Attributes:
        row_number: the payee's first payable row.
        pence: paid now.
        pence_last_time: paid last time.
    """

    row_number: int
    pence: int
    pence_last_time: int

    @property
    def times(self) -> Fraction:
        """The larger of the two sums as a multiple of the smaller; 1 is no change."""
        return Fraction(max(self.pence, self.pence_last_time), min(self.pence, self.pence_last_time))


@dataclass(frozen=True)
class Group:
    """Payees who are paid now, by what they had last time.

    Attributes:
        name: who they are.
        payees: how many.
        pence: what they are paid now.
        pence_last_time: what they were paid last time.
    """

    name: str
    payees: int
    pence: int
    pence_last_time: int
