"""A real PostgreSQL server of Debian's package, as an account without privileges, which can be killed and come back."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ACCOUNT = "postgres"
"""That of Debian's package; the server refuses to run as root."""
PASSWORD = "of-this-test-alone"
_PATIENCE_SECONDS = 60.0


class PostgreSQL:
    """A server on a loopback port of its own, with a database called ``prefect``.

    Args:
        folder: where its data stands; it belongs to the account that the server runs as.
    """

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self._folder = folder
        self.url = f"postgresql://{ACCOUNT}:{PASSWORD}@127.0.0.1:{self._port}/postgres"

    def make(self) -> None:
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        shutil.chown(secret, ACCOUNT)
        _run("initdb", "--pgdata", str(self._data), "--auth", "scram-sha-256", "--pwfile", str(secret), "--no-sync")

    def start(self) -> None:
        options = [f"-cport={self._port}", "-clisten_addresses=127.0.0.1", "-cunix_socket_directories="]
        self._process = subprocess.Popen(
            _as_its_account(_program("postgres"), "-D", str(self._data), *options),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            if subprocess.run([_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self._port)]).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL did not come up.")

    def kill(self) -> None:
        """Take its power away: the server and all that it has started."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    @property
    def pid(self) -> int:
        """Its first process's id."""
        return self._process.pid

    @property
    def _data(self) -> Path:
        return self._folder / "data"


@contextmanager
def running() -> Iterator[PostgreSQL]:
    """A new server until the block ends. Its folder is one that its account can come to."""
    with tempfile.TemporaryDirectory(prefix="siller-postgresql-") as folder:
        shutil.chown(folder, ACCOUNT)
        server = PostgreSQL(Path(folder))
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _run(program: str, *arguments: str) -> None:
    subprocess.run(_as_its_account(_program(program), *arguments), check=True, capture_output=True)


def _program(name: str) -> str:
    """A program of the newest version that is installed; Debian leaves them out of the path."""
    return str(max(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")))


def _as_its_account(*command: str) -> list[str]:
    if os.geteuid() != 0:
        return [*command]
    assert pwd.getpwnam(ACCOUNT).pw_uid != 0
    return ["runuser", "-u", ACCOUNT, "--", *command]
