"""A real `siller up`, with its server, its runner and its watch; each is killed, and the month is paid all the same."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psutil
import pytest

from flows.service import environment
from flows.service.environment import Address
from tests.e2e.stack import Stack
from tests.faults.small_month import PARAMETERS, Approvers, came_of, delivered

# Every day it is a worker that is killed (test_worker) and each boundary of a month (test_kills).
pytestmark = [pytest.mark.e2e, pytest.mark.long]

FIVE_MINUTES = 300
NOBODY = Address("", 0)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path, ["flows.cli", "up", "--pause-schedules", "--port", "{port}"])
    stack.start()
    yield stack
    stack.stop_and_look()


def holder(home: Path, flow_run: UUID) -> int | None:
    """The flow run's own process, which has its lock by what the kernel says; a watch may have it for a moment."""
    file = home / "alive" / str(flow_run)
    if not file.exists():
        return None
    inode = str(file.stat().st_ino)
    for line in Path("/proc/locks").read_text().splitlines():
        fields = line.split()
        if fields[1] == "FLOCK" and fields[5].rpartition(":")[2] == inode:
            process = int(fields[4])
            return process if process != (environment.read_address(home) or NOBODY).pid else None
    return None


def soon(found: Callable[[], int | None]) -> int:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if (what := found()) is not None:
            return what
        time.sleep(0.02)
    raise AssertionError("it did not come to that within two minutes")


def gone(home: Path, flow_run: UUID) -> int | None:
    """Wait until the process of a run that waits has left; returns which it was."""
    last = holder(home, flow_run)
    soon(lambda: 1 if holder(home, flow_run) is None else None)
    return last


def words_of(process: psutil.Process) -> list[str]:
    """A process's command; nothing of one that has ended in the moment."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def rest(stack: Stack, flow_run: UUID) -> str:
    with stack.connected() as server:
        return server.follow(flow_run, lambda _: None).ending


def test_a_run_goes_on_by_itself_whoever_was_killed(stack, tmp_path):
    of = delivered(tmp_path)
    approvers = Approvers(of)
    with stack.connected() as server:
        run = server.submit("pay-run/ilf", PARAMETERS)

    # Its own process: Prefect marks it as crashed, and would leave it at that.
    killed = time.monotonic()
    os.kill(soon(lambda: holder(tmp_path, run)), signal.SIGKILL)
    assert rest(stack, run) == "waits"
    assert time.monotonic() - killed < FIVE_MINUTES

    # All of siller and the run's process, at work on the release: Prefect goes on saying Running.
    asleep = gone(tmp_path, run)
    with stack.connected() as server:
        server.answer(run, approvers.form())
    assert soon(lambda: holder(tmp_path, run)) != asleep
    stack.kill()
    stack.start()
    started = time.monotonic()
    while (ending := rest(stack, run)) == "waits":  # if the answer was not judged yet, it is asked for again
        with stack.connected() as server:
            server.answer(run, approvers.form())
    assert ending == "done"
    assert time.monotonic() - started < FIVE_MINUTES
    assert came_of(of, None).is_right

    # A person can read what happened.
    log = tmp_path / "prefect" / "up.log"
    assert "is started again" in log.read_text()

    # Without its server siller cannot work: it ends, and says why, for the system to start both again.
    up = psutil.Process(stack.address.pid)
    (server,) = (child for child in up.children() if "flows.service.prefect_server" in words_of(child))
    server.kill()
    assert up.wait(FIVE_MINUTES) == 1
    assert "The Prefect server ended, and siller with it" in " ".join(log.read_text().split())
    stack.stop()
    stack.start()
