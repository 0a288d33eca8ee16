"""Run a module as a process that ends when its parent ends, however the parent ends.

``python -m flows.service.child_process prefect worker start`` is ``python -m prefect worker start`` with standard
input as a tether: the parent holds the other end of the pipe, and the system closes it even if the
parent is killed.
"""

import gc
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path


def start(arguments: list[str], log: Path, handed: Sequence[int] = ()) -> "subprocess.Popen[bytes]":
    """Start ``python -m`` with these arguments, tethered to this process.

    Modules are not looked for in the folder in which siller is called, where anybody may have put one.

    Args:
        arguments: the module and its arguments.
        log: the file that takes what it prints, from its beginning.
        handed: the descriptors that it gets, under the same numbers.

    Returns:
        the process; dropping its ``stdin`` ends it too.
    """
    log.write_bytes(b"")
    with log.open("ab") as output:  # two workers of one home write at its end, and not over each other
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "flows.service.child_process", *arguments],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=handed,
            # Ctrl-C in a terminal goes to the whole group; the parent decides when this one ends.
            start_new_session=True,
        )


def stop(process: "subprocess.Popen[bytes]", seconds: float = 20.0) -> None:
    """End it by its process id, first politely, and wait until it is gone."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin:
        process.stdin.close()


def _end_with_parent() -> None:
    # Past Python's own buffer, whose lock a thread must not hold when the interpreter ends.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Python's own 700 are for small programs: to load Prefect took a tenth longer, all of it spent looking for garbage.
    gc.set_threshold(20_000)
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
