"""What many bodies are paid on: PostgreSQL, a Prefect server apart, and one home or two with workers, all of them real.

Two homes share a store, a landing and an outbox in buckets, and the desk at which people work has a home of its own;
where there is one home, they work in it.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from flows.service import child_process
from flows.service.environment import QUIET
from tasks.settings import PROJECT
from tests import postgresql
from tests.e2e.s3 import BUCKET, client
from tests.many_bodies.bodies import Body, tenant_of
from tests.many_bodies.homes import (
    PATIENCE_SECONDS,
    POOL,
    Home,
    environment_with,
    make_contracts,
    tree,
    used,
)
from tests.postgresql import PostgreSQL
from tests.scale.homes import Home as SharingHome
from tests.scale.homes import Shared, keys_of
from tests.scale.seaweedfs import free_ports

_SECRET = f"siller-itself:{secrets.token_urlsafe(24)}"
_SHARED, _LANDING = "many-bodies", "many-bodies-landing"


@dataclass
class Machines:
    """All of them.

    Attributes:
        folder: where all of it stands.
        desk: the home in which people work; it has no worker, unless it is the only one.
        homes: those with workers.
        shared: what the homes share; None of one alone.
        database: the PostgreSQL server.
        api_url: Prefect's API.
    """

    folder: Path
    desk: Home
    homes: Sequence[Home]
    shared: Shared | None
    database: PostgreSQL
    api_url: str
    _server: "subprocess.Popen[bytes] | None" = field(default=None)

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

    def start(self) -> None:
        """Bring up the server, and tell it of every body."""
        port = self.api_url.split(":")[2].removesuffix("/api")
        url = self.database.url.replace("postgresql:", "postgresql+asyncpg:", 1)
        serving = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": url, "PREFECT_SERVER_API_AUTH_STRING": _SECRET}
        with environment_with({**QUIET, **self.settings, **serving, "PREFECT_HOME": str(self.folder / "server")}):
            (self.folder / "server").mkdir()
            command = ["flows.service.prefect_command", "server", "start", "--host", "127.0.0.1", "--port", port]
            self._server = child_process.start(command, self.folder / "server.log")
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(URLError, ConnectionError), urlopen(f"{self.api_url}/health"):
                break
            if self._server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"Prefect's server did not come up: {self.folder / 'server.log'}")
            time.sleep(0.2)
        self._deploy()

    def _deploy(self) -> None:
        """As the handbook has it."""
        file = self.folder / "deployments.yaml"
        self.run("prefect", "work-pool", "create", POOL, "--type", "process")
        self.run("flows.cli", "deployments", str(file))
        self.run("prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(file))

    def run(self, *command: str) -> str:
        """Run a command at the desk; what it said.

        Raises:
            RuntimeError: it ended otherwise than well.
        """
        environment = {**os.environ, **QUIET, **self.settings, **self.desk.settings}
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def start_worker(self, home: Home) -> None:
        """Start one more worker of a home."""
        home.start_worker(self.settings)

    def land(self, body: Body) -> None:
        """Have what a body has delivered at the desk in the landing that all homes have."""
        if self.shared is None:
            return
        s3 = client(self.shared.server)
        for file in body.context.paths.landing(body.tenant).iterdir():
            s3.put_object(Bucket=BUCKET, Key=f"{_LANDING}/rehearsal/{body.tenant}/{file.name}", Body=file.read_bytes())

    def payment_files(self, body: Body) -> list[Path]:
        """A body's payment files, as its sender takes them from the outbox."""
        outbox = body.context.paths.outbox(body.tenant)
        if self.shared is not None:
            outbox.mkdir(parents=True, exist_ok=True)
            for name, content in self.shared.payment_files().items():
                if name.startswith(f"{body.tenant}-"):
                    (outbox / name).write_bytes(content)
        return sorted(outbox.glob("*.bacs18.txt"))

    def processor_seconds(self) -> dict[str, float]:
        """What has been used so far, by whose it is."""
        assert self._server is not None
        return {
            "workers, and all that they start": sum(home.processor_seconds() for home in self.homes),
            "Prefect's server": sum(map(used, tree(self._server.pid))),
            "PostgreSQL": sum(map(used, tree(self.database.pid))),
        }

    def stop(self) -> None:
        """End all of it."""
        for home in self.homes:
            home.stop()
        if self._server:
            child_process.stop(self._server)


@contextmanager
def machines(folder: Path, s3: str | None = None, bodies: int = 0) -> Iterator[Machines]:
    """A database, and a home or two that share; nothing is started yet. All of it is ended with the block.

    Where homes share, this process is the desk's while the block runs.

    Args:
        folder: where all of it stands.
        s3: the S3 server at which two homes share a store; without it there is one home.
        bodies: how many small ones are given keys, as no home makes one that shares.
    """
    contracts = make_contracts(folder / "contracts")
    shared = None if s3 is None else Shared(s3, _SHARED)
    names = ("home",) if shared is None else ("desk", "east", "west")
    desk, *others = (Home(folder / name, contracts) for name in names)
    desk.root.mkdir()
    given = {} if shared is None else _given(desk, shared, keys_of(map(tenant_of, range(1, bodies + 1))))
    (port,) = free_ports(1)
    with ExitStack() as running:
        running.enter_context(environment_with(given))
        database = running.enter_context(postgresql.running())
        all_of_them = Machines(folder, desk, others or [desk], shared, database, f"http://127.0.0.1:{port}/api")
        running.callback(all_of_them.stop)
        yield all_of_them


def _given(desk: Home, shared: Shared, keys: Mapping[str, str]) -> dict[str, str]:
    """What every home is given that shares."""
    return {
        **SharingHome(desk.root, shared).settings,
        "SILLER_KEYS": json.dumps(keys),
        "SILLER_LANDING": f"s3://{BUCKET}/{_LANDING}",
    }
