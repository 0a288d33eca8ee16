"""What arrears and supplementary extracts are held against, and what any run repeats of what was paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from schemas.period import Period


@dataclass(frozen=True)
class LastFull:
    """The last period that was paid in full before arrears or a supplementary extract, their own included.

    Attributes:
        run_id: the run that paid it.
        period: its period.
        payees: paid then.
        pence: paid then.
        usual_pence: what a payee was paid then: half of them had no more.
    """

    run_id: str
    period: Period
    payees: int
    pence: int
    usual_pence: int


@dataclass(frozen=True)
class Following:
    """A run that follows a full one: arrears or a supplementary extract.

    Attributes:
        payees: whom it pays, or one of those before it.
        pence: the sum of all of these.
        largest_row: the first row of the payee who is paid most by all of these; None if it pays nobody.
        largest_pence: what that payee is paid. Of one payee: it stays out of everything shown.
        full: what it is held against; None if nothing was paid in full.
        before: the released runs that followed a full one too, and count with it.
        changed: the rows of payees whom the full one paid to other details.
    """

    payees: int
    pence: int
    largest_row: int | None
    largest_pence: int
    full: LastFull | None
    before: tuple[str, ...] = ()
    changed: tuple[int, ...] = ()

    @property
    def total_share(self) -> Fraction | None:
        """Its sum as a share of the full one's."""
        return Fraction(self.pence, self.full.pence) if self.full else None

    @property
    def payees_share(self) -> Fraction | None:
        """Its payees as a share of the full one's."""
        return Fraction(self.payees, self.full.payees) if self.full else None

    @property
    def largest_payment(self) -> Fraction | None:
        """What one payee is paid at most, as a multiple of what was usual then."""
        return Fraction(self.largest_pence, self.full.usual_pence) if self.full else None

    def changed_share(self, payments: int) -> Fraction | None:
        """Its payments to other details than the full one paid, among all its payments."""
        return Fraction(len(self.changed), payments) if self.full and payments else None

    def figures(self, payments: int) -> Mapping[str, float | None]:
        """What its own gates look at, by name; None where nothing was paid in full.

        Args:
            payments: how many it makes.
        """
        shares = {
            "following_total_share": self.total_share,
            "following_payees_share": self.payees_share,
            "following_largest_payment": self.largest_payment,
            "following_changed_details_share": self.changed_share(payments),
        }
        return {name: None if share is None else float(share) for name, share in shares.items()}


@dataclass(frozen=True)
class Repeats:
    """Payments that repeat what was paid lately, where none should.

    Attributes:
        rows: of the payments that have account and amount, or payee and amount, of one that was released.
        run_ids: the released runs that the run was held against; none if it may look like all of them.
    """

    rows: tuple[int, ...] = ()
    run_ids: tuple[str, ...] = ()
