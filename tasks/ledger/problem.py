"""What verifying finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Something that does not hold.

    Attributes:
        where: the run, the journal, or a file.
        what: a sentence.
    """

    where: str
    what: str
