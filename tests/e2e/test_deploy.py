"""``prefect.yaml`` as it is filled in for two bodies, deployed to a real server and run by a real worker."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import yaml

from flows.service import child_process, environment
from flows.service.worker import log_of
from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.rhythms import LAST_BANK_DAY, WEEKLY

if TYPE_CHECKING:
    from flows.service.deployments import Served

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
    for name in ("pay-run", "bank-answers", "settle-exceptions", "keep-lessons"):
        function = name.replace("-", "_")
        flow = STAND_IN.format(name=name, function=function, folder=tmp_path)
        (tmp_path / "flows" / f"{function}.py").write_text(flow)
    anyone = ["-c", "user.name=Test", "-c", "user.email=test@ilf.example"]
    for command in (["init", "-q"], [*anyone, "commit", "-q", "--allow-empty", "-m", "v0"], ["tag", "v0"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


@pytest.fixture
def contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """ILF beside a council that is paid every Thursday, and one whose agreement is broken."""
    others = shutil.ignore_patterns("cash", "kirkmuir", "rowan")
    contracts = shutil.copytree(PROJECT / "data_contracts", tmp_path / "contracts", ignore=others)
    for name, agreed in (("council", WEEKLY), ("broken", {"pay_day": "never"})):
        folder = shutil.copytree(contracts / "ilf", contracts / name)
        contract, agreement = folder / "extract.odcs.yaml", folder / "agreement.yaml"
        contract.write_text(contract.read_text("utf-8").replace("tenant: ilf", f"tenant: {name}"), "utf-8")
        keys = yaml.safe_load(agreement.read_text("utf-8")) | {"tenant": name, "name": name.title()} | agreed
        agreement.write_text(yaml.safe_dump(keys), "utf-8")
    monkeypatch.setenv("SILLER_CONTRACTS", str(contracts))
    return contracts


def run(project: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=project, check=True, timeout=120, stderr=subprocess.PIPE, text=True).stderr


def due(contracts: Path, tenant: str) -> set[tuple[str, datetime]]:
    """When the extracts of this and next year are due, as `siller calendar` has it; only what is still to come."""
    calendar = TenantContext(tenant, Mode.LIVE, Settings(contracts=contracts)).calendar
    years = [datetime.now(LONDON).year + more for more in (0, 1)]
    periods = [period for year in years for period in calendar.agreement.periods.of_year(year)]
    moments = {(str(period), calendar.of_period(period).extract_due) for period in periods}
    return {(period, moment) for period, moment in moments if moment > datetime.now(LONDON)}


def planned(deployment_id: UUID) -> set[tuple[str | None, datetime]]:
    """The period and moment of each run that the server makes by the schedule; none after three minutes' wait."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId

    this = DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id]))
    end = time.monotonic() + 180
    with get_client(sync_client=True) as client:
        while time.monotonic() < end:
            if runs := [run for run in client.read_flow_runs(deployment_filter=this) if run.auto_scheduled]:
                return {(run.parameters.get("period"), run.expected_start_time.astimezone(LONDON)) for run in runs}
            time.sleep(1)
    return set()


def test_prefect_deploys_every_body_and_a_process_worker_runs_what_is_asked_for(stack, project, contracts, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", stack.address.api_url)
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", environment.internal(stack.home))
    monkeypatch.setenv("PYTHONPATH", str(project))
    monkeypatch.setenv("SILLER_HOME", str(stack.home))
    said = run(project, "flows.cli", "deployments", "bodies.yaml")
    assert "broken is not served" in said
    run(project, "prefect", "work-pool", "create", "siller", "--type", "process")
    run(project, "prefect", "deploy", "--all", "--prefect-file", "bodies.yaml")

    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        month = client.read_deployment_by_name("pay-run/ilf")
        answers = client.read_deployment_by_name("bank-answers/ilf")
        settling = client.read_deployment_by_name("settle-exceptions/ilf")
        asking = client.read_deployment_by_name("keep-lessons/ilf")
        weekly = client.read_deployment_by_name("pay-run/council")
        names = {deployment.name for deployment in client.read_deployments()}
    assert names == {"ilf", "council"}
    assert (month.version, answers.version) == ("v0", "v0")
    assert month.entrypoint == "flows.pay_run.pay_run"
    assert answers.entrypoint == "flows.bank_answers.bank_answers"
    assert month.tags == ["tenant:ilf", "kind:pay-run"]
    assert answers.tags == ["tenant:ilf", "kind:bank-answers"]
    assert settling.entrypoint == "flows.settle_exceptions.settle_exceptions"
    assert settling.tags == ["tenant:ilf", "kind:settle-exceptions"]
    assert asking.entrypoint == "flows.keep_lessons.keep_lessons"
    assert asking.tags == ["tenant:ilf", "kind:keep-lessons"]
    assert settling.schedules == asking.schedules == []
    assert weekly.tags == ["tenant:council", "kind:pay-run"]
    assert {(each.slug, each.schedule.timezone, each.active) for each in weekly.schedules} == {
        (period, "Europe/London", True) for period, _ in due(contracts, "council")
    }
    assert [(each.schedule.cron, each.schedule.timezone, each.active) for each in answers.schedules] == [
        ("15 8 * * *", "Europe/London", True)
    ]
    for deployment in (month, answers, settling, asking, weekly):
        assert deployment.global_concurrency_limit.limit == 1
        assert deployment.concurrency_options.collision_strategy == "ENQUEUE"
        assert (deployment.work_pool_name, deployment.work_queue_name) == ("siller", "default")
        assert deployment.path is None, "a worker would copy the folder"

    monkeypatch.chdir(project)
    # A home of its own: what keeps the server's home has loaded the real flows.
    home = project / "worker-home"
    monkeypatch.setenv("SILLER_HOME", str(home))
    worker = child_process.start(["flows.cli", "worker", "--limit", "1"], project / "worker.log")
    try:
        from flows.service.client import connect

        with connect() as server:
            asked = {"period": "2026-11", "mode": "rehearsal", "today": "2026-11-16"}
            rest = server.follow(server.submit("pay-run/ilf", asked), lambda _: None)
    finally:
        child_process.stop(worker)
    assert rest.ending == "done", log_of(home).read_text()
    assert (project / "pay_run").read_text() == "ilf 2026-11 rehearsal 2026-11-16"

    # A schedule is a promise until the server has made runs of it.
    for deployment, tenant in ((month, "ilf"), (weekly, "council")):
        made = planned(deployment.id)
        assert made
        assert made <= due(contracts, tenant)
    assert {(at.hour, at.minute) for _, at in planned(answers.id)} == {(8, 15)}

    # The council leaves, and ILF is paid by the quarter from now on.
    shutil.rmtree(contracts / "council")
    agreement = contracts / "ilf" / "agreement.yaml"
    keys = yaml.safe_load(agreement.read_text("utf-8")) | {
        "pay_period": {"rhythm": "quarter"},
        "pay_day": LAST_BANK_DAY,
    }
    agreement.write_text(yaml.safe_dump(keys), "utf-8")
    served = asyncio.run(registered(contracts))
    assert served.bodies == ("ilf",)
    assert [each.split(",")[0].split(" any")[0] for each in served.said] == [
        "broken is not served",
        "council has no agreement",
    ]
    assert "council" not in " ".join(asyncio.run(registered(contracts)).said), "it is said once"
    with get_client(sync_client=True) as client:
        assert client.read_deployment_by_name("pay-run/council").paused
        standing = client.read_deployment_by_name("pay-run/ilf")
    assert standing.path is None, "a worker would copy the folder"
    assert {each.slug for each in standing.schedules if each.active} == {period for period, _ in due(contracts, "ilf")}
    assert {each.slug for each in standing.schedules if not each.active} == {each.slug for each in month.schedules}


async def registered(contracts: Path) -> "Served":
    """What becomes of each body when it starts with these contracts beside a server that knows others."""
    from prefect.runner import Runner

    from flows.service.deployments import register
    from flows.service.pattern import declare

    declared = declare(PROJECT / "prefect.yaml", Settings(contracts=contracts), datetime.now(LONDON))
    return await register(Runner(name="siller"), declared, scheduled=True, is_ours=True)


def test_the_run_command_submits_follows_and_says_what_became_of_it(stack, monkeypatch):
    """The same with the command, on what is served: unknown tenants are a sentence, not a traceback."""
    monkeypatch.setenv("PREFECT_API_URL", stack.address.api_url)
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", environment.internal(stack.home))
    command = [sys.executable, "-m", "flows.cli", "run", "nobody", "--period", "2026-11", "--rehearsal"]
    said = subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=120, check=False)
    assert said.returncode == 1
    assert "There is no tenant 'nobody'" in said.stderr
    assert "Traceback" not in said.stderr
