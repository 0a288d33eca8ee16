"""What becomes of a bank's file."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether what a file says counts."""

    TAKEN = "taken"
    KNOWN = "known"
    SET_ASIDE = "set_aside"

    @property
    def words(self) -> str:
        """As a person reads it."""
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Taken:
    """One file of the bank's inbox.

    Attributes:
        name: its file name.
        verdict: what became of it; None if it was not taken in, and stays in the inbox.
        sentence: why it is not taken; empty if it is.
        runs: the runs that it speaks of, or may speak of, in order.
    """

    name: str
    verdict: Verdict | None
    sentence: str = ""
    runs: tuple[str, ...] = ()
