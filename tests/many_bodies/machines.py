"""What many bodies are paid on: PostgreSQL, a Prefect server apart, and a home with workers, each of them real."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from flows.service import child_process
from flows.service.environment import QUIET
from flows.service.flow_process import LOADED
from tasks.assess import doorway
from tasks.settings import PROJECT
from tests import postgresql
from tests.postgresql import PostgreSQL
from tests.scale.seaweedfs import free_ports

PATIENCE_SECONDS = 300.0
POOL = "siller"
_SECRET = f"siller-itself:{secrets.token_urlsafe(24)}"


@dataclass
class Home:
    """A ``SILLER_HOME`` with the bodies that it pays, and the workers that serve it.

    Attributes:
        root: its folder.
        workers: those that live.
        started: how many were, ever.
    """

    root: Path
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)
    started: int = 0

    @property
    def contracts(self) -> Path:
        """The agreements of its bodies."""
        return self.root.with_name(f"{self.root.name}-contracts")

    def make(self) -> None:
        """Make it, with nothing but what every home has."""
        self.root.mkdir()
        self.contracts.mkdir()
        ours = PROJECT / "data_contracts"
        shutil.copytree(ours / "practice_modulus", self.contracts / "practice_modulus")
        shutil.copy(ours / "bank_holidays.yaml", self.contracts)


@dataclass
class Machines:
    """All of them.

    Attributes:
        home: the home.
        database: the PostgreSQL server.
        api_url: Prefect's API.
        spent: processor seconds of workers that were killed, which nobody can ask any more.
    """

    home: Home
    database: PostgreSQL
    api_url: str
    spent: float = 0.0
    _server: "subprocess.Popen[bytes] | None" = None

    @property
    def settings(self) -> Mapping[str, str]:
        """What makes a process speak to the server."""
        return {"PREFECT_API_URL": self.api_url, "PREFECT_API_AUTH_STRING": _SECRET, "PYTHONPATH": str(PROJECT)}

    @contextmanager
    def spoken_to(self) -> Iterator[None]:
        """Let Prefect in this process speak to the server."""
        from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

        with temporary_settings({PREFECT_API_URL: self.api_url, PREFECT_API_AUTH_STRING: _SECRET}):
            yield

    def start(self, folder: Path) -> None:
        """Bring up the server, and tell it of every body."""
        port = self.api_url.split(":")[2].removesuffix("/api")
        url = self.database.url.replace("postgresql:", "postgresql+asyncpg:", 1)
        serving = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": url, "PREFECT_SERVER_API_AUTH_STRING": _SECRET}
        with _environment(QUIET | self.settings | serving | {"PREFECT_HOME": str(folder / "server")}):
            (folder / "server").mkdir()
            command = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
            self._server = child_process.start(command, folder / "server.log")
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(URLError, ConnectionError), urlopen(f"{self.api_url}/health"):
                break
            if self._server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"Prefect's server did not come up: {folder / 'server.log'}")
            time.sleep(0.2)
        self._deploy()

    def _deploy(self) -> None:
        """As the handbook has it."""
        file = self.home.root.with_suffix(".yaml")
        self.run("prefect", "work-pool", "create", POOL, "--type", "process")
        self.run("flows.cli", "deployments", str(file))
        self.run("prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(file))

    def run(self, *command: str) -> str:
        """Run a command in the home; what it said.

        Raises:
            RuntimeError: it ended otherwise than well.
        """
        environment = {**os.environ, **QUIET, **self.settings_of_home}
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    @property
    def settings_of_home(self) -> dict[str, str]:
        """What makes a process one of the home."""
        return {
            **self.settings,
            "SILLER_HOME": str(self.home.root),
            "SILLER_CONTRACTS": str(self.home.contracts),
            "PREFECT_HOME": str(self.home.root / "prefect"),
        }

    def start_worker(self) -> None:
        """Start one more."""
        (self.home.root / "prefect").mkdir(exist_ok=True)
        self.home.started += 1
        log = self.home.root / "prefect" / f"siller-worker-{self.home.started}.log"
        with _environment(self.settings_of_home):
            self.home.workers.append(child_process.start(["flows.cli", "worker", "--pool", POOL], log))

    def wait_until_loaded(self) -> None:
        """Return when what each run needs is loaded: that is done once, and no body's."""
        end = time.monotonic() + PATIENCE_SECONDS
        for name in (LOADED, doorway.WARM):
            while not (there := self.home.root.joinpath("judge").exists() and doorway.reached(self.home.root, name)):
                if time.monotonic() > end:
                    raise RuntimeError(f"A worker did not come up: {self.home.root / 'prefect'}")
                time.sleep(0.2)
            # It answers whoever asks nothing by closing, once it has loaded.
            with there:
                there.shutdown(socket.SHUT_WR)
                there.settimeout(PATIENCE_SECONDS)
                there.recv(1)

    def kill_worker(self) -> None:
        """Take the power of the first worker away, and of all that it has started: nobody says goodbye.

        It is the one that keeps what both have loaded.
        """
        worker = self.home.workers.pop(0)
        processes = _tree(worker.pid)
        for each in processes:
            each.suspend()
        self.spent += sum(map(used, processes))
        for each in processes:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        worker.wait()

    def processor_seconds(self) -> dict[str, float]:
        """What has been used so far, by whose it is."""
        assert self._server is not None
        workers = [worker.pid for worker in self.home.workers]
        return {
            "workers, and all that they start": self.spent + sum(used(each) for pid in workers for each in _tree(pid)),
            "Prefect's server": sum(map(used, _tree(self._server.pid))),
            "PostgreSQL": sum(map(used, _tree(self.database.pid))),
        }

    def stop(self) -> None:
        """End all of it."""
        for worker in self.home.workers:
            child_process.stop(worker)
        if self._server:
            child_process.stop(self._server)


@contextmanager
def machines(folder: Path) -> Iterator[Machines]:
    """A home, and a database; nothing is started yet. All of it is ended with the block."""
    home = Home(folder / "home")
    home.make()
    (port,) = free_ports(1)
    with postgresql.running() as database:
        all_of_them = Machines(home, database, f"http://127.0.0.1:{port}/api")
        try:
            yield all_of_them
        finally:
            all_of_them.stop()


def used(process: psutil.Process) -> float:
    """A process's processor seconds, and those of its children that have ended."""
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def _tree(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    return []


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(more)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
