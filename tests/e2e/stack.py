"""A Prefect server on a port of its own, and what it serves, which can be killed and started again."""

import os
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from flows.service import environment
from flows.service.environment import Address
from flows.service.up import bring_up

if TYPE_CHECKING:
    from flows.service.client import Server

PROJECT = Path(__file__).resolve().parents[2]


class Stack:
    """What one module and its arguments bring up, with all its state in one folder.

    Args:
        home: ``SILLER_HOME``.
        command: the module and its arguments; ``{home}`` and ``{port}`` are filled in.
        also: where else than in the project its modules are looked for.
    """

    def __init__(self, home: Path, command: Sequence[str], also: Sequence[Path] = ()) -> None:
        self.home = home
        self.port = _free_port()
        self.address = Address("", 0)
        self._command = [argument.format(home=home, port=self.port) for argument in command]
        self._path = os.pathsep.join(map(str, [PROJECT, *also]))
        self._running = ExitStack()

    def start(self) -> None:
        before = dict(os.environ)
        os.environ["PYTHONPATH"] = self._path
        try:
            self.address = self._running.enter_context(bring_up(self.home, self._command))
        finally:
            os.environ.clear()
            os.environ.update(before)

    def kill(self) -> None:
        """Take the power away: nothing gets to say goodbye, and nobody lives long enough to say that another died."""
        processes = self.processes()
        for end in (signal.SIGSTOP, signal.SIGKILL):
            for process in processes:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(end)
        self.stop()

    def stop(self) -> None:
        self._running.close()

    def stop_and_look(self) -> None:
        """Stop, and see that no process is left, no word of a server that is gone, and no complaint of Prefect's."""
        processes = self.processes()
        self.stop()
        assert len(processes) > 1
        assert not [process for process in processes if process.is_running()]
        assert environment.read_address(self.home) is None
        assert "never awaited" not in (self.home / "prefect" / "up.log").read_text()

    def processes(self) -> list[psutil.Process]:
        """The one that was started, last, and everything that it has started."""
        up = psutil.Process(self.address.pid)
        return [*up.children(recursive=True), up]

    @contextmanager
    def spoken_to(self) -> Iterator[None]:
        """Let Prefect in this process speak to the server."""
        from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

        secret = environment.internal(self.home)
        with temporary_settings({PREFECT_API_URL: self.address.api_url, PREFECT_API_AUTH_STRING: secret}):
            yield

    @contextmanager
    def connected(self) -> Iterator["Server"]:
        from flows.service.client import connect

        with self.spoken_to(), connect() as server:
            yield server


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
