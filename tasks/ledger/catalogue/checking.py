"""What the journal entry holds of checking the details of payees."""

from dataclasses import dataclass
from datetime import date

from tasks.ledger.catalogue.figures import Figures


@dataclass(frozen=True)
class PayeesAsked(Figures):
    """That a bank is asked whether name and account of payees belong together.

    Attributes:
        by: the operator.
        rows: about how many rows.
        request_sha256: of the file for the bank.
        profile: by which it was written.
    """

    by: str
    rows: int
    request_sha256: str
    profile: str


@dataclass(frozen=True)
class PayeesAnswered(Figures):
    """What a bank answered.

    Attributes:
        by: the operator, who took it in.
        rows: of how many rows it speaks.
        matches: of how many it says that name and account belong together.
        sha256: of the bank's file.
        profile: by which it was read.
    """

    by: str
    rows: int
    matches: int
    sha256: str
    profile: str


@dataclass(frozen=True)
class CalledBack(Figures):
    """That somebody of the body called a payee about their details.

    Attributes:
        by: who says so.
        of: the payment, as run and row.
        called_by: who called.
        spoke_to: payee or representative.
        number_from: where the number is from.
        called_on: the day.
    """

    by: str
    of: str
    called_by: str
    spoke_to: str
    number_from: str
    called_on: date
