"""Instruct as a task of a flow."""

from schemas.stages import Stage
from tasks.instruct import stage
from tasks.stage_run import TakenUp, run_stage


def instruct(run: TakenUp) -> None:
    """Write the payment file to staging and read it back."""
    with run_stage(Stage.INSTRUCT, run) as work:
        work.told.figures = stage.instruct(work.context, run.run_id, work.now).figures
