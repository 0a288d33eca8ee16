"""Validate as a task of a flow."""

from schemas.stages import Stage
from tasks.stage_run import TakenUp, run_stage
from tasks.validate import stage


def validate(run: TakenUp) -> None:
    """Tell payable rows from refused and held ones."""
    with run_stage(Stage.VALIDATE, run) as work:
        work.told.figures = stage.validate(work.context, run.run_id, work.now).figures
