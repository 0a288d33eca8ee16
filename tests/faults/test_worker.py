"""A server apart on PostgreSQL with a worker, as `prefect.yaml` says: database, worker and run are killed."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import psutil
import pytest

from flows.service import child_process
from flows.service.worker import log_of
from tasks.settings import PROJECT
from tests import postgresql
from tests.faults.server import PrefectServer
from tests.faults.small_month import PARAMETERS, Approvers, came_of, delivered
from tests.faults.test_nothing_dies_unseen import FIVE_MINUTES, gone, holder, soon
from tests.postgresql import PostgreSQL

# Every day tests/e2e/test_deploy.py has a worker, and tests/faults/test_watch.py the watch that starts a run again.
pytestmark = [pytest.mark.e2e, pytest.mark.long]

AWAY = 3.0
"""Seconds for which the database is gone."""


@pytest.fixture
def database() -> Iterator[PostgreSQL]:
    with postgresql.running() as server:
        yield server


@pytest.fixture
def prefect_server(database, tmp_path_factory: pytest.TempPathFactory, monkeypatch) -> Iterator[PrefectServer]:
    """One of its own: trials leave killed processes, which keep the slot of their deployment for five minutes."""
    url = database.url.replace("postgresql:", "postgresql+asyncpg:")
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", url)
    server = PrefectServer(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


class Worker:
    """``siller worker`` of a home, started again and again."""

    def __init__(self, home: Path) -> None:
        self._home, self._starts = home, 0

    def start(self) -> None:
        self._starts += 1
        self._process = child_process.start(["flows.cli", "worker"], self._log)

    def kill(self) -> list[int]:
        """Kill it with all that it has started; which processes that were."""
        everything = [psutil.Process(self._process.pid), *psutil.Process(self._process.pid).children(recursive=True)]
        for each in everything:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        return [each.pid for each in everything]

    def stop(self) -> None:
        child_process.stop(self._process)

    def said(self) -> str:
        return self._log.read_text() + log_of(self._home).read_text()

    @property
    def _log(self) -> Path:
        return self._home / f"worker-{self._starts}.log"


@pytest.fixture
def worker(prefect_server, tmp_path, monkeypatch) -> Iterator[Worker]:
    monkeypatch.chdir(PROJECT)
    for name, value in {
        "SILLER_HOME": str(tmp_path),
        "PREFECT_API_URL": prefect_server.api_url,
        "PREFECT_API_AUTH_STRING": prefect_server.secret,
        "PYTHONPATH": str(PROJECT),
    }.items():
        monkeypatch.setenv(name, value)
    bodies = str(tmp_path / "bodies.yaml")
    for command in (
        ["prefect", "work-pool", "create", "siller", "--type", "process"],
        ["flows.cli", "deployments", bodies],
        ["prefect", "deploy", "--all", "--prefect-file", bodies],
    ):
        subprocess.run([sys.executable, "-m", *command], check=True, timeout=240, capture_output=True)
    worker = Worker(tmp_path)
    worker.start()
    yield worker
    worker.stop()


def test_a_month_is_paid_once_when_worker_run_and_database_were_killed(prefect_server, database, worker, tmp_path):
    of = delivered(tmp_path)
    approvers = Approvers(of)
    with prefect_server.connected() as server:
        run = server.submit("pay-run/ilf", PARAMETERS)
    process = soon(lambda: holder(tmp_path, run))
    assert process in worker.kill()
    killed = time.monotonic()
    worker.start()
    assert comes_to(prefect_server, run) == "waits", worker.said()
    assert time.monotonic() - killed < FIVE_MINUTES
    assert "is started again" in worker.said()

    asleep = gone(tmp_path, run)
    database.kill()
    time.sleep(AWAY)
    database.start()
    with prefect_server.connected() as server:
        server.answer(run, approvers.form())
    assert soon(lambda: holder(tmp_path, run)) != asleep
    worker.kill()
    worker.start()
    while (ending := comes_to(prefect_server, run)) == "waits":  # an answer that was not judged is asked for again
        with prefect_server.connected() as server:
            server.answer(run, approvers.form())
    assert ending == "done", worker.said()
    assert came_of(of, None).is_right


def comes_to(prefect_server: PrefectServer, run: UUID) -> str:
    with prefect_server.connected() as server:
        return server.follow(run, lambda _: None).ending
