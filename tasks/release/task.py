"""Release as a task of a flow."""

from schemas.stages import Stage
from tasks.release import stage
from tasks.release.result import describe_result
from tasks.stage_run import Shown, TakenUp, run_stage


def release(run: TakenUp) -> Shown:
    """Make the approved payment file appear in the outbox, and show what was released."""
    with run_stage(Stage.RELEASE, run) as work:
        released = stage.release(work.context, run.run_id, work.now)
        work.told.figures = released.figures
        shown = describe_result(run.run_id, run.kind, released.figures, released.days)
    return Shown(run.artifact_key("released"), shown)
