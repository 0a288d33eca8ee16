"""What the journal entry holds of a lesson that a payday taught."""

from dataclasses import dataclass

from tasks.ledger.catalogue.events import Act, FormAnswered


@dataclass(frozen=True)
class LessonKept(Act):
    """What went well at a payday, or did not.

    Attributes:
        theme: one of the five.
        went_well: 1 or 0; what did not is open until somebody ticks it off.
    """

    theme: str
    went_well: int


@dataclass(frozen=True)
class LessonEnded(Act):
    """That somebody ticked a lesson off.

    Attributes:
        lesson: which of the tenant's it was, from 1.
    """

    lesson: int


@dataclass(frozen=True)
class LessonsAnswered(FormAnswered):
    """One answer to the form that asks what a payday taught."""
