"""Release as a Prefect task."""

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from schemas.stages import Stage
from tasks.release import stage
from tasks.release.result import describe_result
from tasks.stage_run import TakenUp, run_stage


@task(name=Stage.RELEASE, cache_policy=NO_CACHE, persist_result=False)
def release(run: TakenUp) -> None:
    """Make the approved payment file appear in the outbox, and show as an artifact what was released."""
    with run_stage(Stage.RELEASE, run) as work:
        released = stage.release(work.context, run.run_id, work.now)
        work.told.figures = released.figures
        shown = describe_result(run.run_id, run.kind, released.figures, released.days)
        create_markdown_artifact(shown, key=run.artifact_key("released"))
