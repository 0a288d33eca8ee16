"""The watch: a flow run whose process died is started again, or a person is told.

Prefect marks a run whose process was killed as crashed and leaves it at that; if the worker died too, it goes on saying
Running. So every flow run holds a lock as long as its process lives (:mod:`flows.service.liveness`), and the watch
looks for runs that should be at work and are not. It puts the same flow run back among those that are due, so that the
run goes on with what it had; every stage that was done returns what stands.

Every minute it calls the dispatcher too (:mod:`flows.service.dispatcher`). ``siller up`` keeps the watch itself. Beside
a server with workers it is the deployment ``watch/siller``.
"""

import threading
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from prefect import flow, get_run_logger
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.logging import get_logger
from prefect.states import AwaitingRetry, Cancelled, Crashed

from flows.form_inputs import take_away_planted_answer
from flows.service import dispatcher, flow_runs, liveness
from flows.service.client import connect, refused_because
from flows.service.liveness import Begun, Unattended
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.standing.seen import GIVEN_UP
from tasks.clock import clock
from tasks.error_boundary import kind_and_place
from tasks.settings import Settings

EVERY_SECONDS = 20.0
DISPATCHES_EVERY = 3
"""Looks; to see where the runs stand, the ledgers are opened."""
MOST_DEATHS = 3

_REMEMBERED = timedelta(days=1)
"""How far back to look for runs that died before they had a file."""


def keep(home: Path, ended: threading.Event) -> None:
    """Look again and again until told to end. Whatever goes wrong in one look, the next one comes."""
    logger = get_logger("watch")
    for number in count():
        if ended.wait(EVERY_SECONDS):
            return
        for act in (look, dispatcher.dispatch) if number % DISPATCHES_EVERY == 0 else (look,):
            try:
                for said in act(home):
                    logger.warning(said)
            except Exception as error:  # noqa: BLE001  # a watch that ends would be the very thing it is to prevent
                logger.error("The watch could not %s (%s); it tries again.", act.__name__, kind_and_place(error))


@flow(name="watch", persist_result=False)
def watch() -> None:
    """Look once and dispatch, for the deployment that a worker runs every two minutes."""
    home = Settings().home
    for said in (*look(home), *dispatcher.dispatch(home)):
        get_run_logger().warning(said)


def look(home: Path) -> list[str]:
    """Look after every flow run that should be at work. What goes wrong with one stands in no other's way.

    Args:
        home: ``SILLER_HOME`` of the processes that work.

    Returns:
        what was done, a sentence each.
    """
    done = []
    with get_client(sync_client=True) as client:
        for flow_run_id in sorted({*liveness.list_known(home), *_unfinished(client, home)}):
            try:
                with liveness.take_over(home, flow_run_id) as left:
                    if left and (said := _looked_after(client, home, left)):
                        done.append(said)
            except NoGo as no_go:
                done.append(str(no_go))
            except Exception as error:  # noqa: BLE001  # whatever it is, the next run may be somebody's money
                done.append(f"The flow run {flow_run_id} could not be looked after: {kind_and_place(error)}.")
    return done


def _unfinished(client: SyncPrefectClient, home: Path) -> list[str]:
    """The flow runs of the last day that Prefect takes to be at work, or that ended without a decision.

    They may have died before they had a file. A body that another ``SILLER_HOME`` pays is another watch's.
    """
    types = [StateType.RUNNING, StateType.PENDING, StateType.CRASHED, StateType.CANCELLING, StateType.CANCELLED]
    since = clock(Mode.LIVE, None) - _REMEMBERED
    at_work = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=types)),
        expected_start_time=FlowRunFilterExpectedStartTime(after_=since),
    )
    found = flow_runs.read_all(client, at_work, FlowFilter(name=FlowFilterName(any_=list(flow_runs.WATCHED))))
    return [
        str(run.id)
        for run in found
        if flow_runs.is_paid_here(run, home) and not flow_runs.look_at(client, home, run, lives=False).is_over
    ]


def _looked_after(client: SyncPrefectClient, home: Path, left: Unattended) -> str | None:
    """Do what there is to do about a flow run without a process; say it, if anything."""
    try:
        run = client.read_flow_run(UUID(left.flow_run_id))
    except ObjectNotFound:
        return _submitted_anew(home, left)
    seen = flow_runs.look_at(client, home, run, lives=False)
    if seen.is_over:
        if not seen.is_given_up:
            left.forget()
        return None
    if seen.type == "CANCELLING":
        client.set_flow_run_state(run.id, Cancelled(message="Its process had ended already."), force=True)
        left.forget()
        return f"{run.name} was to be cancelled, and its process was gone: it is cancelled now."
    if take_away_planted_answer(client, run):
        return f"{run.name} had an answer that no form was given, and nobody else's could be taken: it is taken away."
    if not seen.is_dead(clock(Mode.LIVE, None)):
        return None
    if not seen.is_final:
        client.set_flow_run_state(run.id, Crashed(message="Its process ended without a word."), force=True)
    deaths = sum(state.type is StateType.CRASHED for state in client.read_flow_run_states(run.id))
    if deaths >= MOST_DEATHS:
        return _given_up(client, run, left, deaths)
    retry: State[None] = AwaitingRetry(message="Its process had died: siller starts it again.")
    reason = refused_because(client.set_flow_run_state(run.id, retry))
    if reason is not None:
        return f"The process of {run.name} has died, and Prefect does not take it up again: {reason}"
    return f"The process of {run.name} had died, {deaths} of {MOST_DEATHS} times. It is started again."


def _submitted_anew(home: Path, left: Unattended) -> str | None:
    """Prefect does not know the run: its database was made anew. Submit what the run's file says.

    The file is kept until what was submitted has one of its own. Whatever ends this in between, the next look submits
    again, and Prefect returns the flow run that it made the first time. Had its database been made anew once more, the
    second flow run would find that the first one waits, or has paid, and end.
    """
    begun = left.begun
    if not begun.deployment or begun.given_up:
        left.forget()
        return None
    with connect() as server:
        new = str(server.submit(begun.deployment, begun.parameters, once=f"in the place of {left.flow_run_id}"))
    with liveness.take_over(home, new) as its:
        if its:  # else its process has begun, and has written the file itself
            its.keep(begun)
    left.forget()
    return f"Prefect had forgotten a run of {begun.deployment} that was begun and not ended. It is submitted again."


def _given_up(client: SyncPrefectClient, run: FlowRun, left: Unattended, deaths: int) -> str:
    said = (
        f"The process of {run.name} has died {deaths} times, and siller does not start it again. Nothing more is "
        f"released by it. Find out why (its log in Prefect: {run.id}), then start it again: nothing is paid twice."
    )
    left.keep(Begun(left.begun.deployment, left.begun.parameters or run.parameters, said))
    client.set_flow_run_state(run.id, Crashed(name=GIVEN_UP, message=said), force=True)
    return said
