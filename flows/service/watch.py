"""The watch: a flow run whose process died is started again, or a person is told.

Prefect marks a run whose process was killed as crashed and leaves it at that; if the worker died too, it goes on saying
Running. So every flow run holds a lock as long as its process lives (:mod:`flows.service.liveness`), and the watch
looks for runs that should be at work and are not. It puts the same flow run back among those that are due, so that the
run goes on with what it had; every stage that was done returns what stands.

The lock tells of this home's processes alone. So a flow run that says that another home works on it
(:mod:`flows.service.homes`) is left to that home's watch, unless homes share a store and nothing has been heard of that
one for minutes: then the home that leads takes it over. Without a store it never does, for its ledger is another one.

Every minute the watch calls the dispatcher too (:mod:`flows.service.dispatcher`); of homes that share a store, that of
the one that leads. ``siller up`` and ``siller worker`` keep the watch (:mod:`flows.service.keeper`).
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from uuid import UUID

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
from flows.service import dispatcher, flow_runs, homes, liveness
from flows.service.books import Shelf
from flows.service.client import connect, refused_because
from flows.service.homes import Neighbours
from flows.service.liveness import Begun, Unattended
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.standing.seen import GIVEN_UP, STARTING, says_cut_off
from tasks.clock import clock
from tasks.error_boundary import kind_and_place
from tasks.settings import Settings
from tasks.storage.bucket_address import shared_store
from tasks.storage.home_name import name_of
from tasks.storage.store import Store
from tasks.storage.working_copy import POINTER
from tasks.tenant_context import tenants

EVERY_SECONDS = 20.0
DISPATCHES_EVERY = 3
"""Looks; to see where the runs stand, the ledgers are opened."""
STORE_SECONDS = 5.0
"""How long the store may take to answer, each of five times, before a watch that asks whether it is there goes on."""
MOST_DEATHS = 3
MOST_CUT_OFF = 9
"""So often Prefect may cancel a run by itself, as it does with each that is at work when siller is stopped."""

_REMEMBERED = timedelta(days=1)
"""How far back to look for runs that died before they had a file."""


def keep(home: Path, ended: threading.Event) -> None:
    """Look again and again until told to end. Whatever goes wrong in one look, the next one comes."""
    logger = get_logger("watch")
    neighbours = Neighbours(home, _finds_store(home)) if Settings().store is not None else None
    shelf = Shelf()
    acts: dict[str, Callable[[], list[str]]] = {"look": lambda: look(home, neighbours)}
    acts["dispatch"] = lambda: [] if neighbours and not neighbours.leads else dispatcher.dispatch(home, shelf)
    for number in count():
        if ended.wait(EVERY_SECONDS):
            return
        for name, act in acts.items():
            if name == "dispatch" and number % DISPATCHES_EVERY:
                continue
            try:
                for said in act():
                    logger.warning(said)
            except Exception as error:  # noqa: BLE001  # a watch that ends would be the very thing it is to prevent
                logger.error("The watch could not %s (%s); it tries again.", name, kind_and_place(error))


def _finds_store(home: Path) -> Callable[[], bool]:
    """What asks whether this machine finds the store that homes share: by the pointer of a body, if it has any."""
    settings = Settings(home=home)

    @cache
    def of_body(tenant: str) -> Store | None:
        store = shared_store(settings, Mode.LIVE, tenant)
        return store and replace(store, patience=STORE_SECONDS)

    def finds() -> bool:
        try:
            for tenant in tenants(settings)[:1]:
                if store := of_body(tenant):
                    store.see(POINTER)
        except NoGo:  # whoever opens a ledger is told
            return False
        return True

    return finds


def look(home: Path, neighbours: Neighbours | None = None) -> list[str]:
    """Look after every flow run that should be at work. What goes wrong with one stands in no other's way.

    Args:
        home: ``SILLER_HOME`` of the processes that work.
        neighbours: what is known of the homes that share a store with this one; None where none does.

    Returns:
        what was done, a sentence each.
    """
    done = []
    with get_client(sync_client=True) as client:
        if neighbours:
            neighbours.look(client)
        for flow_run_id in sorted({*liveness.list_known(home), *_unfinished(client, home, neighbours)}):
            try:
                with liveness.take_over(home, flow_run_id) as left:
                    if left and (said := _looked_after(client, home, left, neighbours)):
                        done.append(said)
            except NoGo as no_go:
                done.append(str(no_go))
            except Exception as error:  # noqa: BLE001  # whatever it is, the next run may be somebody's money
                done.append(f"The flow run {flow_run_id} could not be looked after: {kind_and_place(error)}.")
    return done


def _unfinished(client: SyncPrefectClient, home: Path, neighbours: Neighbours | None) -> list[str]:
    """The flow runs of the last day that are this watch's, and are at work by Prefect or ended without a decision.

    They may have died before they had a file.
    """
    types = [StateType.RUNNING, StateType.PENDING, StateType.CRASHED, StateType.CANCELLING, StateType.CANCELLED]
    if neighbours:  # one that began to wait, and whose form was not stored any more, has no file here
        types.append(StateType.PAUSED)
    since = clock(Mode.LIVE, None) - _REMEMBERED
    at_work = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=types)),
        expected_start_time=FlowRunFilterExpectedStartTime(after_=since),
    )
    found = flow_runs.read_all(client, at_work, FlowFilter(name=FlowFilterName(any_=list(flow_runs.WATCHED))))
    return [
        str(run.id)
        for run in found
        if _is_this_watchs(run, home, neighbours) and not flow_runs.look_at(client, home, run, lives=False).is_over
    ]


def _is_this_watchs(run: FlowRun, home: Path, neighbours: Neighbours | None) -> bool:
    """Whether a flow run is to be looked after here, by which home works on it.

    Where homes share a store, one that no home has said it works on may have begun in any: its process loads.
    """
    holder = homes.holder_of(run)
    if holder == name_of(home):
        return True
    if neighbours is None:
        return not holder and flow_runs.is_paid_here(run, home)
    if holder:
        return neighbours.leads and neighbours.is_gone(holder)
    assert run.state is not None  # every flow run has had one since it was made
    return neighbours.leads and clock(Mode.LIVE, None) - run.state.timestamp > STARTING


def _looked_after(client: SyncPrefectClient, home: Path, left: Unattended, neighbours: Neighbours | None) -> str | None:
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
    holder = homes.holder_of(run)
    is_another, silent = holder not in ("", name_of(home)), ""
    if is_another:
        if not _is_this_watchs(run, home, neighbours):
            left.forget()  # another home goes on with it
            return None
        silent = f"Nothing has been heard of the home {holder} any more. "
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
    states = client.read_flow_run_states(run.id)
    deaths = sum(state.type is StateType.CRASHED for state in states)
    cut_off = sum(state.type is StateType.CANCELLED and says_cut_off(state.message or "") for state in states)
    if deaths >= MOST_DEATHS:
        return _given_up(client, run, left, f"has died {deaths} times")
    if cut_off >= MOST_CUT_OFF:
        return _given_up(client, run, left, f"was cut off by Prefect {cut_off} times")
    if is_another:
        homes.claim(client, run.id, "")  # should it come back, its watch is not to take what somebody else has begun
    retry: State[None] = AwaitingRetry(message="Its process had died: siller starts it again.")
    reason = refused_because(client.set_flow_run_state(run.id, retry))
    if reason is not None:
        return f"The process of {run.name} has died, and Prefect does not take it up again: {reason}"
    how_often = f"{cut_off} of {MOST_CUT_OFF}" if seen.is_cut_off else f"{deaths} of {MOST_DEATHS}"
    had = "was cut off by Prefect" if seen.is_cut_off else "had died"
    return f"{silent}The process of {run.name} {had}, {how_often} times. It is started again."


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


def _given_up(client: SyncPrefectClient, run: FlowRun, left: Unattended, what: str) -> str:
    said = (
        f"The process of {run.name} {what}, and siller does not start it again. Nothing more is "
        f"released by it. Find out why (its log in Prefect: {run.id}), then start it again: nothing is paid twice."
    )
    left.keep(Begun(left.begun.deployment, left.begun.parameters or run.parameters, said))
    client.set_flow_run_state(run.id, Crashed(name=GIVEN_UP, message=said), force=True)
    return said
