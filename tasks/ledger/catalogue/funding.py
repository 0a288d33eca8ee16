"""What the journal entry holds of the money for a run."""

from dataclasses import dataclass
from datetime import date

from tasks.ledger.catalogue.events import Act


@dataclass(frozen=True)
class FundingConfirmed(Act):
    """That somebody has confirmed how much money is there for a run; the latest word of an account and day counts.

    Attributes:
        account: the account, its sort code and number.
        pay_day: on which it leaves it.
        pence: how much is there; 0 takes an earlier word back.
        file_pence: what the run takes from there on that day.
        file_sha256: what an approval of the run's files is bound to: of others the word says nothing.
    """

    account: str
    pay_day: date
    pence: int
    file_pence: int
    file_sha256: str
