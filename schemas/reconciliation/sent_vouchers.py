"""What was released of a run's vouchers, as a reconciliation has it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class SentVouchers:
    """The file of vouchers that was released for a run.

    Attributes:
        name: of the file.
        sha256: of the file.
        payments: how many vouchers it holds.
        pence: their sum.
        expires: the last day on which one of them can be cashed.
    """

    name: str
    sha256: str
    payments: int
    pence: int
    expires: date
