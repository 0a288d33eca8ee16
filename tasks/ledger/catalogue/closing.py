"""What the journal entry holds of a run that is closed."""

from dataclasses import dataclass

from tasks.ledger.catalogue.events import Act


@dataclass(frozen=True)
class RunClosed(Act):
    """That two people closed a run.

    Attributes:
        agreed_by: who reviewed what the first one prepared.
        page_sha256: of the certificate, which is sealed.
        seen: the journal's last entry when the certificate was made; what comes after it was not seen by the two.
    """

    agreed_by: str
    page_sha256: str
    seen: int
