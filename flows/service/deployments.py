"""Serving, on one machine, the deployments that ``prefect.yaml`` declares for every body.

``prefect deploy --all`` takes the same (:mod:`flows.service.pattern`); nothing about a deployment is written twice.
Import this only after :func:`flows.service.environment.prepare`: it imports Prefect.
"""

import asyncio
import contextlib
import shlex
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig, FlowRun
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.runner import RunnerDeployment
from prefect.deployments.steps.core import run_steps
from prefect.runner import Runner
from prefect.runner._flow_run_executor import ProcessStarter
from prefect.runner._starter_engine import EngineCommandStarter
from prefect.schedules import Schedule
from prefect.utilities.templating import apply_values

from flows.service import time_zones
from flows.service.door.asked import TENANT
from flows.service.pattern import LINEAGE, Declared

POLL_SECONDS = 0.5
"""How often it is asked what is due: an approver waits for the answer to be judged."""
LEAVING_SECONDS = 15.0
_PAGE = 200


class FlowProcessRunner(Runner):
    """Prefect's runner, which starts another module for a flow run: :mod:`flows.service.flow_process`."""

    async def __aenter__(self) -> Self:
        """Begin to look for runs."""
        await super().__aenter__()
        # A worker's command is a setting of its work pool; the runner's can be said nowhere else (3.8.8).
        poller = self._scheduled_run_poller
        resolved = poller._resolve_starter

        def starter(flow_run: FlowRun) -> ProcessStarter:
            found = resolved(flow_run)
            assert isinstance(found, EngineCommandStarter)  # no deployment of siller's has its flow in this process
            found._command = shlex.join([sys.executable, "-P", "-m", "flows.service.flow_process"])
            return found

        poller._resolve_starter = starter
        return self


@dataclass(frozen=True)
class Served:
    """What became of each body.

    Attributes:
        bodies: those that are served.
        said: a sentence for each that is not, or not with all of its schedule.
    """

    bodies: tuple[str, ...]
    said: tuple[str, ...]


async def serve(
    declared: Declared, scheduled: bool, is_ours: bool, limit: int, ready: Callable[[Served], None]
) -> None:
    """Register the deployments, then run what is due until the process is told to end.

    Args:
        declared: what to serve.
        scheduled: whether the schedules are active; without them only what a person asks for runs.
        is_ours: whether the server is siller's own. On another one a body may be served by another siller.
        limit: how many flow runs are worked on at once.
        ready: called once all deployments are registered.
    """
    time_zones.remember()
    # Stopping siller must not pause a schedule: a run that fell due meanwhile starts with the next start.
    runner = FlowProcessRunner(name="siller", query_seconds=POLL_SECONDS, pause_on_shutdown=False, limit=limit)
    served = await register(runner, declared, scheduled, is_ours)
    serving = asyncio.create_task(runner.start())
    while not (runner.started or serving.done()):
        await asyncio.sleep(0.05)
    _stop_on_signals(runner)
    ready(served)
    await serving


async def register(runner: Runner, declared: Declared, scheduled: bool, is_ours: bool) -> Served:
    """Tell the server of all deployments and the runner to serve them.

    What an earlier start registered and this one does not is not left to come due.
    """
    for deployment in await read(declared.plan, scheduled):
        await _end_other_schedules(await runner.aadd_deployment(deployment), deployment)
    return Served(declared.bodies, (*declared.said, *(await _pause_gone(declared) if is_ours else ())))


async def _end_other_schedules(deployment_id: UUID, deployment: RunnerDeployment) -> None:
    """End the schedules of a deployment that an earlier start declared and this one does not.

    They are kept, for Prefect takes a schedule away with every run of its deployment that is due and not begun (3.8.8).
    """
    declared = {schedule.slug for schedule in deployment.schedules or ()}
    async with get_client() as client:
        for standing in await client.read_deployment_schedules(deployment_id):
            if standing.active and standing.slug not in declared:
                await client.update_deployment_schedule(deployment_id, standing.id, active=False)


async def _pause_gone(declared: Declared) -> list[str]:
    """Pause what nobody serves any more, so that its runs do not come due.

    That is the deployments of bodies without an agreement, and the one of lineage where no store is named any more.
    """
    known = {f"{TENANT}{tenant}" for tenant in declared.known}
    ships = any(LINEAGE in entry["tags"] for entry in declared.plan["deployments"])
    gone = set[str]()
    async with get_client() as client:
        for standing in await _all_deployments(client):
            if LINEAGE in standing.tags and not (ships or standing.paused):
                await client.pause_deployment(standing.id)
            of = [tag for tag in standing.tags if tag.startswith(TENANT)]
            if of and not known.intersection(of) and not standing.paused:
                await client.pause_deployment(standing.id)
                gone.update(tag.removeprefix(TENANT) for tag in of)
    return [
        f"{tenant} has no agreement any more: it is not served, and its schedules are paused until it has one."
        for tenant in sorted(gone)
    ]


async def _all_deployments(client: PrefectClient) -> list[DeploymentResponse]:
    found: list[DeploymentResponse] = []
    while page := await client.read_deployments(limit=_PAGE, offset=len(found)):
        found += page
    return found


def _stop_on_signals(runner: Runner) -> None:
    """Cancel what runs and stop, on SIGTERM and Ctrl-C.

    The runner's own handler, which this replaces, forgets to wait for its stop, and leaves the processes
    of its runs behind (3.8.8).
    """
    loop = asyncio.get_running_loop()
    stopping: set[asyncio.Task[None]] = set()

    async def stopped() -> None:
        # A server that does not answer, or too late, keeps nobody from stopping.
        with contextlib.suppress(TimeoutError, httpx.HTTPError):
            await asyncio.wait_for(_ended_runs_have_left(runner), LEAVING_SECONDS)
        await runner.astop()

    def stop() -> None:
        if not stopping:
            stopping.add(loop.create_task(stopped()))

    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop)


async def _ended_runs_have_left(runner: Runner) -> None:
    """Wait for the processes of runs that have ended, or wait for a person.

    The server knows of an end before the run's process has left. To cancel it then overwrites the end (3.8.8):
    a no-go is called cancelled, and a form that waits for its answer is taken away.
    """
    async with get_client() as client:
        while True:
            states = [(await client.read_flow_run(run)).state for run in runner._process_manager.flow_run_ids()]
            if not any(state and (state.is_final() or state.is_paused()) for state in states):
                return
            await asyncio.sleep(0.1)


async def read(plan: dict[str, Any], scheduled: bool) -> list[RunnerDeployment]:
    """Make the deployments of a filled-in ``prefect.yaml``, with its build steps run and their results filled in."""
    outputs = await run_steps(plan["build"], print_function=_silent)
    return [_served(apply_values(entry, outputs), scheduled) for entry in plan["deployments"]]


def _served(entry: dict[str, Any], scheduled: bool) -> RunnerDeployment:
    deployment = RunnerDeployment.from_entrypoint(
        entry["entrypoint"],
        name=entry["name"],
        description=entry["description"],
        version=entry["version"],
        tags=entry["tags"],
        parameters=entry["parameters"],
        schedules=[Schedule(**schedule, active=scheduled) for schedule in entry.get("schedules", [])],
        concurrency_limit=ConcurrencyLimitConfig(**entry["concurrency_limit"]),
    )
    # Said, not left out: only then does it also take back the pool of an earlier `prefect deploy`.
    deployment.work_pool_name = None
    deployment.work_queue_name = None
    # A folder of this machine, which a worker that serves it later would copy, ledgers and keys with it.
    deployment._path = None
    return deployment


def _silent(*_: object, **__: object) -> None:
    """Take what a build step prints: its result is used, its output is nobody's."""


def run_serving(
    declared: Declared, scheduled: bool, is_ours: bool, limit: int, ready: Callable[[Served], None]
) -> None:
    """Serve from a plain function; see :func:`serve`."""
    asyncio.run(serve(declared, scheduled, is_ours, limit, ready))
