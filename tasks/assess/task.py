"""Assess as Prefect tasks."""

from datetime import date

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from schemas.stages import Stage
from tasks.assess import stage
from tasks.error_boundary import error_boundary
from tasks.settings import Settings
from tasks.stage_run import run_stage
from tasks.tenant_context import TenantContext


@task(name="start gates", cache_policy=NO_CACHE, persist_result=False)
def start_gates(run_id: str) -> None:
    """Start the process that will judge the gates; it loads while the next stages work."""
    with error_boundary("start gates"):
        stage.start_gates(TenantContext.of_run(run_id, Settings()), run_id)


@task(name=Stage.ASSESS, cache_policy=NO_CACHE, persist_result=False)
def assess(run_id: str, today: date | None) -> None:
    """Judge the run, and show the pack as an artifact."""
    with run_stage(Stage.ASSESS, run_id, today) as work:
        work.told.figures = stage.assess(work.context, run_id, work.now).figures
        create_markdown_artifact(stage.pack_of(work.context, run_id), key=work.run.artifact_key("pack"))
