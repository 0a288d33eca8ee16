"""Assess as Prefect tasks."""

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from schemas.stages import Stage
from tasks.assess import stage
from tasks.assess.judging import start_unless_warm
from tasks.error_boundary import error_boundary
from tasks.settings import Settings
from tasks.stage_run import TakenUp, run_stage


@task(name="start gates", cache_policy=NO_CACHE, persist_result=False)
def start_gates(run: TakenUp) -> None:
    """Start the process that will judge the gates, unless they are judged; it loads while the next stages work."""
    if Stage.ASSESS not in run.done:
        with error_boundary("start gates"):
            start_unless_warm(Settings().home, run.run_id)


@task(name=Stage.ASSESS, cache_policy=NO_CACHE, persist_result=False)
def assess(run: TakenUp) -> None:
    """Judge the run, and show the pack as an artifact."""
    with run_stage(Stage.ASSESS, run) as work:
        assessed = stage.assess(work.context, run.run_id, work.now)
        work.told.figures = assessed.figures
        create_markdown_artifact(assessed.pack, key=run.artifact_key("pack"))
