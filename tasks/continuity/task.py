"""The continuity file as a Prefect task."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from schemas.stages import Stage
from tasks.continuity import leave
from tasks.stage_run import TakenUp, run_stage


@task(name=Stage.CONTINUITY, cache_policy=NO_CACHE, persist_result=False)
def leave_continuity_file(run: TakenUp) -> None:
    """Leave the approved payments, encrypted, for the day on which siller cannot pay."""
    with run_stage(Stage.CONTINUITY, run) as work:
        work.told.figures = leave.leave(work.context, run.run_id, work.now).figures
