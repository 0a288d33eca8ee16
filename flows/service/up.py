"""Everything that one machine needs to pay: a Prefect server with its pages, and the deployments served."""

import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flows.service import child_process, environment, server
from flows.service.environment import Address
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.clock import clock
from tasks.settings import Settings

if TYPE_CHECKING:
    from flows.service.deployments import Served

PATIENCE_SECONDS = 240.0


Ready = Callable[[Address, "Served"], None]
"""Called when a run can be submitted, with the address and what became of each body."""


def up(home: Path, port: int | None, scheduled: bool, ready: Ready, pattern: Path, limit: int) -> None:
    """Run until the process is told to end.

    If ``PREFECT_API_URL`` names a server, the deployments are served there and no server is started.

    Args:
        home: ``SILLER_HOME``.
        port: the port for the server; any free one if not given.
        scheduled: whether the deployments' schedules are active.
        ready: called when a run can be submitted.
        pattern: the ``prefect.yaml`` that declares the deployments of each body.
        limit: how many flow runs are worked on at once.

    Raises:
        NoGo: it is up already, the port is taken, or the server does not start.
    """
    # Prefect starts each flow run as a module, and Python looks for those in the working folder first, where anybody
    # may have put one: the landing folder, say.
    os.environ["PYTHONSAFEPATH"] = "1"
    with _alone(home):
        _up(home, port, scheduled, ready, pattern, limit)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Be the one ``siller up`` of a home, from its first moment on: two would each start a server on one database."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if standing := environment.read_address(home):
                raise NoGo(f"siller is up already, as process {standing.pid}: {standing.ui_url}") from None
            lock.seek(0)
            raise NoGo(f"siller is being brought up already, as process {lock.read() or 'of its own'}.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _up(home: Path, port: int | None, scheduled: bool, ready: Ready, pattern: Path, limit: int) -> None:
    if named := os.environ.get("PREFECT_API_URL"):
        environment.prepare(home, named)
        _serve(home, scheduled, ready, pattern, limit, named, is_ours=False)
        return
    with server.start_server(home, port, ended=_end_too) as ours:
        # Prefect's own imports take as long as half a server's start: do them meanwhile.
        import flows.service.deployments  # noqa: F401  # to import it is the act

        ours.wait_until_healthy()
        _serve(home, scheduled, ready, pattern, limit, ours.api_url, is_ours=True)
        if ours.has_ended():
            raise NoGo(f"The Prefect server ended, and siller with it. Start siller up again. Its log: {ours.log}")


def _end_too() -> None:
    """Without its server this process can do nothing: it ends, for the system to start both again."""
    os.kill(os.getpid(), signal.SIGTERM)


def _serve(home: Path, scheduled: bool, ready: Ready, pattern: Path, limit: int, api_url: str, is_ours: bool) -> None:
    from flows.service import deployments
    from flows.service.keeper import kept
    from flows.service.pattern import declare

    address = Address(api_url, os.getpid())
    with ExitStack() as announced:

        def registered(served: "Served") -> None:
            announced.enter_context(kept(home))
            announced.enter_context(environment.announce(home, address))
            ready(address, served)

        declared = declare(pattern, Settings(), clock(Mode.LIVE, None))
        deployments.run_serving(declared, scheduled, is_ours, limit, registered)


@contextmanager
def bring_up(home: Path, command: Sequence[str] = ("flows.cli", "up", "--pause-schedules")) -> Iterator[Address]:
    """Run ``siller up`` beside this process until the block ends, and wait until runs can be submitted.

    If it is up already, for whatever reason, that one is used and left alone. To speak to the server,
    prepare this process for the address (:func:`flows.service.environment.prepare`) before it imports Prefect.

    Args:
        home: ``SILLER_HOME``; what it prints goes to ``prefect/up.log`` below it.
        command: the module and arguments that bring siller up.

    Raises:
        NoGo: it ended, or is not ready in four minutes.
    """
    environment.prepare(home)
    if standing := environment.read_address(home):
        yield standing
        return
    log = home / "prefect" / "up.log"
    process = child_process.start(list(command), log)
    end = time.monotonic() + PATIENCE_SECONDS
    try:
        while (address := environment.read_address(home)) is None:
            if process.poll() is not None:
                raise NoGo(f"siller did not come up. The end of its log, {log}:\n{_end_of(log)}")
            if time.monotonic() > end:
                raise NoGo(f"siller was not up within {PATIENCE_SECONDS:.0f} s. Its log: {log}")
            time.sleep(0.1)
        yield address
    finally:
        child_process.stop(process)


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:])
