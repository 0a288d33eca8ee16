"""Release as a Prefect task."""

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.release import stage
from tasks.working import working


@task(name="release", cache_policy=NO_CACHE, persist_result=False)
def release(run_id: str, today: date | None) -> None:
    """Make the approved payment file appear in the outbox."""
    with working(stage.STAGE, run_id, today) as work:
        work.told.figures = stage.release(work.office, run_id, work.now).figures
