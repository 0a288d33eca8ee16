"""What Prefect says of a flow run, and what that means: whether it works, waits, is over, or died.

The watch acts upon it, and the rule beside this tells people: both ask here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

DIED = "Crashed"
"""Prefect's name for a run whose process ended without a word; the watch starts it again."""
GIVEN_UP = "Given up"
"""The watch's name for a run that died too often: nobody starts it again."""
NO_GO = "No-go"
"""siller's name for a run that it stopped by a decision."""
NOT_JUDGED = "Not judged"
"""siller's name for a run whose gates no judge has answered: that is no decision."""
NOTHING_TO_DO = "Nothing to do"
"""siller's name for a run that was asked to do what is done, or being done, already."""
_SHUT_DOWN, _PLACE_LOST = "Runner is shutting down.", "Deployment concurrency slot lost"
"""How Prefect (3.8.8) says that it cancelled a run by itself: its runner was stopped, or Redis lost who is at work."""

STARTING = timedelta(minutes=2)
"""A process loads for some seconds before it takes its lock; on a busy machine for longer."""
FORM_STORED = timedelta(seconds=20)
"""Prefect suspends a run a moment before it stores the form."""

_NEVER_RESUMED = "and never resumed"
"""How Prefect (3.8.8) says that a form ran out. A service of its server looks every five seconds; where that does not
run, it goes on saying Suspended until somebody presses Resume: so the form's own time counts, whatever Prefect says."""
_FINAL = {"COMPLETED", "FAILED", "CANCELLED", "CRASHED"}


def says_cut_off(message: str) -> bool:
    """Whether what a state says is Prefect's word that it cancelled a run by itself."""
    return message.startswith((_SHUT_DOWN, _PLACE_LOST))


@dataclass(frozen=True)
class Seen:
    """A flow run as Prefect, and the lock of its process, show it.

    Attributes:
        flow_run_id: which.
        type: the type of its state by Prefect's word, for example ``RUNNING``; empty where Prefect does not know it.
        name: the state's name.
        message: what the state says.
        since: when it came to that state.
        until: of a run that waits for a person, when its form runs out.
        form_key: of a run that waits, which form it shows.
        has_form: whether that form is stored whole, so that a page can show it.
        lives: whether a process holds its lock.
        moved: when anything last moved: its process began, or the tenant's journal grew.
        is_kept: whether a file says what to submit should Prefect have forgotten it.
        was_to_end: whether somebody had it cancelled before Prefect, which was stopped meanwhile, wrote its own word.
    """

    flow_run_id: str
    type: str
    name: str
    since: datetime
    message: str = ""
    until: datetime | None = None
    form_key: str = ""
    has_form: bool = False
    lives: bool = False
    moved: datetime | None = None
    is_kept: bool = False
    was_to_end: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether Prefect does not know it: somebody deleted it, or the database was made anew."""
        return not self.type

    @property
    def is_final(self) -> bool:
        """Whether its state is an end, for Prefect."""
        return self.type in _FINAL

    @property
    def is_given_up(self) -> bool:
        """Whether the watch starts it no more."""
        return self.name == GIVEN_UP

    @property
    def is_cut_off(self) -> bool:
        """Whether Prefect cancelled it by itself: nobody decided that."""
        return says_cut_off(self.message) and not self.was_to_end

    @property
    def is_over(self) -> bool:
        """Whether it ended by a decision, be it a person's; or nobody is to start it again."""
        return self.is_final and self.name != DIED and not self.is_cut_off

    @property
    def is_due(self) -> bool:
        """Whether it is to be started, for the first time or again."""
        return self.type == "SCHEDULED"

    def shows_a_form(self, now: datetime) -> bool:
        """Whether a person can answer it now."""
        return self.type == "PAUSED" and self.has_form and (self.until is None or now < self.until)

    def ran_out(self, now: datetime) -> bool:
        """Whether nobody answered its form in time."""
        if self.type == "PAUSED":
            return self.until is not None and self.until <= now
        return self.type == "FAILED" and _NEVER_RESUMED in self.message

    def is_dead(self, now: datetime) -> bool:
        """Whether somebody should be working on it and nobody is."""
        if self.lives or self.is_unknown or self.is_due or self.is_over or self.ran_out(now):
            return False
        since = now - self.since
        if self.type == "PAUSED":
            return since > FORM_STORED and not self.has_form
        if self.type == "PENDING":
            return since > STARTING
        return self.is_final or since > FORM_STORED
