"""Assess as tasks of a flow."""

from schemas.stages import Stage
from tasks.assess import stage
from tasks.assess.judging import start_unless_warm
from tasks.error_boundary import error_boundary
from tasks.settings import Settings
from tasks.stage_run import Shown, TakenUp, run_stage


def start_gates(run: TakenUp) -> None:
    """Start the process that will judge the gates, unless they are judged; it loads while the next stages work."""
    if Stage.ASSESS not in run.done:
        with error_boundary("start gates"):
            start_unless_warm(Settings().home, run.run_id)


def assess(run: TakenUp) -> Shown:
    """Judge the run, and show the pack."""
    with run_stage(Stage.ASSESS, run) as work:
        assessed = stage.assess(work.context, run.run_id, work.now)
        work.told.figures = assessed.figures
    form = f"[The form of this run](/runs/flow-run/{run.flows[-1]}) is where it is answered."
    return Shown(run.artifact_key("pack"), f"{assessed.pack}\n{form}\n")
