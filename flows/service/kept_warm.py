"""What ``siller up``, or a worker, keeps loaded for its home: the judge of gates, and all that a flow run needs.

Both are processes that have imported what takes long and have done nothing yet. Each question is judged, and each flow
run is worked on, by a copy of one, which ends with it. Several workers of one home have one of each between them: it is
kept by one of them, and by another once that one is gone.
"""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from flows.service import flow_process
from tasks.assess import doorway, judging

AGAIN_SECONDS = 5.0
"""One that has lived for so long is replaced at once, for those who waited for it; one that cannot live only then, so
that it takes no processor from the runs."""

Start = Callable[[Path, str], int]
"""Starts a process of a home that is reached by a name; returns its process id, which is its process group's too."""


def kept_warm(home: Path) -> AbstractContextManager[None]:
    """Have a judge of gates loaded while the block runs; one that ends is replaced.

    Runs that find none, or get no answer, start their own: nothing waits for this one.

    Raises:
        NoGo: the folder in which it is reached is not siller's alone.
    """
    return _kept(home, doorway.WARM, judging.start)


def kept_loaded(home: Path) -> AbstractContextManager[None]:
    """Have all loaded that a flow run needs while the block runs; what ends is replaced.

    A flow run that finds nothing loaded loads it itself.

    Raises:
        NoGo: the folder in which it is reached is not siller's alone.
    """
    return _kept(home, flow_process.LOADED, _start_loaded)


def _start_loaded(home: Path, name: str) -> int:
    return doorway.start(home, name, "flows.service.loaded", {})


@contextmanager
def _kept(home: Path, name: str, start: Start) -> Iterator[None]:
    """Have a process while the block runs; one that ends is replaced."""
    ended = threading.Event()
    processes = _started(home, name, start)

    def keep() -> None:
        while not ended.is_set():
            begun = time.monotonic()
            for process in processes:
                with suppress(ChildProcessError):
                    os.waitpid(process, 0)
            processes.clear()
            if not ended.wait(max(0.0, begun + AGAIN_SECONDS - time.monotonic())):
                processes.extend(_started(home, name, start))

    keeping = threading.Thread(target=keep, daemon=True)
    keeping.start()
    try:
        yield
    finally:
        ended.set()
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process, signal.SIGTERM)
            # A home is copied with all that is in it, and no socket can be.
            (doorway.judges(home) / name).unlink(missing_ok=True)
        keeping.join(AGAIN_SECONDS)


def _started(home: Path, name: str, start: Start) -> list[int]:
    """The process that is started; none where another worker keeps one, or the machine is short of something now.

    It is tried again in both cases: whoever keeps the other one may be killed.
    """
    with suppress(OSError), _nobody_else_starts(home):
        if there := doorway.reached(home, name):
            there.close()
            return []
        return [start(home, name)]
    return []


@contextmanager
def _nobody_else_starts(home: Path) -> Iterator[None]:
    """Let one at a time look whether a process is there, and start it: a second would take the first one's place."""
    with suppress(FileExistsError):  # whatever stands there is held against what it should be where it is used
        doorway.judges(home).mkdir(parents=True, mode=0o700)
    folder = os.open(doorway.judges(home), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
