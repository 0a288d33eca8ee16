"""What Prefect starts for a flow run: ``python -m flows.service.flow_process`` in the place of ``prefect.engine``.

To import Prefect, siller and what they need takes longer than a small run's own work. So this process, which imports
next to nothing, has a copy made of one that has it all (:mod:`flows.service.loaded`), hands it its environment, its
working folder and where it says what it says, and stays until the copy ends, by the same exit code or signal. Where
nothing is loaded it becomes ``prefect.engine`` itself.
"""

import contextlib
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import BinaryIO

from tasks.assess import doorway

LOADED = "loaded"
"""The name by which the process is reached that has loaded everything."""
HEADER = 8
"""Bytes that say how long the request is which follows them; with them come the three standard descriptors."""


def main() -> None:
    """Have the flow run worked on that the environment names, and end as its process ends."""
    if loaded := doorway.reached(Path(os.environ["SILLER_HOME"]), LOADED):
        with loaded, contextlib.suppress(OSError):  # it ended before it had made a copy
            loaded.settimeout(None)
            _request(loaded)
            with loaded.makefile("rb") as says:
                if pid := says.readline():
                    _stay(int(pid), says)
    os.execv(sys.executable, [sys.executable, "-P", "-m", "prefect.engine"])


def _request(loaded: socket.socket) -> None:
    written = json.dumps({"environment": dict(os.environ), "folder": str(Path.cwd())}).encode()
    socket.send_fds(loaded, [len(written).to_bytes(HEADER)], [0, 1, 2])
    loaded.sendall(written)


def _stay(copy: int, says: BinaryIO) -> None:
    """Hand on what Prefect tells this process, until the copy has ended; then end likewise."""
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda number, _: _tell(copy, number))
    code = int(says.readline() or 1)  # nothing: what it is a copy of is gone, and cannot say how it ended
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


def _tell(copy: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(copy, number)


if __name__ == "__main__":
    main()
