"""What the journal entry holds of a list of authorised payees."""

from dataclasses import dataclass

from tasks.ledger.catalogue.events import Act


@dataclass(frozen=True)
class PayeesAuthorised(Act):
    """That two people confirmed a body's list of authorised payees; the latest one counts.

    Attributes:
        agreed_by: the second of the two.
        payees: on it.
        file_sha256: of the list, which is sealed.
    """

    agreed_by: str
    payees: int
    file_sha256: str
