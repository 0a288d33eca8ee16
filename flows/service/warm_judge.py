"""The judge of the gates that ``siller up`` keeps warm, for every run of its home."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tasks.assess import judging
from tasks.assess.doorway import WARM
from tasks.storage import paths

AGAIN_SECONDS = 5.0
"""How long after the end of one the next is started, so that one that cannot live takes no processor from the runs."""


@contextmanager
def kept_warm(home: Path) -> Iterator[None]:
    """Have a judge of gates loaded while the block runs; one that ends is replaced.

    Runs that find none, or get no answer, start their own: nothing waits for this one.

    Raises:
        NoGo: the folder of judges is not siller's alone.
    """
    ended = threading.Event()
    judges = _started(home)

    def keep() -> None:
        while not ended.is_set():
            for judge in judges:
                with suppress(ChildProcessError):
                    os.waitpid(judge, 0)
            judges.clear()
            if not ended.wait(AGAIN_SECONDS):
                judges.extend(_started(home))

    keeping = threading.Thread(target=keep, daemon=True)
    keeping.start()
    try:
        yield
    finally:
        ended.set()
        for judge in judges:
            with suppress(ProcessLookupError):
                os.killpg(judge, signal.SIGTERM)
        # A home is copied with all that is in it, and no socket can be.
        (paths.judges(home) / WARM).unlink(missing_ok=True)
        keeping.join(AGAIN_SECONDS)


def _started(home: Path) -> list[int]:
    """The judge that is started; none while the machine is short of something: it is tried again."""
    with suppress(OSError):
        return [judging.start(home, WARM)]
    return []
