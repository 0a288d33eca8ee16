"""Where a judge can be reached on this machine, and who is at the other end.

A judge listens on a socket in ``SILLER_HOME/judge``, a folder of siller's own account alone. The system itself says
whose process made the socket, and whose asks: both are held against this process's own account.
"""

import os
import socket
import stat
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from schemas.no_go import NoGo

WARM = "warm"
"""The judge that ``siller up`` keeps; every other one is named after the run that started it."""
_MOST_WAITING = 512
_COMING_SECONDS = 5.0
"""To come to a judge needs no work of it, only room in its queue."""


def judges(home: Path) -> Path:
    """The folder in which the processes of this machine are reached that others ask, and write their logs."""
    return home / "judge"


@contextmanager
def listening(home: Path, name: str) -> Iterator[socket.socket]:
    """A socket to hand to a judge; whoever asks from here on waits until the judge has loaded.

    Raises:
        NoGo: the folder is not siller's alone.
    """
    with suppress(FileExistsError):  # whatever stands there is held against what it should be next
        judges(home).mkdir(parents=True, mode=0o700)
    with socket.socket(socket.AF_UNIX) as doorway, _address(home, name) as address:
        Path(address).unlink(missing_ok=True)  # one whose judge is gone
        doorway.bind(address)
        Path(address).chmod(0o600)
        doorway.listen(_MOST_WAITING)
        yield doorway


def start(home: Path, name: str, module: str, environment: Mapping[str, str]) -> int:
    """Start a process that serves at a name; it is handed the socket as its standard input.

    Modules are not looked for in the folder in which siller is called, where anybody may have put one.

    Args:
        home: ``SILLER_HOME``.
        name: under which it is reached.
        module: what it runs; it is told this process's id, and ends by itself when that is gone.
        environment: what it is to have beside this process's own environment.

    Returns:
        Its process id, which is its process group's too.

    Raises:
        NoGo: the folder is not siller's alone.
        OSError: the machine starts no process now.
    """
    log = (os.POSIX_SPAWN_OPEN, 1, str(log_of(home, name)), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with listening(home, name) as doorway:
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-P", "-m", module, str(os.getpid())],
            {**os.environ, **environment},
            file_actions=[(os.POSIX_SPAWN_DUP2, doorway.fileno(), 0), log, (os.POSIX_SPAWN_DUP2, 1, 2)],
            setpgroup=0,  # Ctrl-C in a terminal is not for it: its parent decides when it ends
        )


def log_of(home: Path, name: str) -> Path:
    """Where what it says goes."""
    return judges(home) / f"{name}.log"


def reached(home: Path, name: str) -> socket.socket | None:
    """Come to a judge; None if nobody listens there, or somebody of another account does.

    Raises:
        NoGo: the folder is not siller's alone.
    """
    with suppress(OSError), _address(home, name) as address, ExitStack() as closing:
        connection = closing.enter_context(socket.socket(socket.AF_UNIX))
        connection.settimeout(_COMING_SECONDS)
        connection.connect(address)
        if is_ours(connection):
            closing.pop_all()
            return connection
    return None


def _folder(home: Path) -> Path:
    path = judges(home)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise NoGo(
            f"{path} is not a folder of siller's account alone, so nobody knows whose judge listens there. Find out "
            "who made it so, then remove it: siller makes it anew."
        )
    return path


def is_ours(connection: socket.socket) -> bool:
    """Whether the process at the other end belongs to this one's account, by what the system says."""
    if sys.platform == "darwin":  # struct xucred: a version, then the account
        uid = struct.unpack("2I", connection.getsockopt(0, socket.LOCAL_PEERCRED, 76)[:8])[1]
    else:
        uid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1]
    return bool(uid == os.geteuid())


@contextmanager
def _address(home: Path, name: str) -> Iterator[str]:
    """A socket's path. On Linux by the folder's descriptor: an address may have a hundred characters, a path more."""
    path = _folder(home)
    if sys.platform == "darwin":
        yield str(path / name)
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield f"/proc/self/fd/{descriptor}/{name}"
    finally:
        os.close(descriptor)
