"""``prefect.yaml`` as it is, deployed to a real server and run by a real worker."""

import os
import shutil
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from flows.service import child_process, environment

pytestmark = pytest.mark.e2e

PROJECT = Path(__file__).resolve().parents[2]
STAND_IN = '''
"""Takes the place of the real flow: here only what surrounds it is tried."""
from datetime import date
from pathlib import Path
from prefect import flow

@flow(name="{name}")
def {function}(tenant: str, period: str | None = None, mode: str = "live", today: date | None = None):
    """Leave a note."""
    Path("{folder}", "{function}").write_text(f"{{tenant}} {{period}} {{mode}} {{today}}")
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project's deployments and packages, with flows that only leave a note, under version v0."""
    shutil.copytree(PROJECT / "flows", tmp_path / "flows")
    for package in ("schemas", "tasks", "data_contracts"):
        (tmp_path / package).symlink_to(PROJECT / package)
    shutil.copy(PROJECT / "prefect.yaml", tmp_path)
    for name in ("pay-run", "bank-answers", "settle-exceptions"):
        function = name.replace("-", "_")
        flow = STAND_IN.format(name=name, function=function, folder=tmp_path)
        (tmp_path / "flows" / f"{function}.py").write_text(flow)
    anyone = ["-c", "user.name=Test", "-c", "user.email=test@ilf.example"]
    for command in (["init", "-q"], [*anyone, "commit", "-q", "--allow-empty", "-m", "v0"], ["tag", "v0"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def prefect(project: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "prefect", *arguments], cwd=project, check=True, timeout=120)


def planned(deployment_id: UUID) -> list[datetime]:
    """When the server is going to run it by its schedule, by the clock in London; none after three minutes' wait."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId

    this = DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id]))
    end = time.monotonic() + 180
    with get_client(sync_client=True) as client:
        while time.monotonic() < end:
            if runs := [run for run in client.read_flow_runs(deployment_filter=this) if run.auto_scheduled]:
                return [run.expected_start_time.astimezone(ZoneInfo("Europe/London")) for run in runs]
            time.sleep(1)
    return []


def test_prefect_deploys_all_and_a_process_worker_runs_what_is_asked_for(stack, project, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", stack.address.api_url)
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", environment.internal(stack.home))
    monkeypatch.setenv("PYTHONPATH", str(project))
    monkeypatch.setenv("PREFECT_WORKER_QUERY_SECONDS", "1")
    prefect(project, "work-pool", "create", "siller", "--type", "process")
    prefect(project, "deploy", "--all")

    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        month = client.read_deployment_by_name("pay-run/ilf")
        answers = client.read_deployment_by_name("bank-answers/ilf")
        settling = client.read_deployment_by_name("settle-exceptions/ilf")
    assert (month.version, answers.version) == ("v0", "v0")
    assert month.entrypoint == "flows.pay_run.pay_run"
    assert answers.entrypoint == "flows.bank_answers.bank_answers"
    assert month.tags == ["tenant:ilf", "kind:pay-run"]
    assert answers.tags == ["tenant:ilf", "kind:bank-answers"]
    assert settling.entrypoint == "flows.settle_exceptions.settle_exceptions"
    assert settling.tags == ["tenant:ilf", "kind:settle-exceptions"]
    assert settling.schedules == []
    assert [(each.schedule.cron, each.schedule.timezone, each.active) for each in month.schedules] == [
        ("0 9 15 * *", "Europe/London", True)
    ]
    assert [(each.schedule.cron, each.schedule.timezone, each.active) for each in answers.schedules] == [
        ("15 8 * * *", "Europe/London", True)
    ]
    for deployment in (month, answers, settling):
        assert deployment.global_concurrency_limit.limit == 1
        assert deployment.concurrency_options.collision_strategy == "ENQUEUE"
        assert deployment.work_pool_name == "siller"

    monkeypatch.chdir(project)
    worker = child_process.start(["prefect", "worker", "start", "--pool", "siller"], project / "worker.log")
    try:
        from flows.service.client import connect

        with connect() as server:
            asked = {"period": "2026-11", "mode": "rehearsal", "today": "2026-11-16"}
            rest = server.follow(server.submit("pay-run/ilf", asked), lambda _: None)
    finally:
        child_process.stop(worker)
    assert rest.ending == "done", (project / "worker.log").read_text()
    assert (project / "pay_run").read_text() == "ilf 2026-11 rehearsal 2026-11-16"

    # A schedule is a promise until the server has made runs of it.
    assert {(at.day, at.hour, at.minute) for at in planned(month.id)} == {(15, 9, 0)}
    assert {(at.hour, at.minute) for at in planned(answers.id)} == {(8, 15)}


def test_the_run_command_submits_follows_and_says_what_became_of_it(stack, monkeypatch):
    """The same with the command, on what is served: unknown tenants are a sentence, not a traceback."""
    monkeypatch.setenv("PREFECT_API_URL", stack.address.api_url)
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", environment.internal(stack.home))
    command = [sys.executable, "-m", "flows.cli", "run", "nobody", "--period", "2026-11", "--rehearsal"]
    said = subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=120, check=False)
    assert said.returncode == 1
    assert "There is no tenant 'nobody'" in said.stderr
    assert "Traceback" not in said.stderr
