"""What has become of each file that the bank sent."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from schemas.incoming import Incoming, hash_of
from schemas.no_go import NoGo
from tasks.tenant_context import TenantContext


class Verdict(StrEnum):
    """What a file of the bank comes to."""

    TAKEN = "taken"
    KNOWN = "known"
    SET_ASIDE = "set aside"


class Taken(NamedTuple):
    """A file of the bank, and what it came to.

    Attributes:
        name: of the file.
        verdict: taken, known from before, or set aside.
        sentence: why it is set aside; empty otherwise.
    """

    name: str
    verdict: Verdict
    sentence: str = ""


class AnswersTaken(NamedTuple):
    """What came of taking in the bank's files.

    Attributes:
        runs: those that were answered, each once.
        files: every file that waited.
        open_ends: a sentence for each run that leaves something to be explained.
    """

    runs: tuple[str, ...]
    files: tuple[Taken, ...]
    open_ends: tuple[str, ...]

    @property
    def said(self) -> list[str]:
        """What somebody has to look at, as sentences; none if nothing is left open."""
        aside = (file.sentence for file in self.files if file.verdict is Verdict.SET_ASIDE)
        return [*aside, *self.open_ends]


def find_known(context: TenantContext, paths: Sequence[Path]) -> frozenset[str]:
    """The names of the files whose very bytes were taken in before."""
    hashes = {}
    for path in paths:
        with suppress(NoGo):  # what cannot be read is told when it is to be taken in
            hashes[path.name] = hash_of(path, Incoming.BANK_FILE)
    if not hashes or not context.ledger.exists:
        return frozenset()
    with context.ledger.opened() as connection:
        received = {row[0] for row in connection.execute("SELECT sha256 FROM bank_file").fetchall()}
    return frozenset(name for name, sha256 in hashes.items() if sha256 in received)


def verdicts(paths: Sequence[Path], known: Collection[str], refused: Sequence[str]) -> tuple[Taken, ...]:
    """What each file came to.

    Args:
        paths: the files that waited, in their order.
        known: the names of those that were taken in before.
        refused: a sentence for each that was not taken; it names the file.
    """
    # The longest name first: a sentence that names a file names every file whose name is a part of it, too.
    left, said = list(refused), dict[str, str]()
    for path in sorted(paths, key=lambda each: -len(each.name)):
        if sentence := next((each for each in left if path.name in each), ""):
            left.remove(sentence)
            said[path.name] = sentence
    return tuple(
        Taken(path.name, Verdict.SET_ASIDE, said[path.name])
        if path.name in said
        else Taken(path.name, Verdict.KNOWN if path.name in known else Verdict.TAKEN)
        for path in paths
    )
