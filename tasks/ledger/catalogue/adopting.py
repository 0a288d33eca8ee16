"""What the journal entry holds of an agreement that is proposed and adopted."""

from dataclasses import dataclass

from tasks.ledger.catalogue.events import Act


@dataclass(frozen=True)
class AgreementProposed(Act):
    """That somebody brought an agreement in, as whoever wrote it; it counts for nothing yet.

    Attributes:
        sha256: of the agreement's file.
        text: the file itself, so that a later one can be held against it.
    """

    sha256: str
    text: str


@dataclass(frozen=True)
class AgreementAdopted(Act):
    """That two of the body's people adopted the agreement that was proposed.

    Attributes:
        agreed_by: the second of the two.
        sha256: of the agreement's file.
        proposal: the number under which it was proposed.
    """

    agreed_by: str
    sha256: str
    proposal: int
