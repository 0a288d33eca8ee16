"""Machines: each a home with a real ``siller up``, all at one Prefect server, one store, one landing and one outbox."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch
from uuid import UUID

import psutil

from flows.service import child_process, environment
from schemas.pay_run import Mode
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.e2e.s3 import BUCKET, client
from tests.faults.server import PrefectServer
from tests.faults.small_month import PARAMETERS, ROWS, Approvers
from tests.faults.test_nothing_dies_unseen import holder
from tests.month import deliver
from tests.scale.homes import Home, Shared

T = TypeVar("T")
LONG = 600.0


@dataclass
class Machine:
    """One machine.

    Attributes:
        home: its home.
        server: the Prefect server that all have.
        processes: what was started on it.
    """

    home: Home
    server: PrefectServer
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        """What it is given by its environment."""
        shared = self.home.shared
        return {
            **self.home.settings,
            "SILLER_LANDING": f"s3://{BUCKET}/{shared.name}/landing",
            "PREFECT_API_URL": self.server.api_url,
            "PREFECT_API_AUTH_STRING": self.server.secret,
            "PYTHONPATH": str(PROJECT),
        }

    def start(self) -> None:
        """Bring siller up, and wait until it serves."""
        self.home.root.mkdir(exist_ok=True)
        log = self.home.root / f"up-{len(self.processes)}.log"
        with patch.dict(os.environ, self.settings):
            self.processes.append(child_process.start(["tests.scale.machine", "up", "--pause-schedules"], log))
        until(lambda: environment.read_address(self.home.root), log)

    def all_of(self) -> list[psutil.Process]:
        """Every process that lives on it, what keeps it last."""
        found: list[psutil.Process] = []
        for started in self.processes:
            with suppress(psutil.NoSuchProcess):
                up = psutil.Process(started.pid)
                found += [*up.children(recursive=True), up]
        return found

    def send(self, number: signal.Signals) -> None:
        """Send a signal to all that lives there: nobody gets to say that another one died."""
        for process in self.all_of():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def kill(self) -> None:
        """Take its power away."""
        everything = self.all_of()
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for process in everything:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(number)
        for started in self.processes:
            started.wait()
            if started.stdin:
                started.stdin.close()
        self.processes.clear()

    def holder(self, run: UUID) -> int | None:
        """The process there that works on a flow run."""
        return holder(self.home.root, run)

    def verified(self) -> str:
        """What ``siller verify`` says there."""
        return self.home.work("verify")


@dataclass(frozen=True)
class Payday:
    """A month that has landed, and the machines that may pay it.

    Attributes:
        first: the one that begins.
        standby: the other.
        approvers: who answer forms.
    """

    first: Machine
    standby: Machine
    approvers: Approvers

    @property
    def server(self) -> PrefectServer:
        return self.first.server

    def begin(self) -> UUID:
        """Submit the run."""
        with self.server.connected() as server:
            return server.submit("pay-run/ilf", PARAMETERS)

    def state(self, run: UUID) -> str:
        with self.server.connected() as server:
            return str(server.client.read_flow_run(run).state_name)

    def at_its_form(self, run: UUID) -> None:
        until(lambda: self.state(run) == "Suspended", self.log_of_all)

    def answer(self, run: UUID) -> None:
        with self.server.connected() as server:
            server.answer(run, self.approvers.form())

    def paid(self, run: UUID) -> None:
        """Answer its forms until it has come to its end."""

        def done() -> bool:
            if self.state(run) == "Suspended":
                self.answer(run)
            return self.state(run) == "Completed"

        until(done, self.log_of_all)

    def log_of_all(self) -> str:
        logs = [log for each in (self.first, self.standby) for log in sorted(each.home.root.glob("up-*.log"))]
        return "\n".join(f"{log}:\n{log.read_text(errors='replace')[-4000:]}" for log in logs)


@contextmanager
def payday(server: PrefectServer, shared: Shared, folder: Path) -> Iterator[Payday]:
    """Two machines, neither of them up, and a small month in their landing."""
    machines = [Machine(Home(folder / name, shared), server) for name in ("first", "standby")]
    with patch.dict(os.environ, machines[0].settings):
        of = TenantContext("ilf", Mode.REHEARSAL, Settings(modulus_table=None))
        extract = deliver(of, ROWS)
        for path in extract.parent.iterdir():
            key = f"{shared.name}/landing/rehearsal/ilf/{path.name}"
            client(shared.server).put_object(Bucket=BUCKET, Key=key, Body=path.read_bytes())
        approvers = Approvers(of)
    try:
        yield Payday(*machines, approvers)
    finally:
        for machine in machines:
            machine.kill()


def until(found: Callable[[], T | None], otherwise: Path | Callable[[], str]) -> T:
    """Wait until something is found or true."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        if what := found():
            return what
        time.sleep(0.1)
    raise AssertionError(otherwise.read_text() if isinstance(otherwise, Path) else otherwise())
