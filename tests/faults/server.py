"""A Prefect server with the deployments of ``prefect.yaml``, which can be killed and started again."""

import asyncio
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flows.service import environment
from flows.service import server as prefect_server
from schemas.pay_run import Mode
from tasks.clock import clock
from tasks.settings import PROJECT, Settings

if TYPE_CHECKING:
    from flows.service.client import Server


class PrefectServer:
    """The server alone: what it would have its runner do, a trial does.

    Args:
        home: where the server's state stands; no trial's home.
    """

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind((prefect_server.HOST, 0))
            self._port = int(probe.getsockname()[1])
        self._home = home
        self._running = ExitStack()
        self.is_running = False
        self.api_url = f"http://{prefect_server.HOST}:{self._port}/api"
        self.secret = environment.internal(home)

    def start(self) -> None:
        before = dict(os.environ)
        try:
            started = self._running.enter_context(prefect_server.start_server(self._home, self._port))
            started.wait_until_healthy()
            self._process: subprocess.Popen[bytes] = started._process
        finally:
            os.environ.clear()
            os.environ.update(before)
        with self.spoken_to():
            asyncio.run(_deploy())
        self.is_running = True

    def kill(self) -> None:
        """Take its power away. Its children go with it: they are tethered to it, or have nothing to do."""
        self._process.kill()
        self._process.wait()
        self.stop()

    def stop(self) -> None:
        self.is_running = False
        self._running.close()

    def forget(self) -> None:
        """Delete its database, as after a loss; it must not run."""
        for file in (self._home / "prefect").glob("prefect.db*"):
            file.unlink()

    @contextmanager
    def spoken_to(self) -> Iterator[None]:
        from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

        with temporary_settings({PREFECT_API_URL: self.api_url, PREFECT_API_AUTH_STRING: self.secret}):
            yield

    @contextmanager
    def connected(self) -> "Iterator[Server]":
        from flows.service.client import connect

        with self.spoken_to(), connect() as server:
            yield server


async def _deploy() -> None:
    from flows.service.deployments import read
    from flows.service.pattern import declare

    declared = declare(PROJECT / "prefect.yaml", Settings(), clock(Mode.LIVE, None))
    for deployment in await read(declared.plan, scheduled=False):
        await deployment.aapply()
