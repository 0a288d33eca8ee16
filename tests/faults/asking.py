"""Where a run stands, asked of siller while everything dies around it, and held against Prefect's own pages."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from unittest.mock import patch

from schemas.pay_run import Mode
from schemas.standing.tables import Stand
from tasks.clock import clock
from tasks.tenant_context import TenantContext

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun


@dataclass(frozen=True)
class Asked:
    """What was said of a month at a moment.

    Attributes:
        when: what was being done to it.
        step: the step that the process at work had come to.
        stands: where its runs stood.
        open: the flow runs that showed a form all the while.
        false: what was said to wait for approval and showed no form, neither before it was asked nor after.
        unsaid: flow runs that showed a form all the while, and were not said to wait.
    """

    when: str
    step: str
    stands: tuple[str, ...]
    open: frozenset[str]
    false: frozenset[str]
    unsaid: frozenset[str]


def asked(context: TenantContext, when: str, step: str, there_is_a_server: bool) -> Asked:
    """Ask where everything of an office stands, and look at Prefect's forms before and after."""
    from flows.service.standing import picture

    with _no_other_server():
        before = _forms() if there_is_a_server else frozenset()
        # A ledger that a process holds is asked again later: nobody waits for it here.
        seen = picture([context], context.settings.home, clock(Mode.LIVE, None), 1.0)
        after = _forms() if there_is_a_server else frozenset()
    said = {standing.flow_run_id for standing in seen.standings if standing.stand in (Stand.WAITS, Stand.FIRST)}
    ours = {flow for standing in seen.standings if standing.run for flow in standing.run.flows}
    return Asked(
        when,
        step,
        tuple(standing.stand.value for standing in seen.standings),
        before & after & ours,
        frozenset(said) - before - after,
        (before & after & ours) - said,
    )


@contextmanager
def _no_other_server() -> Iterator[None]:
    """The server is the one that Prefect's settings name, and to ask leaves this process as it was."""
    from prefect.settings import PREFECT_API_URL

    with patch.dict(os.environ, {"PREFECT_API_URL": str(PREFECT_API_URL.value())}):
        yield


def _forms() -> frozenset[str]:
    """The flow runs that a page shows a form of: they are paused, in time, and what the page reads is there."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
    from prefect.client.schemas.objects import StateType

    paused = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED])))
    with get_client(sync_client=True) as client:
        found = client.read_flow_runs(flow_run_filter=paused)
        return frozenset(str(run.id) for run in found if _is_in_time(run) and len(_parts(client, run)) == 2)


def _is_in_time(run: "FlowRun") -> bool:
    until = run.state.state_details.pause_timeout if run.state else None
    return until is not None and until > datetime.now(UTC)


def _parts(client: object, run: "FlowRun") -> set[str]:
    keys = (run.state.state_details.run_input_keyset if run.state else None) or {}
    stored = {each.key for each in client.filter_flow_run_input(run.id, "", 200, set())}  # type: ignore[attr-defined]
    return stored & {keys.get("schema"), keys.get("description")}
