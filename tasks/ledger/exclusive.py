"""One process at a ledger: an exclusive lock on a file of its own.

DuckDB's lock on the ledger is a POSIX lock and is lost as soon as any descriptor of the ledger in the process is
closed: so nothing may open, copy or hash a live ledger by its path but who holds this one.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.no_go import NoGo


class LedgerBusy(NoGo):
    """Somebody else holds the ledger, and went on holding it."""


@contextmanager
def exclusive(lock: Path, tenant: str, patience: float) -> Iterator[None]:
    """Keep everybody else from a ledger for as long as the block runs.

    Args:
        lock: the file to lock, made if it is not there and never deleted.
        tenant: whose ledger.
        patience: seconds to wait for another holder.

    Raises:
        LedgerBusy: another process held it for longer.
    """
    # DuckDB makes its write-ahead log with the process's own mask. Whoever opened a ledger holds what is
    # nobody else's business, so all that the process writes from here on is private.
    os.umask(0o077)
    lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait(descriptor, tenant, patience)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, tenant: str, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise LedgerBusy(
                    f"The ledger of {tenant} has been in use for more than {patience:.0f} seconds. Another run or "
                    "command is working on it; try again when it has ended."
                ) from None
            time.sleep(0.05)
