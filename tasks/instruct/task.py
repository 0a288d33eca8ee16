"""Instruct as a Prefect task."""

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from schemas.stages import Stage
from tasks.instruct import stage
from tasks.stage_run import run_stage


@task(name=Stage.INSTRUCT, cache_policy=NO_CACHE, persist_result=False)
def instruct(run_id: str, today: date | None) -> None:
    """Write the payment file to staging and read it back."""
    with run_stage(Stage.INSTRUCT, run_id, today) as work:
        work.told.figures = stage.instruct(work.context, run_id, work.now).figures
