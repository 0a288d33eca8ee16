"""What was played of a period: what the body sent and meant, to whom what happened, and the run that it came to."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.simulated_year.acts import Period
from tests.simulated_year.bodies import wrong_account
from tests.simulated_year.story import Story


@dataclass
class Ran:
    """A period that was played.

    Attributes:
        period: with the run.
        story: what went wrong.
        sent: the payees in the extract.
        held: those of them who are not to be paid, as the payment before came back and they are sent as they were.
        refused: those of them whose row is wrong, and who are not paid for it.
        corrected: those of them whose row was wrong, and whom the body sent again before the approval.
        unpaid: the one whom the bank did not pay; None if it paid all.
        advised: those whose account has moved, as the bank says.
        replaced: the run before it, which was not approved in time or had a row to correct; empty if there is none.
        certificate: of the close.
    """

    period: Period
    story: Story
    sent: list[Any]
    held: list[Any] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)
    corrected: list[Any] = field(default_factory=list)
    unpaid: Any = None
    advised: list[Any] = field(default_factory=list)
    replaced: str = ""
    certificate: Path | None = None

    @property
    def sent_as_written(self) -> list[Any]:
        """The rows as the body's system writes them, with what is wrong in them."""
        wrong = [each.number for each in self.refused]
        return [wrong_account(each) if each.number in wrong else each for each in self.sent]

    @property
    def payees(self) -> list[Any]:
        """Who is in the payment file, in its order: what was corrected comes after what was right."""
        left_out = [each.number for each in (*self.held, *self.refused, *self.corrected)]
        right = [each for each in self.sent if each.number not in left_out]
        return self.period.body.in_file([*right, *self.corrected])
