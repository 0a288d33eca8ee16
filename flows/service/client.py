"""What a command asks of the Prefect server: start a run, watch it, and answer a form as its page would.

Import this only after :func:`flows.service.environment.prepare`: it imports Prefect.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateName,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import OrchestrationResult, StateAcceptDetails
from prefect.exceptions import ObjectNotFound

from flows.service import flow_runs
from schemas.no_go import NoGo
from schemas.standing.seen import DIED, NO_GO, NOT_JUDGED, NOTHING_TO_DO

POLL_SECONDS = 0.5
# A worker looks for work every few seconds and then needs some for its imports.
PATIENCE = timedelta(minutes=2)


class Ending(StrEnum):
    """How a run that is being followed has come to rest."""

    WAITS = "waits"
    DONE = "done"
    NO_GO = "no-go"
    NOT_JUDGED = "not judged"
    FAILED = "failed"


@dataclass(frozen=True)
class Rest:
    """Where a run has come to rest.

    Attributes:
        ending: how.
        message: why it stopped or failed; empty otherwise.
    """

    ending: Ending
    message: str = ""

    @property
    def done(self) -> bool:
        """Whether it came to its end."""
        return self.ending is Ending.DONE

    @property
    def waits(self) -> bool:
        """Whether it waits for a person."""
        return self.ending is Ending.WAITS


@dataclass(frozen=True)
class Waiting:
    """A run that waits for an answer.

    Attributes:
        flow_run_id: Prefect's id of the run.
        name: the run's name.
        key: which form it shows.
        since: when it began to wait.
        until: when Prefect fails it if nobody answers.
        parameters: what it was submitted with.
    """

    flow_run_id: UUID
    name: str
    key: str
    since: datetime
    until: datetime
    parameters: Mapping[str, Any]


class Server:
    """The Prefect server that this process speaks to; get one from :func:`connected`."""

    def __init__(self, client: SyncPrefectClient) -> None:
        self._client = client

    @property
    def client(self) -> SyncPrefectClient:
        """Prefect's own client."""
        return self._client

    def submit(self, deployment: str, parameters: Mapping[str, object], once: str | None = None) -> UUID:
        """Start a run of a deployment.

        Args:
            deployment: its full name, for example ``pay-run/ilf``.
            parameters: what the run is to know, over the deployment's own.
            once: what the run is for: what was submitted for the same before is returned, and not started again.

        Raises:
            NoGo: there is no such deployment.
        """
        try:
            found = self._client.read_deployment_by_name(deployment)
        except ObjectNotFound:
            raise NoGo(
                f"The Prefect server knows no deployment {deployment}. Is the tenant's name right? "
                "`siller up` registers each body that has an agreement when it starts; where workers serve, "
                "`siller deployments` and `prefect deploy --all` do."
            ) from None
        run = self._client.create_flow_run_from_deployment(found.id, parameters=dict(parameters), idempotency_key=once)
        return run.id

    def waiting(self) -> list[Waiting]:
        """List the runs that wait for an answer, the longest-waiting first."""
        suspended = FlowRunFilter(state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Suspended"])))
        return sorted(map(_waiting, flow_runs.read_all(self._client, suspended)), key=lambda run: run.since)

    def form(self, flow_run_id: UUID) -> str:
        """Read what stands above the form of a run that waits, as markdown."""
        self._wait_for_the_form(flow_run_id)
        run = self._client.read_flow_run(flow_run_id)
        return str(json.loads(self._client.read_flow_run_input(flow_run_id, _keyset(run)["description"])))

    def answer(self, flow_run_id: UUID, form: Mapping[str, str]) -> None:
        """Answer a form as the page does when Submit is pressed.

        Args:
            flow_run_id: the run.
            form: the value of every field.

        Raises:
            NoGo: the answer was not taken: a field is missing or wrong, or the run does not wait (any more).
        """
        self._wait_for_the_form(flow_run_id)
        reason = refused_because(self._client.resume_flow_run(flow_run_id, dict(form)))
        if reason is not None:
            raise NoGo(f"The answer was not taken. {reason}")

    def wait_for_an_answer(self, flow_run_id: UUID, meanwhile: Callable[[], None]) -> None:
        """Return when the run no longer waits for a person; call ``meanwhile`` now and then until then."""
        while self._client.read_flow_run(flow_run_id).state_name == "Suspended":
            meanwhile()
            time.sleep(POLL_SECONDS)

    def follow(self, flow_run_id: UUID, moved: Callable[[str], None]) -> Rest:
        """Watch a run until it waits for a person, is done or is stopped.

        Args:
            flow_run_id: the run.
            moved: told what the run does now, whenever that changes.

        Raises:
            NoGo: nothing starts the run, or somebody has deleted it.
        """
        begun = time.monotonic()
        last = ""
        while True:
            try:
                run = self._client.read_flow_run(flow_run_id)
            except ObjectNotFound:
                raise NoGo("The run is not there any more: somebody has deleted it in Prefect.") from None
            if rest := _rest(run):
                return rest
            doing = self._doing(run)
            if doing != last:
                moved(doing)
                last, begun = doing, time.monotonic()
            if run.state_name in _TO_BE_STARTED and time.monotonic() - begun > PATIENCE.total_seconds():
                raise NoGo(
                    "Nothing starts the run: no `siller up` and no worker serves its deployment. It begins, or goes "
                    "on, when one of them is started."
                )
            time.sleep(POLL_SECONDS)

    def _doing(self, run: FlowRun) -> str:
        """Say in plain words what a run does: the stage it is in, or what it waits for."""
        if run.state_name != "Running":
            return _PLAIN.get(run.state_name or "", run.state_name or "")
        of_the_run = FlowRunFilter(id=FlowRunFilterId(any_=[run.id]))
        at_work = TaskRunFilter(state=TaskRunFilterState(type=TaskRunFilterStateType(any_=[StateType.RUNNING])))
        stages = self._client.read_task_runs(flow_run_filter=of_the_run, task_run_filter=at_work)
        # A task run is called by its task and a number of its own, as in ingest-5f2.
        running = [stage.name.rsplit("-", 1)[0] for stage in stages]
        return f"Running: {', '.join(running)}" if running else "Running"

    def _wait_for_the_form(self, flow_run_id: UUID) -> None:
        """Prefect suspends a run a moment before it stores the form; whoever comes in between finds none."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            run = self._client.read_flow_run(flow_run_id)
            if run.state_name != "Suspended":
                return
            try:
                self._client.read_flow_run_input(flow_run_id, _keyset(run)["description"])
            except httpx.HTTPStatusError:
                time.sleep(0.1)
            else:
                return


@contextmanager
def connect() -> Iterator[Server]:
    """Speak to the Prefect server of the prepared environment.

    Prefect's own client is used throughout: it repeats what the server was too busy for, and brings the
    installation's own credentials and certificates.

    Raises:
        NoGo: no server answers there.
    """
    with get_client(sync_client=True) as client:
        if client.api_healthcheck() is not None:
            raise NoGo(
                f"The Prefect server at {client.api_url} does not answer. Start one with `siller up`, or "
                "set PREFECT_API_URL to one that runs."
            )
        yield Server(client)


def refused_because(result: OrchestrationResult[Any]) -> str | None:
    """Say why Prefect did not bring a flow run into the state that it was asked for; None where it did.

    Taken or not, the code of the reply is a good one: only its body tells.
    """
    return None if isinstance(result.details, StateAcceptDetails) else str(result.details.reason)


_ENDINGS = {NO_GO: Ending.NO_GO, NOTHING_TO_DO: Ending.NO_GO, NOT_JUDGED: Ending.NOT_JUDGED}

_TO_BE_STARTED = {"Scheduled", "Late", "AwaitingRetry", DIED}

_PLAIN = {
    "Scheduled": "Waiting to be started",
    "Late": "Waiting to be started",
    "AwaitingRetry": "Waiting to be started again",
    DIED: "Its process died: waiting to be started again",
    "AwaitingConcurrencySlot": "Waiting for the tenant's other run to end",
    "Pending": "Starting",
    "Submitting": "Starting",
    "Resuming": "Waking up",
}


def _rest(run: FlowRun) -> Rest | None:
    state = run.state
    if state is None:
        return None
    if state.name == "Suspended":
        return Rest(Ending.WAITS)
    if state.is_completed():
        return Rest(Ending.DONE)
    if state.is_final() and state.name != DIED:
        cancelled = "Somebody has cancelled the run in Prefect." if state.is_cancelled() else ""
        return Rest(_ENDINGS.get(state.name or "", Ending.FAILED), state.message or cancelled)
    return None


def _keyset(run: FlowRun) -> Mapping[str, str]:
    """The names under which the form of a suspended run is kept.

    Raises:
        NoGo: the run does not wait.
    """
    if run.state is None or not run.state.state_details.run_input_keyset:
        raise NoGo("This run does not wait for an answer.")
    return run.state.state_details.run_input_keyset


def _waiting(run: FlowRun) -> Waiting:
    assert run.state is not None  # it was found by its state
    details = run.state.state_details
    assert details.pause_timeout is not None  # flows.approval always gives one
    return Waiting(
        flow_run_id=run.id,
        name=run.name,
        key=str(details.pause_key),
        since=run.state.timestamp,
        until=details.pause_timeout,
        parameters=run.parameters,
    )
