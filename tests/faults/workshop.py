"""What every trial needs: a Prefect server, and the process that bears those that work."""

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tasks.settings import PROJECT
from tests.faults.server import PrefectServer


class Nursery:
    """The process that bears those that work; see :mod:`tests.faults.nursery`."""

    def __init__(self, folder: Path, server: PrefectServer) -> None:
        self._address = str(folder / "nursery.socket")
        (folder / "temporary").mkdir()
        single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(PROJECT)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery", self._address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            env={
                **os.environ,
                **single,
                "PREFECT_API_URL": server.api_url,
                "PREFECT_API_AUTH_STRING": server.secret,
                "PREFECT_HOME": str(folder / "prefect"),
                "TMPDIR": str(folder / "temporary"),
            },
            text=True,
        )

    def wait_until_loaded(self) -> None:
        assert self._said(180) == {"loaded": True}

    def bear(self, order: dict[str, Any]) -> int:
        """Start a process; returns its id."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        said = self._said(30)
        assert said, "the nursery bears nobody"
        return int(said["pid"])

    def ended(self, within: float) -> int | None:
        """How the process ended, negative for the signal that killed it; None if it has not within so many seconds."""
        said = self._said(within)
        return None if said is None else int(said["ended"])

    def stop(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def _said(self, within: float) -> dict[str, Any] | None:
        assert self._process.stdout
        if not select.select([self._process.stdout], [], [], within)[0]:
            return None
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said


@dataclass(frozen=True)
class Workshop:
    """What every trial needs.

    Attributes:
        server: the Prefect server.
        nursery: bears the processes.
        folder: where each trial has a home of its own.
    """

    server: PrefectServer
    nursery: Nursery
    folder: Path


@contextmanager
def workshop() -> Iterator[Workshop]:
    """A server and a nursery, with a folder for homes, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="siller-faults-") as name, contextlib.ExitStack() as open_things:
        folder = Path(name)
        server = PrefectServer(folder / "server")
        nursery = Nursery(folder, server)
        open_things.callback(nursery.stop)
        server.start()
        open_things.callback(server.stop)
        nursery.wait_until_loaded()
        open_things.enter_context(_an_impatient_watch())
        yield Workshop(server, nursery, folder)


@contextmanager
def _an_impatient_watch() -> Iterator[None]:
    """It need not wait whether a process is still loading, or storing its form: where a trial asks, there is none."""
    from schemas.standing import seen

    with patch.multiple(seen, STARTING=timedelta(0), FORM_STORED=timedelta(0)):
        yield
