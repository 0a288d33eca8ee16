"""Serving, on one machine, the deployments that ``prefect.yaml`` declares.

``prefect deploy --all`` reads the same file; nothing about a deployment is written twice. Import this
only after :func:`flows.service.environment.prepare`: it imports Prefect.
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.deployments.runner import RunnerDeployment
from prefect.deployments.steps.core import run_steps
from prefect.runner import Runner
from prefect.schedules import Schedule
from prefect.utilities.templating import apply_values

POLL_SECONDS = 0.25
"""How often it is asked what is due: an approver waits for the answer to be judged."""
LEAVING_SECONDS = 15.0
WATCH = "kind:watch"
"""The tag of the deployment that keeps the watch where workers serve; `siller up` keeps it itself."""


async def serve(declared: Path, scheduled: bool, ready: Callable[[], None]) -> None:
    """Register the deployments, then run what is due until the process is told to end.

    Args:
        declared: the ``prefect.yaml`` to read.
        scheduled: whether the schedules are active; without them only what a person asks for runs.
        ready: called once all deployments are registered.
    """
    # Stopping siller must not pause a schedule: a run that fell due meanwhile starts with the next start.
    runner = Runner(name="siller", query_seconds=POLL_SECONDS, pause_on_shutdown=False)
    for deployment in await read(declared, scheduled):
        await runner.aadd_deployment(deployment)
    serving = asyncio.create_task(runner.start())
    while not (runner.started or serving.done()):
        await asyncio.sleep(0.05)
    _stop_on_signals(runner)
    ready()
    await serving


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


async def read(declared: Path, scheduled: bool) -> list[RunnerDeployment]:
    """Read the deployments of a ``prefect.yaml``, with its build steps run and their results filled in."""
    plan = yaml.safe_load(declared.read_text())
    outputs = await run_steps(plan["build"], print_function=_silent)
    served = [entry for entry in plan["deployments"] if WATCH not in entry["tags"]]
    return [_served(apply_values(entry, outputs), scheduled) for entry in served]


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
    return deployment


def _silent(*_: object, **__: object) -> None:
    """Take what a build step prints: its result is used, its output is nobody's."""


def run_serving(declared: Path, scheduled: bool, ready: Callable[[], None]) -> None:
    """Serve from a plain function; see :func:`serve`."""
    asyncio.run(serve(declared, scheduled, ready))
