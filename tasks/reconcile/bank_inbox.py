"""The bank's inbox: where what the bank sent back waits, whole, under names of its own."""

from pathlib import Path

from tasks.storage.atomic_write import write_atomic


def put(name: str, content: bytes, inbox: Path) -> None:
    """Put a file of the bank's into its inbox; one whose name is taken there has a number before it."""
    number, free = 1, inbox / name
    while free.exists():
        number += 1
        free = inbox / f"{number}-{name}"
    write_atomic(free, content)
