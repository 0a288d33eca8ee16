"""The period to compare with, and what has changed since."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from schemas.period import Period

FEWEST_PERIODS_OF_A_RANGE = 3
"""Of fewer periods the totals are no range yet."""


@dataclass(frozen=True)
class OnePayee:
    """What one payee is paid. Of one payee: the pence stay out of everything shown.

    Attributes:
        row_number: the payee's first row of it.
        pence: their sum.
    """

    row_number: int
    pence: int


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


@dataclass(frozen=True)
class NewDetails:
    """Payments to details which their payee was not paid by last time, by row.

    Attributes:
        changed: of payees who were paid last time, by other details.
        renamed: those of them that have another name too, whatever its signs and capitals.
        one_account: those to the account that has become most payees' own, the first row of each.
        biggest_changed: what goes to one payee's changed details, where that is most.
        biggest_first: what a payee is paid who stood in no extract last time, where that is most.
    """

    changed: tuple[int, ...] = ()
    renamed: tuple[int, ...] = ()
    one_account: tuple[int, ...] = ()
    biggest_changed: OnePayee | None = None
    biggest_first: OnePayee | None = None


@dataclass(frozen=True)
class Previous:
    """The period to compare with, and what has changed since.

    Attributes:
        run_id: the run.
        period: its period.
        payments: paid then.
        pence: paid then.
        payees: in that extract.
        joiners: payees of this extract who were not in that one.
        leavers: payees of that extract who are not in this one.
        unchanged: payments to payees whose account and sum are those of then.
        usual_pence: what a payee was paid then: half of them had no more. 0 if nobody was.
        biggest_change: for one payee paid both times; None if nobody was.
        details: the payments that go where their payee's did not go then.
        returners: rows of payees who were not in that extract, and in one of a year before it.
        totals: what each of the last periods came to in pence, twelve at most, the earliest first.
        changes: the biggest ones, the biggest first, where there is any.
        groups: everybody who is paid now, each in one of them.
    """

    run_id: str
    period: Period
    payments: int
    pence: int
    payees: int
    joiners: int
    leavers: int
    unchanged: int
    usual_pence: int
    biggest_change: BiggestChange | None
    details: NewDetails = field(default_factory=NewDetails)
    returners: tuple[int, ...] = ()
    totals: Sequence[int] = ()
    changes: tuple[BiggestChange, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def changed_details(self) -> int:
        """Payments to payees paid then that go to an account which they did not have then."""
        return len(self.details.changed)

    def times_usual(self, paid: OnePayee | None) -> Fraction | None:
        """What one payee is paid as a multiple of what was usual then; 0 for nobody, None if nothing was usual."""
        if paid is None:
            return Fraction(0)
        return Fraction(paid.pence, self.usual_pence) if self.usual_pence else None

    def outside_range(self, pence: int) -> Fraction:
        """How far a sum lies outside those of the last periods, as a share of the nearer one; 0 without a range."""
        if len(self.totals) < FEWEST_PERIODS_OF_A_RANGE:
            return Fraction(0)
        least, most = min(self.totals), max(self.totals)
        nearer = min(max(pence, least), most)
        return Fraction(abs(pence - nearer), nearer)
