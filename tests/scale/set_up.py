"""What several machines run, as processes on this one's loopback address: each can be killed and comes back.

The proxy's configuration and the servers' settings are those of docs/operating/many-machines/, with other addresses.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import httpx
import psutil

from flows.service import child_process, environment
from tasks.settings import PROJECT
from tests.postgresql import PostgreSQL
from tests.scale.seaweedfs import free_ports

SET_UP = PROJECT / "docs" / "operating" / "many-machines"
REDIS_PASSWORD = "of-redis-alone"
PATIENCE_SECONDS = 600.0


class Machine:
    """One program, in the place of the machine that it would have.

    Args:
        command: a program and its arguments; of a module of Python's the list begins with its name.
        log: takes what it prints.
        settings: what it is given by its environment.
    """

    def __init__(self, command: Sequence[str], log: Path, settings: Mapping[str, str]) -> None:
        self._command, self._settings = list(command), {**os.environ, **settings}
        self.log = log

    def start(self) -> None:
        if self._command[0].startswith("/"):
            # However this process ends, the system ends that one too.
            command = ["/usr/bin/setpriv", "--pdeathsig", "KILL", *self._command]
            with self.log.open("ab") as output:
                self._process = subprocess.Popen(command, stdout=output, stderr=output, env=self._settings)
            return
        with patch.dict(os.environ, self._settings, clear=True):
            self._process = child_process.start(self._command, self.log)

    def kill(self) -> None:
        """Take its power away: it and all that it has started, by their process ids."""
        first = psutil.Process(self._process.pid)
        processes = [*first.children(recursive=True), first]
        for end in (signal.SIGSTOP, signal.SIGKILL):
            for process in processes:
                if process.is_running():
                    process.send_signal(end)
        psutil.wait_procs(processes, timeout=20)
        self.stop()

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def stop(self) -> None:
        child_process.stop(self._process, 60)


class SetUp:
    """PostgreSQL, Redis, two servers of one Prefect, its background services and a proxy before the servers.

    Args:
        folder: where all state stands.
        home: the servers'.
        database: the running PostgreSQL.
    """

    def __init__(self, folder: Path, home: Path, database: PostgreSQL) -> None:
        self.home = home
        self._folder = folder
        redis, one, two, proxy = free_ports(4)
        self.api_url = f"https://127.0.0.1:{proxy}/api"
        self.servers_at = [f"http://127.0.0.1:{port}/api" for port in (one, two)]
        of_prefect = {**_shared_settings(database, redis), "PREFECT_UI_API_URL": self.api_url}
        self.redis = Machine(
            ["/usr/bin/redis-server", "--port", str(redis), "--bind", "127.0.0.1", "--requirepass", REDIS_PASSWORD,
             "--dir", str(folder), "--appendonly", "yes"],
            folder / "redis.log", {},
        )  # fmt: skip
        self.servers = [
            Machine(["flows.cli", "server", "--port", str(port)], folder / f"server-{port}.log",
                    {**of_prefect, "SILLER_HOME": str(self.home)})
            for port in (one, two)
        ]  # fmt: skip
        background = {**environment.QUIET, **of_prefect, "PREFECT_HOME": str(folder / "background")}
        self.background = Machine(
            ["flows.service.prefect_command", "server", "services", "start"], folder / "background.log", background
        )
        self.proxy = Machine(
            ["/usr/sbin/haproxy", "-db", "-f", str(self._proxy_file(one, two, proxy))], folder / "proxy.log", {}
        )
        self._migration = background

    @property
    def client_settings(self) -> dict[str, str]:
        """What a worker and an operator's desk need to reach the servers through the proxy."""
        return {
            "PREFECT_API_URL": self.api_url,
            "PREFECT_API_AUTH_STRING": environment.internal(self.home),
            "PREFECT_API_SSL_CERT_FILE": str(self._folder / "proxy.crt"),
        }

    @contextmanager
    def spoken_to(self) -> Iterator[None]:
        """Let Prefect in this process speak to the servers through the proxy."""
        from prefect.settings import (
            PREFECT_API_AUTH_STRING,
            PREFECT_API_SSL_CERT_FILE,
            PREFECT_API_URL,
            temporary_settings,
        )

        of = {each.name: each for each in (PREFECT_API_URL, PREFECT_API_AUTH_STRING, PREFECT_API_SSL_CERT_FILE)}
        with temporary_settings({of[name]: value for name, value in self.client_settings.items()}):
            yield

    @contextmanager
    def running(self) -> Iterator["SetUp"]:
        with ExitStack() as running:
            for machine in (self.redis, self.background, *self.servers, self.proxy):
                if machine is self.background:
                    self._make_tables()
                machine.start()
                running.callback(machine.stop)
            for server in self.servers_at:
                wait_until_ready(server)
            wait_until_ready(self.api_url)
            yield self

    def _make_tables(self) -> None:
        ended_well(["prefect", "server", "database", "upgrade", "-y"], self._migration)

    def _proxy_file(self, one: int, two: int, proxy: int) -> Path:
        """The shipped configuration with this machine's addresses, and a certificate of its own."""
        certificate, trusted = self._folder / "proxy.pem", self._folder / "proxy.crt"
        made = [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(certificate), "-out", str(trusted),
        ]  # fmt: skip
        subprocess.run(made, check=True, capture_output=True)
        certificate.write_text(certificate.read_text() + trusted.read_text())
        said = (SET_UP / "haproxy.cfg").read_text()
        for theirs, ours in {
            "10.20.0.10:443": f"127.0.0.1:{proxy}",
            "10.20.0.11:4200": f"127.0.0.1:{one}",
            "10.20.0.12:4200": f"127.0.0.1:{two}",
            "/etc/haproxy/siller.pem": str(certificate),
        }.items():
            assert theirs in said
            said = said.replace(theirs, ours)
        file = self._folder / "haproxy.cfg"
        file.write_text(said)
        return file


def ended_well(command: Sequence[str], settings: Mapping[str, str]) -> str:
    """What a module says that is run with these settings, and ends well."""
    ran = subprocess.run(
        [sys.executable, "-P", "-m", *command],
        env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def read_settings(file: Path) -> dict[str, str]:
    """What an environment file of systemd sets."""
    lines = [line for line in file.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def _shared_settings(database: PostgreSQL, redis: int) -> dict[str, str]:
    """The shipped settings of all servers, with this machine's addresses."""
    return {
        **read_settings(SET_UP / "prefect-server.env"),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database.url.replace("postgresql:", "postgresql+asyncpg:"),
        "PREFECT_REDIS_MESSAGING_HOST": "127.0.0.1",
        "PREFECT_REDIS_MESSAGING_PORT": str(redis),
        "PREFECT_REDIS_MESSAGING_PASSWORD": REDIS_PASSWORD,
        "PREFECT_SERVER_DOCKET_URL": f"redis://:{REDIS_PASSWORD}@127.0.0.1:{redis}/1",
    }


def wait_until_ready(api_url: str) -> None:
    """Return when a server, or the proxy, answers that Prefect has its database."""
    end = time.monotonic() + PATIENCE_SECONDS
    # The proxy's certificate is of its own making; nothing secret is asked.
    with httpx.Client(verify=False, timeout=5, trust_env=False) as http:
        while True:
            try:
                if http.get(f"{api_url}/ready").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            assert time.monotonic() < end, f"{api_url} does not answer"
            time.sleep(0.2)
