"""What the journal entry holds of a look at what siller carries."""

from dataclasses import dataclass

from tasks.ledger.catalogue.events import Act


@dataclass(frozen=True)
class AdvisoriesLooked(Act):
    """That somebody held the pinned packages against the published advisories.

    Attributes:
        lock_sha256: of the list of packages that was looked up, ``requirements.lock``.
    """

    lock_sha256: str
