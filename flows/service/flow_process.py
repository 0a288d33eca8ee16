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
from typing import NoReturn

from tasks.assess import doorway

LOADED = "loaded"
"""The name by which the process is reached that has loaded everything."""
HEADER = 8
"""Bytes that say how long the request is which follows them; with them come the three standard descriptors."""


def main() -> None:
    """Have the flow run worked on that the environment names, and end as its process ends."""
    # Whoever started this has spoken to the server, and found that it is not too old.
    os.environ.setdefault("PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED", "false")
    home = os.environ.get("SILLER_HOME")
    if home and (loaded := doorway.reached(Path(home), LOADED)) and (copy := _copied(loaded)):
        _stay(copy, loaded)
    os.execv(sys.executable, [sys.executable, "-P", "-m", "prefect.engine"])


def _copied(loaded: socket.socket) -> int | None:
    """Ask for a copy. None if there is none: the process ended before it had made it."""
    written = json.dumps({"environment": dict(os.environ), "folder": str(Path.cwd())}).encode()
    with contextlib.suppress(OSError):
        loaded.settimeout(None)
        socket.send_fds(loaded, [len(written).to_bytes(HEADER)], [0, 1, 2])
        loaded.sendall(written)
    return _number(loaded)


def _stay(copy: int, loaded: socket.socket) -> NoReturn:
    """Hand on what Prefect tells this process, until the copy has ended; then end likewise."""
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda number, _: _tell(copy, number))
    code = _number(loaded)
    if code is not None and code < 0:
        with contextlib.suppress(OSError):  # what cannot be handled has its own way already
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    # Without a number what it is a copy of is gone, and cannot say how it ended.
    sys.exit(1 if code is None else code)


def _number(loaded: socket.socket) -> int | None:
    """The next that is said, a line; None if nothing more is said."""
    line = b""
    with contextlib.suppress(OSError):
        while not line.endswith(b"\n") and (more := loaded.recv(1)):
            line += more
    return int(line) if line.endswith(b"\n") else None


def _tell(copy: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(copy, number)


if __name__ == "__main__":
    main()
