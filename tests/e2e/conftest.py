"""A real Prefect server, and what serves it, for the tests that need them."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from flows import environment
from flows.environment import Address
from flows.up import brought_up

PROJECT = Path(__file__).resolve().parents[2]
STAND_IN = Path(__file__).with_name("stand_in")


class Stack:
    """A server on a port of its own that serves the stand-in, and can be killed and started again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = _free_port()
        self.address = Address("", 0)
        self._running = ExitStack()

    def start(self) -> None:
        self.address = self._running.enter_context(
            brought_up(self.home, ["up_stand_in", str(self.home), str(self.port)])
        )

    def kill(self) -> None:
        """Take the power away: nothing gets to say goodbye."""
        up = psutil.Process(self.address.pid)
        for process in [*up.children(recursive=True), up]:
            process.send_signal(signal.SIGKILL)
        self.stop()

    def stop(self) -> None:
        self._running.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stand-in, served; Prefect in this process speaks to it."""
    before = dict(os.environ)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(PROJECT), str(STAND_IN)])
    stack = Stack(tmp_path_factory.mktemp("home"))
    stack.start()
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: stack.address.api_url}):
        yield stack
    processes = psutil.Process(stack.address.pid).children(recursive=True)
    stack.stop()
    # A stop leaves no process behind, no word of a server that is gone, and no complaint of Prefect's own.
    assert processes
    assert not [process for process in processes if process.is_running()]
    assert environment.written(stack.home) is None
    assert "never awaited" not in (stack.home / "prefect" / "up.log").read_text()
    os.environ.clear()
    os.environ.update(before)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
