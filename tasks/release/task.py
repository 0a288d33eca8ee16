"""Release as a Prefect task."""

from datetime import date

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from schemas.stages import Stage
from tasks.ledger.file_days import days_of
from tasks.release import stage
from tasks.release.result import describe_result
from tasks.stage_run import run_stage


@task(name=Stage.RELEASE, cache_policy=NO_CACHE, persist_result=False)
def release(run_id: str, today: date | None) -> None:
    """Make the approved payment file appear in the outbox, and show as an artifact what was released."""
    with run_stage(Stage.RELEASE, run_id, today) as work:
        work.told.figures = released = stage.release(work.context, run_id, work.now).figures
        with work.context.ledger.opened() as connection:
            days = days_of(connection, run_id)
        create_markdown_artifact(describe_result(work.run, released, days), key=work.run.artifact_key("released"))
