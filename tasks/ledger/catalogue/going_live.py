"""What the journal entry holds of a test that siller cannot see itself, before a body goes live."""

from dataclasses import dataclass
from datetime import date

from tasks.ledger.catalogue.events import Act


@dataclass(frozen=True)
class ProofGiven(Act):
    """That a test was passed, as somebody of the body says it.

    Attributes:
        proof: which one.
        rail: by which the agreement had the body paid then: a test of one proves nothing of another.
        held_on: the day of the test.
        reference: of the letter, the case or the minutes that say so.
        file_sha256: of that document.
    """

    proof: str
    rail: str
    held_on: date
    reference: str
    file_sha256: str
