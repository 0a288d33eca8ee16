"""What has come of taking in what the bank sent."""

from typing import NamedTuple

from schemas.bank_messages.verdict import Taken, Verdict


class AnswersTaken(NamedTuple):
    """What came of taking in the bank's files.

    Attributes:
        runs: those that were answered, each once.
        files: every file that waited.
        open_ends: a sentence for each run that leaves something to be explained.
        not_fetched: a sentence for each thing that kept an answer from being fetched, or a provider's from counting.
    """

    runs: tuple[str, ...]
    files: tuple[Taken, ...]
    open_ends: tuple[str, ...]
    not_fetched: tuple[str, ...] = ()

    @property
    def set_aside(self) -> list[str]:
        """Why files were set aside: they hold nothing up, and ``siller status`` names them until they are settled."""
        return [file.sentence for file in self.files if file.verdict is Verdict.SET_ASIDE]

    @property
    def said(self) -> list[str]:
        """What somebody has to look at now, as sentences: what has not come or still waits, and what is unexplained."""
        waiting = (file.sentence for file in self.files if file.verdict is None)
        return [*self.not_fetched, *waiting, *self.open_ends]
