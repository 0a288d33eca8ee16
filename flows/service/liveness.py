"""What shows that the process of a flow run lives: a lock that the system takes away at its death.

Every flow run that was begun has a file ``SILLER_HOME/alive/ID``, which its process holds locked for as long as it
lives. The file says what to submit should Prefect have forgotten the run. Whoever gets the lock knows that nobody
works on the run, and that nobody begins to while they hold it.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Begun:
    """What stands in the file of a flow run that was begun.

    Attributes:
        deployment: its deployment's full name, for example ``pay-run/ilf``; empty until its process has said so.
        parameters: what it was submitted with; no payee's data.
        given_up: why nobody starts it again; empty for all others.
    """

    deployment: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    given_up: str = ""


@dataclass(frozen=True)
class Unattended:
    """A flow run whose lock was free, and is held by whoever has this.

    Attributes:
        flow_run_id: which.
        begun: what its file says.
    """

    flow_run_id: str
    begun: Begun
    _file: Path

    def keep(self, begun: Begun) -> None:
        """Write something else into its file."""
        _write(self._file, begun)

    def forget(self) -> None:
        """Remove its file: it has ended, or another takes its place."""
        self._file.unlink(missing_ok=True)


def hold(home: Path, flow_run_id: str, begun: Begun) -> None:
    """Hold the lock of this process's own flow run until the process ends.

    If another process works on the same flow run, wait for its end: each stage then finds what that one did.
    """
    _locked(_file_of(home, flow_run_id), wait=True)
    _write(_file_of(home, flow_run_id), begun)
    for other in list_known(home):
        if other != flow_run_id:
            with take_over(home, other) as left:
                if left and left.begun.given_up and left.begun.parameters == begun.parameters:
                    left.forget()


@contextmanager
def take_over(home: Path, flow_run_id: str) -> Iterator[Unattended | None]:
    """Take the lock of a flow run for the length of the block; None if its process, or another watch, has it."""
    file = _file_of(home, flow_run_id)
    descriptor = _locked(file, wait=False)
    if descriptor is None:
        yield None
        return
    try:
        yield Unattended(flow_run_id, _read(file), file)
    finally:
        os.close(descriptor)


def lives(home: Path, flow_run_id: str) -> bool:
    """Whether a process, or for a moment a watch, holds the lock of a flow run. It is not taken from anybody."""
    try:
        descriptor = os.open(_file_of(home, flow_run_id), os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def read_start(home: Path, flow_run_id: str) -> float | None:
    """When the process of a flow run wrote its file, in seconds of the system's clock; None if it has none."""
    try:
        return _file_of(home, flow_run_id).stat().st_mtime
    except FileNotFoundError:
        return None


def list_known(home: Path) -> list[str]:
    """The flow runs that have a file. What is not called by a flow run's id, or is no file, is passed over."""
    found = (home / "alive").glob("*")
    return sorted(path.name for path in found if _is_an_id(path.name) and path.is_file())


def list_given_up(home: Path) -> dict[str, Begun]:
    """What a person must look at, by flow run."""
    found = {flow_run_id: _read(_file_of(home, flow_run_id)) for flow_run_id in list_known(home)}
    return {flow_run_id: begun for flow_run_id, begun in found.items() if begun.given_up}


def _is_an_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _file_of(home: Path, flow_run_id: str) -> Path:
    return home / "alive" / flow_run_id


def _locked(file: Path, wait: bool) -> int | None:
    """Lock a file, making it if need be; returns the descriptor that holds the lock, None if it is taken.

    Whoever held it before may have removed the file: then the lock is of a file without a name, and counts nothing.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(descriptor)
            return None
        if file.exists() and os.fstat(descriptor).st_ino == file.stat().st_ino:
            return descriptor
        os.close(descriptor)


def _read(file: Path) -> Begun:
    try:
        begun = Begun(**json.loads(file.read_text()))
        return replace(begun, parameters=dict(begun.parameters))
    except (FileNotFoundError, ValueError, TypeError):  # removed meanwhile; its process died before it had written
        return Begun()


def _write(file: Path, begun: Begun) -> None:
    # In place: another file under the name would not have the lock.
    file.write_text(json.dumps(asdict(begun)))
