"""The one way in which siller says no."""

from schemas.sanitise import sanitise

_LONGEST = 20_000
"""No sentence that siller means to say comes near it."""


class NoGo(Exception):  # noqa: N818  # the field's word for this outcome is "no-go"
    """Something that must not go on, said in a sentence that a person can act on.

    The message names the file, row, column and rule concerned and what to do; it never carries
    personal data (names, accounts, references, single amounts). Commands print it and exit 1; flows
    end in a state named "No-go" that shows it. What stands in it of files and answers from outside is text there and
    nothing else: no sentence holds a character that a terminal would obey.
    """

    def __init__(self, said: str) -> None:
        super().__init__(sanitise(said, _LONGEST))


class NothingToDo(NoGo):
    """What was asked for is done already, or being done: it is not done twice, and nobody has to act."""


class NotJudged(NoGo):
    """Nobody has judged the run: that decides nothing of it, and starting it again goes on where it stands."""
