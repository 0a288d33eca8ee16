"""Publish as a Prefect task."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from schemas.stages import Stage
from tasks.ledger.catalogue.stages import Publish
from tasks.publish import stage
from tasks.stage_run import TakenUp, run_stage


@task(name=Stage.PUBLISH, cache_policy=NO_CACHE, persist_result=False)
def publish(run: TakenUp) -> None:
    """Bring the run up to date in the analysts' file."""
    with run_stage(Stage.PUBLISH, run) as work:
        published = stage.publish(work.context, run.run_id, work.now)
        work.told.figures = Publish(published.version, published.rows)
