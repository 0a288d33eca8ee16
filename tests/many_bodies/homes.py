"""A home on a machine of its own, and the workers that serve it."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from flows.service import child_process
from flows.service.flow_process import LOADED
from tasks.assess import doorway
from tasks.settings import PROJECT

PATIENCE_SECONDS = 300.0
POOL = "siller"


@dataclass
class Home:
    """A ``SILLER_HOME``, and the workers that serve it.

    Attributes:
        root: its folder.
        contracts: the agreements of the bodies that it pays.
        workers: those that live.
        started: how many were, ever.
        spent: processor seconds of workers that were killed, which nobody can ask any more.
    """

    root: Path
    contracts: Path
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)
    started: int = 0
    spent: float = 0.0

    @property
    def settings(self) -> dict[str, str]:
        """What makes a process one of this home."""
        return {
            "SILLER_HOME": str(self.root),
            "SILLER_CONTRACTS": str(self.contracts),
            "PREFECT_HOME": str(self.root / "prefect"),
        }

    def start_worker(self, client_settings: Mapping[str, str]) -> None:
        """Start one more."""
        (self.root / "prefect").mkdir(exist_ok=True, parents=True)
        self.started += 1
        log = self.root / "prefect" / f"siller-worker-{self.started}.log"
        with environment_with({**client_settings, **self.settings}):
            self.workers.append(child_process.start(["flows.cli", "worker", "--pool", POOL], log))

    def wait_until_loaded(self) -> None:
        """Return when what each run needs is loaded: that is done once, and no body's."""
        end = time.monotonic() + PATIENCE_SECONDS
        for name in (LOADED, doorway.WARM):
            while not (there := self.root.joinpath("judge").exists() and doorway.reached(self.root, name)):
                if time.monotonic() > end:
                    raise RuntimeError(f"A worker did not come up: {self.root / 'prefect'}")
                time.sleep(0.2)
            # It answers whoever asks nothing by closing, once it has loaded.
            with there:
                there.shutdown(socket.SHUT_WR)
                there.settimeout(PATIENCE_SECONDS)
                there.recv(1)

    def kill_worker(self) -> None:
        """Take the power of the first worker away, and of all that it has started: nobody says goodbye.

        It is the one that keeps what all have loaded.
        """
        worker = self.workers.pop(0)
        processes = tree(worker.pid)
        for each in processes:
            each.suspend()
        self.spent += sum(map(used, processes))
        for each in processes:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        worker.wait()

    def processor_seconds(self) -> float:
        """What its workers, and all that they started, have used so far."""
        return self.spent + sum(used(each) for worker in self.workers for each in tree(worker.pid))

    def stop(self) -> None:
        """End its workers."""
        for worker in self.workers:
            child_process.stop(worker)


def make_contracts(folder: Path) -> Path:
    """A folder for agreements, with nothing in it but what all of them need."""
    folder.mkdir()
    ours = PROJECT / "data_contracts"
    shutil.copytree(ours / "practice_modulus", folder / "practice_modulus")
    shutil.copy(ours / "bank_holidays.yaml", folder)
    return folder


def used(process: psutil.Process) -> float:
    """A process's processor seconds, and those of its children that have ended."""
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def tree(pid: int) -> list[psutil.Process]:
    """A process and all that it has started, as far as they live."""
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    return []


@contextmanager
def environment_with(more: Mapping[str, str]) -> Iterator[None]:
    """Let this process's environment have more while the block runs."""
    before = dict(os.environ)
    os.environ.update(more)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
