"""One process at work for a tenant, whatever started it."""

import fcntl
import os
import time
from collections.abc import Callable

from schemas.no_go import NoGo
from tasks.storage.paths import Paths

PATIENCE_SECONDS = 3600.0


def wait_for_turn(paths: Paths, tenant: str, told: Callable[[], None]) -> int:
    """Wait until no other process works for a tenant, and be the one that does.

    Args:
        paths: where the tenant's things stand.
        tenant: whose.
        told: called once, if there is somebody to wait for.

    Returns:
        a file descriptor: the turn is over when it is closed, at the latest when the process ends.

    Raises:
        NoGo: another process went on working for an hour.
    """
    lock = paths.turn(tenant)
    lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    end = time.monotonic() + PATIENCE_SECONDS
    waits = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() > end:
                os.close(descriptor)
                raise NoGo(
                    f"Another run of {tenant} has been at work for an hour. This one did nothing; start it again when "
                    "the other has ended."
                ) from None
        if not waits:
            told()
            waits = True
        time.sleep(0.2)
