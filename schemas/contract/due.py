"""What an extract's rows are due for."""

from dataclasses import dataclass
from datetime import date

from schemas.period import Period


@dataclass(frozen=True)
class Due:
    """What a rule may ask of the run beside the cell, by the names of its arguments.

    Attributes:
        pay_day: when payees have the money.
        period: what is paid for; the pay day may lie outside it.
        pay_days: on which of the period's several days a row may be due; none where the pay day is all there is.
    """

    pay_day: date
    period: Period
    pay_days: tuple[date, ...] = ()
