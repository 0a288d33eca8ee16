"""Validate as a Prefect task."""

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from schemas.stages import Stage
from tasks.stage_run import run_stage
from tasks.validate import stage


@task(name=Stage.VALIDATE, cache_policy=NO_CACHE, persist_result=False)
def validate(run_id: str, today: date | None) -> None:
    """Tell payable rows from refused and held ones."""
    with run_stage(Stage.VALIDATE, run_id, today) as work:
        work.told.figures = stage.validate(work.context, run_id, work.now).figures
