"""The watch: a flow run whose process died is started again, or a person is told.

Prefect marks a run whose process was killed as crashed and leaves it at that; if the worker died too, it goes on saying
Running. So every flow run holds a lock as long as its process lives (:mod:`flows.alive`), and the watch looks for runs
that should be at work and are not. It puts the same flow run back among those that are due, so that the run goes on
with what it had; every stage that was done returns what stands.

``siller up`` keeps the watch itself. Beside a server with workers it is the deployment ``watch/siller``.
"""

import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import flow, get_run_logger
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.exceptions import ObjectNotFound
from prefect.logging import get_logger
from prefect.states import AwaitingRetry, Cancelled, Crashed

from flows import alive
from flows.alive import Begun, Unattended
from flows.client import DIED, connected
from flows.form_inputs import take_away_planted_answer
from schemas.pay_run import Mode
from tasks.clock import clock
from tasks.guard import kind_and_place
from tasks.places import Places
from tasks.settings import Settings

EVERY_SECONDS = 20.0
MOST_DEATHS = 3
GIVEN_UP = "Given up"
WATCHED = ("pay-run", "bank-answers")

_STARTING = timedelta(minutes=2)
"""A process loads for some seconds before it takes its lock; on a busy machine for longer."""
_FORM_STORED = timedelta(seconds=20)
"""Prefect suspends a run a moment before it stores the form."""
_REMEMBERED = timedelta(days=1)
"""How far back to look for runs that died before they had a file."""
_SHUT_DOWN = "Runner is shutting down."
"""What Prefect says of a run that it cancelled only because its runner was stopped."""


def keep(home: Path, ended: threading.Event, server_has_ended: Callable[[], bool]) -> None:
    """Look again and again until told to end. Whatever goes wrong in one look, the next one comes.

    Without its server this process can do nothing: it is told to end, for the system to start both again.
    """
    logger = get_logger("watch")
    while not ended.wait(EVERY_SECONDS):
        if server_has_ended():
            os.kill(os.getpid(), signal.SIGTERM)
            return
        try:
            for said in look(home):
                logger.warning(said)
        except Exception as error:  # noqa: BLE001  # a watch that ends would be the very thing it is to prevent
            logger.error("The watch could not look (%s); it looks again.", kind_and_place(error))


@flow(name="watch", persist_result=False)
def watch() -> None:
    """Look once, for the deployment that a worker runs every two minutes."""
    for said in look(Settings().home):
        get_run_logger().warning(said)


def look(home: Path) -> list[str]:
    """Look after every flow run that should be at work.

    Args:
        home: ``SILLER_HOME`` of the processes that work.

    Returns:
        what was done, a sentence each.
    """
    done = []
    with get_client(sync_client=True) as client:
        for flow_run_id in sorted({*alive.known(home), *_unfinished(client, home)}):
            with alive.unattended(home, flow_run_id) as left:
                if left and (said := _looked_after(client, left)):
                    done.append(said)
    return done


def _unfinished(client: SyncPrefectClient, home: Path) -> list[str]:
    """The flow runs of the last day that Prefect takes to be at work, or that ended without a decision.

    They may have died before they had a file. A body that another ``SILLER_HOME`` pays is another watch's.
    """
    types = [StateType.RUNNING, StateType.PENDING, StateType.CRASHED, StateType.CANCELLING, StateType.CANCELLED]
    since = clock(Mode.LIVE, None) - _REMEMBERED
    found = client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=list(WATCHED))),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=types)),
            expected_start_time=FlowRunFilterExpectedStartTime(after_=since),
        ),
        limit=200,
    )
    return [str(run.id) for run in found if not _is_over(run) and _is_paid_here(run, home)]


def _is_paid_here(run: FlowRun, home: Path) -> bool:
    return any(Places(home, mode).landing(str(run.parameters.get("tenant"))).is_dir() for mode in Mode)


def _looked_after(client: SyncPrefectClient, left: Unattended) -> str | None:
    """Do what there is to do about a flow run without a process; say it, if anything."""
    try:
        run = client.read_flow_run(UUID(left.flow_run_id))
    except ObjectNotFound:
        return _submitted_anew(left)
    if _is_over(run):
        if run.state_name != GIVEN_UP:
            left.forget()
        return None
    if run.state and run.state.is_cancelling():
        client.set_flow_run_state(run.id, Cancelled(message="Its process had ended already."), force=True)
        left.forget()
        return f"{run.name} was to be cancelled, and its process was gone: it is cancelled now."
    if take_away_planted_answer(client, run):
        return f"{run.name} had an answer that no form was given, and nobody else's could be taken: it is taken away."
    if not _is_dead(client, run):
        return None
    if not run.state or not run.state.is_final():
        client.set_flow_run_state(run.id, Crashed(message="Its process ended without a word."), force=True)
    deaths = sum(state.type is StateType.CRASHED for state in client.read_flow_run_states(run.id))
    if deaths >= MOST_DEATHS:
        return _given_up(client, run, left, deaths)
    again = client.set_flow_run_state(run.id, AwaitingRetry(message="Its process had died: siller starts it again."))
    if again.status is not SetStateStatus.ACCEPT:
        return f"The process of {run.name} has died, and Prefect does not take it up again: {again.details.reason}"
    return f"The process of {run.name} had died, {deaths} of {MOST_DEATHS} times. It is started again."


def _is_over(run: FlowRun) -> bool:
    """Whether a run has ended by a decision, be it a person's; or nobody is to start it again."""
    state = run.state
    if state is None or not state.is_final():
        return False
    return state.name != DIED and state.message != _SHUT_DOWN


def _is_dead(client: SyncPrefectClient, run: FlowRun) -> bool:
    """Whether a run whose lock is free is one that somebody should be working on."""
    state = run.state
    if state is None or state.is_scheduled():
        return False
    since = clock(Mode.LIVE, None) - state.timestamp
    if state.is_paused():
        return since > _FORM_STORED and not _shows_a_form(client, run)
    if state.is_pending():
        return since > _STARTING
    return state.is_final() or since > _FORM_STORED


def _shows_a_form(client: SyncPrefectClient, run: FlowRun) -> bool:
    keys = run.state.state_details.run_input_keyset if run.state else None
    if not keys:
        return False
    return all(client.filter_flow_run_input(run.id, keys[part], 1, set()) for part in ("schema", "description"))


def _submitted_anew(left: Unattended) -> str | None:
    """Prefect does not know the run: its database was made anew. Submit what the run's file says."""
    begun = left.begun
    left.forget()
    if not begun.deployment or begun.given_up:
        return None
    with connected() as server:
        server.submit(begun.deployment, begun.parameters)
    return f"Prefect had forgotten a run of {begun.deployment} that was begun and not ended. It is submitted again."


def _given_up(client: SyncPrefectClient, run: FlowRun, left: Unattended, deaths: int) -> str:
    said = (
        f"The process of {run.name} has died {deaths} times, and siller does not start it again. Nothing more is "
        f"released by it. Find out why (its log in Prefect: {run.id}), then start it again: nothing is paid twice."
    )
    left.keep(Begun(left.begun.deployment, left.begun.parameters or run.parameters, said))
    told: dict[str, Any] = {"key": "needs-a-person", "type": "markdown", "data": said}
    client.create_artifact(ArtifactCreate(**told, flow_run_id=run.id))
    client.set_flow_run_state(run.id, Crashed(name=GIVEN_UP, message=said), force=True)
    return said
