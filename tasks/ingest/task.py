"""Ingest as a task of a flow."""

from datetime import date

from schemas.pay_run import Mode
from schemas.stages import Stage
from tasks.clock import clock
from tasks.error_boundary import error_boundary
from tasks.ingest import stage
from tasks.ingest.landing_bucket import forgetting
from tasks.lineage.events import emitting
from tasks.settings import Settings
from tasks.stage_run import stops_told
from tasks.tenant_context import TenantContext


def ingest(tenant: str, period: str | None, mode: Mode, today: date | None, flow_run_id: str) -> str:
    """Seal and land the period's extract, or take up again what this flow run has begun; return the run id."""
    with error_boundary(Stage.INGEST):
        context = TenantContext(tenant, mode, Settings())
        now = clock(mode, today)
        with stops_told(context, Stage.INGEST, now), forgetting(context):
            run, arrived = stage.open_run(context, period, flow_run_id, now)
            if arrived:
                with emitting(context.paths, run.run_id, Stage.INGEST) as told:
                    told.figures = stage.ingest(context, run, arrived, flow_run_id, now).figures
        return run.run_id
