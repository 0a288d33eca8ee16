"""The continuity file as a task of a flow."""

from schemas.stages import Stage
from tasks.continuity import leave
from tasks.stage_run import TakenUp, run_stage


def leave_continuity_file(run: TakenUp) -> None:
    """Leave the approved payments, encrypted, for the day on which siller cannot pay."""
    with run_stage(Stage.CONTINUITY, run) as work:
        work.told.figures = leave.leave(work.context, run.run_id, work.now).figures
