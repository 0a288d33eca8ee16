"""Publish as a Prefect task."""

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from schemas.stages import Stage
from tasks.ledger.catalogue.stages import Publish
from tasks.publish import stage
from tasks.stage_run import run_stage


@task(name=Stage.PUBLISH, cache_policy=NO_CACHE, persist_result=False)
def publish(run_id: str, today: date | None) -> None:
    """Bring the run up to date in the analysts' file."""
    with run_stage(Stage.PUBLISH, run_id, today) as work:
        published = stage.publish(work.context, run_id, work.now)
        work.told.figures = Publish(published.version, published.rows)
