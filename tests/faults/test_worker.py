"""A server with a worker, as `prefect.yaml` says: worker and run are killed, and the watch is a deployment."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from flows.service import child_process
from flows.service.worker import log_of
from tasks.settings import PROJECT
from tests.faults.server import PrefectServer
from tests.faults.small_month import PARAMETERS, delivered
from tests.faults.test_nothing_dies_unseen import FIVE_MINUTES, holder, soon

# Every day tests/e2e/test_deploy.py has a worker, and tests/faults/test_watch.py the watch that starts a run again.
pytestmark = [pytest.mark.e2e, pytest.mark.long]


@pytest.fixture
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """One of its own: trials leave killed processes, which keep the slot of their deployment for five minutes."""
    server = PrefectServer(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


def test_a_run_goes_on_when_its_worker_was_killed_with_it(prefect_server, tmp_path, monkeypatch):
    delivered(tmp_path)
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
    worker = child_process.start(["flows.cli", "worker"], tmp_path / "worker-1.log")
    with prefect_server.connected() as server:
        run = server.submit("pay-run/ilf", PARAMETERS)
    process = soon(lambda: holder(tmp_path, run))
    everything = [psutil.Process(worker.pid), *psutil.Process(worker.pid).children(recursive=True)]
    assert process in [each.pid for each in everything]
    for each in everything:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    worker.wait()
    worker.stdin.close()
    killed = time.monotonic()

    worker = child_process.start(["flows.cli", "worker"], tmp_path / "worker-2.log")
    try:
        with prefect_server.connected() as server:
            time.sleep(20)  # a run that has only just begun may not have its lock yet
            server.follow(server.submit("watch/siller", {}), lambda _: None)
            rest = server.follow(run, lambda _: None)
    finally:
        child_process.stop(worker)
    assert rest.ending == "waits", log_of(tmp_path).read_text()
    assert time.monotonic() - killed < FIVE_MINUTES
    assert "is started again" in log_of(tmp_path).read_text()
