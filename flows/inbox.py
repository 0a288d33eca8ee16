"""The bank's inbox: where a person, or a rehearsal, puts what the bank sent back."""

from collections.abc import Sequence
from pathlib import Path

from schemas.incoming import Incoming, read
from tasks.storage.atomic_write import write_atomic


def put(files: Sequence[Path], inbox: Path) -> None:
    """Put copies of the bank's files into its inbox; one whose name is taken there has a number before it.

    Raises:
        NoGo: one cannot be read. Those before it are there.
    """
    inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in files:
        number, free = 1, inbox / path.name
        while free.exists():
            number += 1
            free = inbox / f"{number}-{path.name}"
        write_atomic(free, read(path, Incoming.BANK_FILE))
