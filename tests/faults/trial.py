"""One trial: a month that is paid by processes which are killed, and started again until it is done."""

import contextlib
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from tasks.office import Office
from tasks.settings import PROJECT
from tests.faults.server import PrefectServer
from tests.faults.small_month import PARAMETERS, Approvers, Came, came_of, delivered

MOST_STARTS = 200


class Nursery:
    """The process that bears those that work; see :mod:`tests.faults.nursery`."""

    def __init__(self, folder: Path, api_url: str) -> None:
        self._address = str(folder / "nursery.socket")
        (folder / "temporary").mkdir()
        single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(PROJECT)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery", self._address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            env={
                **os.environ,
                **single,
                "PREFECT_API_URL": api_url,
                "PREFECT_HOME": str(folder / "prefect"),
                "TMPDIR": str(folder / "temporary"),
            },
            text=True,
        )

    def wait_until_loaded(self) -> None:
        assert self._said(180) == {"loaded": True}

    def bear(self, order: dict[str, Any]) -> int:
        """Start a process; returns its id."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        said = self._said(30)
        assert said, "the nursery bears nobody"
        return int(said["pid"])

    def ended(self, within: float) -> int | None:
        """How the process ended, negative for the signal that killed it; None if it has not within so many seconds."""
        said = self._said(within)
        return None if said is None else int(said["ended"])

    def stop(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def _said(self, within: float) -> dict[str, Any] | None:
        assert self._process.stdout
        if not select.select([self._process.stdout], [], [], within)[0]:
            return None
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said


@dataclass(frozen=True)
class Workshop:
    """What every trial needs.

    Attributes:
        server: the Prefect server.
        nursery: bears the processes.
        folder: where each trial has a home of its own.
    """

    server: PrefectServer
    nursery: Nursery
    folder: Path


@dataclass
class Trial:
    """One month in a home of its own.

    Attributes:
        shop: server, nursery and folder.
        name: of its home.
        lots: says what is left to chance.
        deaths: what each process died of.
        starts: how many processes worked on the month.
        spared: steps at which none dies.
        flow_run: the flow run that is to go on; none for a new one.
    """

    shop: Workshop
    name: str
    lots: random.Random
    deaths: list[str] = field(default_factory=list)
    starts: int = 0
    spared: frozenset[str] = frozenset()
    flow_run: UUID | None = None

    def __post_init__(self) -> None:
        self.home = self.shop.folder / self.name
        self.server, self.nursery = self.shop.server, self.shop.nursery
        self.office: Office = delivered(self.home)
        self._approvers = Approvers(self.office)

    def finish(self, die_at: str | None = None) -> None:
        """Start processes until the month is paid.

        Args:
            die_at: a step at which each process dies that comes to it and has not died there before; ``next`` for
                every step there is.
        """
        while not self.once(die_at):
            if self.starts > MOST_STARTS:
                raise AssertionError(f"not done after {MOST_STARTS} starts; the last deaths: {self.deaths[-3:]}")

    def once(self, die_at: str | None = None, after: float | None = None) -> bool:
        """Start one process, and bring the run to where the next one can be started.

        Args:
            die_at: as for :meth:`finish`.
            after: the seconds after which it is killed, wherever it may be.

        Returns:
            whether the month is paid.
        """
        self.starts += 1
        flow_run = self._due()
        worker = self._borne(flow_run, None if die_at in self.deaths else die_at)
        code = self.nursery.ended(after if after is not None else 120)
        if code is None:
            os.kill(worker, signal.SIGKILL)
            code = self.nursery.ended(30)
        if code == -signal.SIGKILL:
            self.deaths.append(self.last_step() if after is None else f"after {after:.3f} s")
            return False
        return self._came_to_rest(flow_run)

    def with_a_full_disk(self, largest_file: int) -> str:
        """Start one process that can write no file larger than so many bytes; returns what the run says of it."""
        self.starts += 1
        flow_run = self._due()
        self._borne(flow_run, None, largest_file)
        return self._said(flow_run)

    def tripping(self, commit: str | None = None) -> str:
        """Start one process, which trips over a payee's row before a commit; returns what the run says of it."""
        self.starts += 1
        flow_run = self._due()
        self._borne(flow_run, None, trips_at=commit)
        said = self._said(flow_run)
        if said:
            self.deaths.append(f"tripped before the commit of {commit}")
        return said

    def forced_on(self) -> str:
        """Start a process for a run that waits, as whoever may call Prefect's API can; returns what the run says."""
        from prefect.client.orchestration import get_client
        from prefect.states import Pending

        assert self.flow_run
        with self.server.spoken_to(), get_client(sync_client=True) as client:
            client.set_flow_run_state(self.flow_run, Pending(), force=True)
        self.starts += 1
        self._borne(self.flow_run, None)
        return self._said(self.flow_run)

    def without_a_server(self, after: float, worker_too: bool) -> None:
        """Start one process, and take the server away from it, and with ``worker_too`` its own life as well."""
        self.starts += 1
        worker = self._borne(self._due(), None)
        code = self.nursery.ended(after)
        self.server.kill()
        if code is None and worker_too:
            os.kill(worker, signal.SIGKILL)
        if code is None and self.nursery.ended(60) is None:  # it goes on asking for the server
            os.kill(worker, signal.SIGKILL)
            self.nursery.ended(30)
        self.deaths.append(f"server{' and worker' if worker_too else ''} after {after:.3f} s")
        self.server.start()

    def form(self) -> dict[str, str]:
        """What an approver fills in who may answer now."""
        return self._approvers.form()

    def came(self, undisturbed: bytes | None) -> Came:
        return came_of(self.office, undisturbed)

    def steps(self) -> list[str]:
        return self._steps.read_text().splitlines()

    def remove(self) -> None:
        """Leave no trace of it: hundreds of homes would fill a disk."""
        shutil.rmtree(self.home)
        self._steps.unlink()

    def last_step(self) -> str:
        return self.steps()[-1]

    def _said(self, flow_run: UUID) -> str:
        self.nursery.ended(120)
        with self.server.connected() as server:
            return server.follow(flow_run, lambda _: None).message

    def _borne(self, flow_run: UUID, die_at: str | None, largest_file: int = 0, trips_at: str | None = None) -> int:
        return self.nursery.bear(
            {
                "home": str(self.home),
                "flow": "pay-run",
                "flow_run": str(flow_run),
                "die_at": die_at,
                "died_at": [*self.deaths, *self.spared],
                "largest_file": largest_file,
                "trips_at": trips_at,
                "steps": str(self._steps),
                "log": str(self.home / "worker.log"),
            }
        )

    @property
    def _steps(self) -> Path:
        return self.shop.folder / f"{self.name}.steps"

    def _due(self) -> UUID:
        """A flow run that is due and taken: the one that died, put back as the watch does it, or a new one."""
        from prefect.client.orchestration import get_client
        from prefect.states import AwaitingRetry, Crashed, Pending

        with self.server.connected() as server, get_client(sync_client=True) as client:
            if self.flow_run is not None:
                state = client.read_flow_run(self.flow_run).state
                if state and state.is_paused():
                    server.answer(self.flow_run, self.form())
                elif state and not state.is_scheduled():
                    client.set_flow_run_state(self.flow_run, Crashed(), force=True)
                    if self.lots.random() < 0.5:
                        client.set_flow_run_state(self.flow_run, AwaitingRetry())
                    else:
                        self.flow_run = None
            if self.flow_run is None:
                self.flow_run = server.submit("pay-run/ilf", PARAMETERS)
            client.set_flow_run_state(self.flow_run, Pending())
            return self.flow_run

    def _came_to_rest(self, flow_run: UUID) -> bool:
        with self.server.connected() as server:
            rest = server.follow(flow_run, lambda _: None)
        if rest.ending == "waits":
            return False
        # A new start of a month that was paid to its end is told so.
        if rest.ending == "done" or (self.deaths and "has been paid by" in rest.message):
            return True
        raise AssertionError(f"{rest.ending}: {rest.message}\n{(self.home / 'worker.log').read_text()[-3000:]}")


@contextmanager
def workshop() -> Iterator[Workshop]:
    """A server and a nursery, with a folder for homes, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="siller-faults-") as name, contextlib.ExitStack() as open_things:
        folder = Path(name)
        server = PrefectServer(folder / "server")
        nursery = Nursery(folder, server.api_url)
        open_things.callback(nursery.stop)
        server.start()
        open_things.callback(server.stop)
        nursery.wait_until_loaded()
        yield Workshop(server, nursery, folder)


@dataclass(frozen=True)
class Undisturbed:
    """A month that nothing happened to.

    Attributes:
        file: its payment file.
        steps: every step that it took at which it could have been killed.
        seconds: how long it was at work.
    """

    file: bytes
    steps: Sequence[str]
    seconds: float


def undisturbed(shop: Workshop) -> Undisturbed:
    """Pay the month without a fault."""
    trial = Trial(shop, "undisturbed", random.Random(0))
    began = time.monotonic()
    trial.finish()
    seconds = time.monotonic() - began
    came = trial.came(None)
    assert came.is_right, came
    (file,) = trial.office.places.outbox("ilf").glob("*.txt")
    return Undisturbed(file.read_bytes(), trial.steps(), seconds)
