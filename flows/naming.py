"""What a pay run is called in Prefect: by body, period, kind and mode, so that arrears and month differ everywhere."""

import contextlib
from datetime import date

import httpx
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from schemas.pay_run import Mode, PayRun
from tasks.clock import clock
from tasks.settings import Settings
from tasks.stage_run import TakenUp
from tasks.tenant_context import period_around

_RUN = "run:"


def at_start() -> str:
    """The name of a flow run: what its run has given it, else one without a kind, which no manifest has said yet."""
    if any(tag.startswith(_RUN) for tag in flow_run.tags):
        return str(flow_run.name)
    given = flow_run.parameters
    today = given.get("today") or clock(Mode.LIVE, None).date()
    tenant, day = str(given["tenant"]), date.fromisoformat(str(today)[:10])
    period = given.get("period") or period_around(tenant, day, Settings()) or "without a period"
    return f"{tenant} {period} {given.get('mode') or Mode.LIVE}"


def by_its_run(run: TakenUp) -> None:
    """Give this flow run the name and the tags of the run that it works on, beside the tags that it has, once."""
    if f"{_RUN}{run.run_id}" in flow_run.tags:
        return
    name = PayRun.of(run.run_id)
    kind = run.kind.label(name.period)
    # A name is not worth a run: where the server does not take it, the run goes on under the one that it has.
    with contextlib.suppress(httpx.HTTPError), get_client(sync_client=True) as client:
        this = client.read_flow_run(flow_run.id)
        tags = {*this.tags, f"kind:{kind}", f"period:{name.period}", f"{_RUN}{run.run_id}"}
        client.update_flow_run(this.id, name=f"{name.tenant} {name.period} {kind} {name.mode}", tags=sorted(tags))
