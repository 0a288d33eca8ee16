"""Publish as a Prefect task."""

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.guard import guarded
from tasks.office import Office, clock
from tasks.publish import stage
from tasks.settings import Settings


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish(run_id: str, today: date | None) -> int:
    """Bring the run up to date in the analysts' file; return the file's version."""
    with guarded("publish"):
        office = Office.of_run(run_id, Settings())
        return stage.publish(office, run_id, clock(office.mode, today)).version
