"""Validate as a Prefect task."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from schemas.stages import Stage
from tasks.stage_run import TakenUp, run_stage
from tasks.validate import stage


@task(name=Stage.VALIDATE, cache_policy=NO_CACHE, persist_result=False)
def validate(run: TakenUp) -> None:
    """Tell payable rows from refused and held ones."""
    with run_stage(Stage.VALIDATE, run) as work:
        work.told.figures = stage.validate(work.context, run.run_id, work.now).figures
