"""What is known of a run's vouchers as a whole, where that run stands."""

from dataclasses import dataclass
from datetime import date

from schemas.money import pounds


@dataclass(frozen=True)
class VouchersOut:
    """The vouchers of a run that are with their provider, and of which it has not said that they were cashed or ended.

    Attributes:
        silent: of how many it has said nothing at all.
        out: how many there are, those among them.
        pay_date: when payees are to have them.
        expires: the last day on which one can be cashed.
    """

    silent: int
    out: int
    pay_date: date
    expires: date


@dataclass(frozen=True)
class IssuedAllTheSame:
    """The vouchers of a run that two people have taken back as never sent, which their provider has all the same.

    Attributes:
        vouchers: how many it has, by its word or by that of whoever sent them since.
        issued: how many of them it has spoken of.
        out: how many can still be cashed.
        left_pence: what those are worth yet.
        cashed_pence: what was cashed of all of them.
    """

    vouchers: int
    issued: int
    out: int
    left_pence: int
    cashed_pence: int

    @property
    def said(self) -> str:
        """What a person must know and do."""
        has = (
            f"Two people have said that it was never sent, and the provider has {_vouchers(self.vouchers)} of it, of "
            f"which it says that it issued {self.issued:,}: {pounds(self.cashed_pence)} was cashed, and {self.out:,} "
            f"can still be, with {pounds(self.left_pence)} left on them."
        )
        if self.out:
            return (
                f"{has} Have the provider cancel now what is left (siller vouchers cancel RUN/ROW), and take in its "
                "answer (siller vouchers answers). Until then nobody who has one is to be paid again."
            )
        return f"{has} What was cashed and paid again too stands among the overpayments (siller overpayments)."


def _vouchers(number: int) -> str:
    return "1 voucher" if number == 1 else f"{number:,} vouchers"
