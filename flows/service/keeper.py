"""What keeps a home: what runs need is loaded, the watch looks after them, and other homes hear that this one lives.

One process of a home does that, be it ``siller up`` or ``siller worker``. Where several serve one home the others wait
for its end, and the next one goes on.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flows.service.kept_warm import kept_loaded, kept_warm
from tasks.settings import Settings

TRIES_EVERY_SECONDS = 1.0
_LEAVING_SECONDS = 15.0


@contextmanager
def kept(home: Path) -> Iterator[None]:
    """Keep a home while the block runs; where another process does, from that one's end on.

    This process is prepared for the server that its runs speak to.

    Args:
        home: ``SILLER_HOME``.

    Raises:
        NoGo: the folder in which judges are reached is not siller's alone.
    """
    ended = threading.Event()
    with ExitStack() as keeping:
        keeping.callback(ended.set)
        if (lock := _locked(home)) is not None:
            _keep(home, lock, keeping, ended)
        else:
            waiting = threading.Thread(target=_keep_next, args=(home, ended), daemon=True)
            waiting.start()
            keeping.callback(waiting.join, _LEAVING_SECONDS)
            keeping.callback(ended.set)
        yield


def _keep_next(home: Path, ended: threading.Event) -> None:
    while not ended.wait(TRIES_EVERY_SECONDS):
        if (lock := _locked(home)) is not None:
            with ExitStack() as keeping:
                _keep(home, lock, keeping, ended)
                ended.wait()
            return


def _keep(home: Path, lock: int, keeping: ExitStack, ended: threading.Event) -> None:
    """Keep the home until the stack is left; watch and heart, which only ask and tell, until told to end."""
    from flows.service import homes, watch

    keeping.callback(os.close, lock)
    keeping.enter_context(kept_warm(home))
    keeping.enter_context(kept_loaded(home))
    if Settings().store is not None:
        homes.start_beating(home, ended)
    threading.Thread(target=watch.keep, args=(home, ended), daemon=True).start()


def _locked(home: Path) -> int | None:
    """The lock of who keeps the home, which the system takes away when the process ends; None if another has it."""
    descriptor = os.open(home / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
