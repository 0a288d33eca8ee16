"""What Prefect, and the locks of its processes, say of flow runs: asked, and put into siller's own words.

Import this only after :func:`flows.service.environment.prepare`: it imports Prefect.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterId,
    FlowRunFilterIdempotencyKey,
)
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

from flows.service import homes, liveness
from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from schemas.sanitise import sanitise
from schemas.standing.records import Errand
from schemas.standing.seen import Seen, says_cut_off
from tasks.settings import Settings
from tasks.storage.home_name import name_of
from tasks.storage.paths import Paths
from tasks.tenant_context import period_around

PAY_RUN, BANK_ANSWERS = "pay-run", "bank-answers"
WATCHED = (PAY_RUN, BANK_ANSWERS, "settle-exceptions", "keep-lessons")
TOLD = (PAY_RUN, BANK_ANSWERS)
"""What waits for two people is told by itself, whether or not somebody has a form of it open; lessons are no errand."""
PAGE = 200
MOST_SHOWN = 600
_LOOKED_BACK = timedelta(days=31)
"""How far back a flow run counts that never opened a run: what it was to pay is paid or overdue by then."""


def read_all(
    client: SyncPrefectClient,
    flow_run_filter: FlowRunFilter,
    flow_filter: FlowFilter | None = None,
    sort: FlowRunSort = FlowRunSort.EXPECTED_START_TIME_ASC,
) -> Iterator[FlowRun]:
    """Every flow run that the filters find, each once, however many pages of Prefect's that are."""
    seen, offset = set[UUID](), 0
    while page := client.read_flow_runs(
        flow_filter=flow_filter, flow_run_filter=flow_run_filter, sort=sort, limit=PAGE, offset=offset
    ):
        offset += len(page)
        # What has come before the others since then has moved some of them to the next page.
        yield from (run for run in page if run.id not in seen)
        seen.update(run.id for run in page)


def look_at(client: SyncPrefectClient, home: Path, run: FlowRun, lives: bool) -> Seen:
    """What Prefect says of one flow run."""
    state = run.state
    assert state is not None  # every flow run has had one since it was made
    details = state.state_details
    return Seen(
        flow_run_id=str(run.id),
        type=state.type.value,
        name=state.name or "",
        since=max(state.timestamp, run.expected_start_time or state.timestamp)
        if state.is_scheduled()
        else state.timestamp,
        message=sanitise(state.message or "", MOST_SHOWN),
        until=details.pause_timeout if state.is_paused() else None,
        form_key=details.pause_key or "",
        has_form=state.is_paused() and _form_is_stored(client, run.id, details.run_input_keyset or {}),
        lives=lives,
        moved=_moved(home, run),
        is_kept=True,
        was_to_end=says_cut_off(state.message or "") and _was_to_end(client, run.id),
    )


def of_ids(client: SyncPrefectClient, home: Path, asked: Collection[str]) -> dict[str, Seen]:
    """What Prefect says of these flow runs; it does not know those that were deleted, and says so of them."""
    ids, found = sorted(asked), {}
    others = _other_homes(client, home)
    for start in range(0, len(ids), PAGE):
        these = FlowRunFilter(id=FlowRunFilterId(any_=[UUID(each) for each in ids[start : start + PAGE]]))
        for run in read_all(client, these):
            found[str(run.id)] = look_at(client, home, run, _lives(home, run, others))
    kept = set(liveness.list_known(home))
    never = datetime.min.replace(tzinfo=UTC)
    return {each: found.get(each) or Seen(each, "", "", never, is_kept=each in kept) for each in ids}


def errands(client: SyncPrefectClient, home: Path, of_runs: Collection[str], now: datetime) -> list[Errand]:
    """The latest flow run of each purpose, where no run of a ledger belongs to it.

    A later start of the same, whatever became of it, has taken its place. A body that another ``SILLER_HOME`` pays is
    told there.

    Args:
        client: speaks to the server.
        home: ``SILLER_HOME``.
        of_runs: the flow runs that the ledgers' runs name.
        now: the time that counts.
    """
    lately = FlowRunFilter(
        expected_start_time=FlowRunFilterExpectedStartTime(after_=now - _LOOKED_BACK, before_=now),
    )
    others = _other_homes(client, home)
    latest: dict[tuple[str, ...], FlowRun] = {}
    for kind in TOLD:
        of_it = FlowFilter(name=FlowFilterName(any_=[kind]))
        for run in read_all(client, lately, of_it, FlowRunSort.EXPECTED_START_TIME_DESC):
            key = (kind, *_purpose(kind, run))
            if key not in latest and is_paid_here(run, home):
                latest[key] = run
    return [
        Errand.of(kind, run.parameters, period, look_at(client, home, run, _lives(home, run, others)))
        for (kind, *_, period), run in latest.items()
        if str(run.id) not in of_runs
    ]


def was_started(client: SyncPrefectClient, once: str) -> bool:
    """Whether a flow run was submitted for this before, whatever became of it."""
    those = FlowRunFilter(idempotency_key=FlowRunFilterIdempotencyKey(any_=[once]))
    return bool(client.read_flow_runs(flow_run_filter=those, limit=1))


def is_paid_here(run: FlowRun, home: Path) -> bool:
    """Whether this ``SILLER_HOME`` has the flow run's body: it shares all of them, or its extracts come into it."""
    if Settings().store is not None:
        return True
    tenant = str(run.parameters.get("tenant"))
    paths = [Paths(home, mode) for mode in Mode]
    return any(folder.is_dir() for each in paths for folder in (each.landing(tenant), each.fetched(tenant)))


def _other_homes(client: SyncPrefectClient, home: Path) -> set[str]:
    """The living homes with which this one shares a store."""
    return homes.online(client) - {name_of(home)} if Settings().store is not None else set()


def _lives(home: Path, run: FlowRun, others: Collection[str]) -> bool:
    """Whether a process works on a flow run: one of this home, or of another one that lives and looks after it."""
    return liveness.lives(home, str(run.id)) or homes.holder_of(run) in others


def _purpose(kind: str, run: FlowRun) -> tuple[str, str, str]:
    """What a flow run is for: tenant, mode and period, which is that of the day where the schedule gave none."""
    assert run.expected_start_time is not None  # it was found by it
    due = run.expected_start_time.astimezone(LONDON)
    tenant, period = str(run.parameters.get("tenant")), ""
    if kind == PAY_RUN:
        period = str(run.parameters.get("period") or period_around(tenant, due.date(), Settings()) or "")
    return tenant, str(run.parameters.get("mode") or Mode.LIVE.value), period


def _form_is_stored(client: SyncPrefectClient, flow_run_id: UUID, keys: dict[str, str]) -> bool:
    """Whether the page can show the form: each of its parts stands under its very key."""
    return {"schema", "description"} <= keys.keys() and all(
        _is_stored(client, flow_run_id, keys[part]) for part in ("schema", "description")
    )


def _is_stored(client: SyncPrefectClient, flow_run_id: UUID, key: str) -> bool:
    try:
        client.read_flow_run_input(flow_run_id, key)
    except httpx.HTTPStatusError as error:
        if error.response.status_code == HTTPStatus.NOT_FOUND:
            return False
        raise
    return True


def _was_to_end(client: SyncPrefectClient, flow_run_id: UUID) -> bool:
    """Whether somebody had a run cancelled since it was due last: a runner that is stopped writes its own word over it.

    Prefect itself never asks for that first: what it cancels on its own account it cancels at once.
    """
    for state in sorted(client.read_flow_run_states(flow_run_id), key=lambda each: each.timestamp, reverse=True):
        if state.is_scheduled():
            return False
        if state.is_cancelling():
            return True
    return False


def _moved(home: Path, run: FlowRun) -> datetime | None:
    """When anything last moved: its process began, or the journal of its tenant grew.

    By the files' own times: a rehearsal's journal has the days that the rehearsal was given. A process of another home
    has no file here, and began when Prefect says so.
    """
    if run.state and run.state.is_scheduled():
        return max(run.state.timestamp, run.expected_start_time or run.state.timestamp)
    heads = [Paths(home, mode).ledger_checkpoint(str(run.parameters.get("tenant"))) for mode in Mode]
    begun = liveness.read_start(home, str(run.id)) or (run.state.timestamp.timestamp() if run.state else None)
    times = [begun, *map(_mtime, heads)]
    return max((datetime.fromtimestamp(time, UTC) for time in times if time is not None), default=None)


def _mtime(path: Path) -> float | None:
    return path.stat().st_mtime if path.exists() else None
