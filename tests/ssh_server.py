"""A real OpenSSH server on this machine's loopback, which nobody with privileges runs, and a wire that can be cut."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

SSHD = "/usr/sbin/sshd"
NOBODY = "games"
"""Of Debian's own accounts one that nothing else uses, that may log in by a key, and that has no rights."""


def new_key() -> tuple[str, str]:
    """A private key and its public one, as OpenSSH writes them; siller's own package has no part in it."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    return private, key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


@dataclass
class SshServer:
    """A server: its folders are those of the bank.

    Attributes:
        folder: where everything of it stands.
        port: where it listens.
        user: who may come in.
        private_key: by which.
    """

    folder: Path
    port: int
    user: str
    private_key: str
    _process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def incoming(self) -> Path:
        return self.folder / "incoming"

    @property
    def answers(self) -> Path:
        return self.folder / "answers"

    @property
    def fetched(self) -> Path:
        return self.folder / "fetched"

    @property
    def host_key(self) -> str:
        return (self.folder / "host.pub").read_text().strip()

    def files(self) -> dict[str, bytes]:
        """Everything that siller has put there."""
        return {path.name: path.read_bytes() for path in self.incoming.iterdir()}

    def put(self, name: str, content: bytes, folder: Path | None = None) -> Path:
        """Let the bank have a file there."""
        path = (folder or self.incoming) / name
        path.write_bytes(content)
        _give(path)
        return path

    def start(self, *options: str, most_bytes: int | None = None) -> None:
        """Serve, with these options of internal-sftp; a file may have so many bytes."""
        self.stop()
        lines = (
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.folder}/host\nPidFile none\n"
            f"AuthorizedKeysFile {self.folder}/authorized\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
            f"KbdInteractiveAuthentication no\nForceCommand internal-sftp {' '.join(options)}\n"
            f"Subsystem sftp internal-sftp {' '.join(options)}\nLogLevel ERROR\nMaxStartups 100\n"
        )
        self.put("config", lines.encode(), self.folder)
        limit = [] if most_bytes is None else ["prlimit", f"--fsize={most_bytes}"]
        # As on a full disk, a write is then refused and the server goes on: Python has SIGXFSZ ignored.
        self._process = subprocess.Popen(
            # It ends with the tests, however they end.
            [*limit, "setpriv", "--pdeathsig", "TERM", SSHD, "-D", "-e", "-f", str(self.folder / "config")],
            stderr=subprocess.DEVNULL,
            restore_signals=not limit,
            **_as_nobody(),
        )
        for _ in range(100):
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return
            time.sleep(0.05)
        raise AssertionError("sshd does not listen.")

    def stop(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=10)
            self._process = None

    def let_in(self, public_key: str) -> None:
        self.put("authorized", f"{public_key}\n".encode(), self.folder)


@contextmanager
def ssh_server() -> Iterator[SshServer]:
    """A server with empty folders, which serves until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="siller-sshd-"))
    user = NOBODY if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    private, public = new_key()
    server = SshServer(folder, free_port(), user, private)
    host, host_public = new_key()
    (folder / "host").write_text(host)
    (folder / "host.pub").write_text(host_public)
    server.let_in(public)
    for each in (server.incoming, server.answers, server.fetched):
        each.mkdir()
    for path in (folder, *folder.iterdir()):
        _give(path)
    (folder / "host").chmod(0o600)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _as_nobody() -> dict[str, object]:
    if os.getuid():
        return {}
    nobody = pwd.getpwnam(NOBODY)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _give(path: Path) -> None:
    if os.getuid() == 0:
        nobody = pwd.getpwnam(NOBODY)
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


class Wire:
    """The way to a server: it is cut after so many bytes in one direction, once, and counts them.

    Attributes:
        port: where it listens.
        passed: bytes to the server and bytes from it, over the first connection.
    """

    def __init__(self, to: int, cut_to: int | None = None, cut_from: int | None = None, always: bool = False) -> None:
        self.port = free_port()
        self.passed = [0, 0]
        self.cuts = 0
        self._to, self._cut, self._always = to, (cut_to, cut_from), always
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._threads: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in (self._thread, *self._threads):
            thread.join(timeout=10)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            counted = not self._threads or self._always
            for way, (source, target) in enumerate(((client, server), (server, client))):
                thread = threading.Thread(target=self._pass, args=(source, target, way, counted, [0]))
                self._threads.append(thread)
                thread.start()

    def _pass(self, source: socket.socket, target: socket.socket, way: int, counted: bool, passed: list[int]) -> None:
        limit = self._cut[way] if counted else None
        with suppress(OSError):
            while data := source.recv(1 << 16):
                if limit is not None and passed[0] + len(data) > limit:
                    target.sendall(data[: limit - passed[0]])
                    self.cuts += 1
                    break
                target.sendall(data)
                passed[0] += len(data)
                if counted:
                    self.passed[way] = max(self.passed[way], passed[0])
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextmanager
def wire(to: int, cut_to: int | None = None, cut_from: int | None = None, always: bool = False) -> Iterator[Wire]:
    """A wire that is there until the block ends."""
    found = Wire(to, cut_to, cut_from, always)
    try:
        yield found
    finally:
        found.close()


class Collector:
    """A bank that takes each finished file away at once."""

    def __init__(self, server: SshServer, but: str = ".part") -> None:
        self.taken: list[bytes] = []
        self._server, self._but, self._stop = server, but, threading.Event()
        self._thread = threading.Thread(target=self._collect)

    def _collect(self) -> None:
        while not self._stop.is_set():
            for path in self._server.incoming.iterdir():
                if not path.name.endswith(self._but):
                    self.taken.append(path.read_bytes())
                    path.unlink()
            time.sleep(0.0005)

    def __enter__(self) -> "Collector":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
