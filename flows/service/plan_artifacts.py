"""The plan of a live period as a Prefect artifact: shown anew whenever where one of its runs stands is news."""

from collections.abc import Sequence
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import ArtifactCreate

from flows.service.period_plan import as_markdown, plan_of
from schemas.no_go import NoGo
from schemas.pay_run import Mode, as_key
from schemas.standing.records import Standing
from tasks.clock import clock
from tasks.settings import Settings
from tasks.tenant_context import TenantContext


def show_plans(
    client: SyncPrefectClient, settings: Settings, standings: Sequence[Standing], news: Sequence[Standing]
) -> None:
    """Leave an artifact of each live period of which there is news.

    It belongs to the flow run that the news is of, so that whoever may see that one may see the plan.

    Args:
        client: Prefect's.
        settings: of this machine.
        standings: where everything stands.
        news: those of them that changed.
    """
    live = {(each.tenant, each.period): each for each in news if each.mode is Mode.LIVE}
    for (tenant, period), standing in live.items():
        if period is None:
            continue
        try:
            context = TenantContext(tenant, Mode.LIVE, settings)
            plan = plan_of(context, period, list(standings), clock(Mode.LIVE, None))
        except NoGo:  # of a period whose days nobody knows there is no plan; the standing itself is told
            continue
        artifact = {"key": as_key("plan", tenant, str(period)), "type": "markdown", "data": as_markdown(plan)}
        flow_run = UUID(standing.flow_run_id) if standing.flow_run_id else None
        client.create_artifact(ArtifactCreate.model_validate({**artifact, "flow_run_id": flow_run}))
