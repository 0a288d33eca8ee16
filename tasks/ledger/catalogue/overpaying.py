"""What the journal entries hold of what was paid that should not have been; each is of a run's row."""

from dataclasses import dataclass

from tasks.ledger.catalogue.events import Act


@dataclass(frozen=True)
class OverpaymentFound(Act):
    """That somebody found a payment that should not have been made, or not so much of it.

    Attributes:
        row: the payment's.
        pence: how much of it.
        reason: which of the register's.
    """

    row: int
    pence: int
    reason: str


@dataclass(frozen=True)
class OverpaymentRecovered(Act):
    """That so much of an overpayment came back to the body.

    Attributes:
        row: the payment's.
        pence: how much.
        through: bank or body: as a credit on the paying account, or otherwise.
    """

    row: int
    pence: int
    through: str


@dataclass(frozen=True)
class OverpaymentWrittenOff(Act):
    """That two people gave up so much of an overpayment.

    Attributes:
        agreed_by: somebody else.
        row: the payment's.
        pence: how much.
    """

    agreed_by: str
    row: int
    pence: int
