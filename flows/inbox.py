"""The bank's inbox: where a person, or a rehearsal, puts what the bank sent back."""

from collections.abc import Sequence
from pathlib import Path

from schemas.incoming import Incoming, read
from tasks.reconcile import bank_inbox


def put(files: Sequence[Path], inbox: Path) -> None:
    """Put copies of the bank's files into its inbox.

    Raises:
        NoGo: one cannot be read. Those before it are there.
    """
    inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in files:
        bank_inbox.put(path.name, read(path, Incoming.BANK_FILE), inbox)
