"""Publish as a task of a flow."""

from schemas.stages import Stage
from tasks.ledger.catalogue.stages import Publish
from tasks.publish import stage
from tasks.stage_run import TakenUp, run_stage


def publish(run: TakenUp) -> None:
    """Bring the run up to date in the analysts' file."""
    with run_stage(Stage.PUBLISH, run) as work:
        published = stage.publish(work.context, run.run_id, work.now)
        work.told.figures = Publish(published.version, published.rows)
