"""What the journal entry holds of the money for a run."""

from dataclasses import dataclass
from datetime import date

from tasks.ledger.catalogue.events import Act


@dataclass(frozen=True)
class FundingConfirmed(Act):
    """That somebody has confirmed how much money is there for a run; the latest word of an account and day counts.

    Attributes:
        account: the paying account, its sort code and number.
        pay_day: on which it leaves it.
        pence: how much is there; 0 takes an earlier word back.
        file_pence: what the payment file takes from there on that day.
        file_sha256: of that file: of another one the word says nothing.
    """

    account: str
    pay_day: date
    pence: int
    file_pence: int
    file_sha256: str
