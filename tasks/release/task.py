"""Release as a Prefect task."""

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.guard import guarded
from tasks.office import Office, clock
from tasks.release import stage
from tasks.settings import Settings


@task(name="release", cache_policy=NO_CACHE, persist_result=False)
def release(run_id: str, today: date | None) -> str:
    """Make the approved payment file appear in the outbox; return the digest of its record."""
    with guarded("release"):
        office = Office.of_run(run_id, Settings())
        return stage.release(office, run_id, clock(office.mode, today)).output_digest
