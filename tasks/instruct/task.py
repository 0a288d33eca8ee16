"""Instruct as a Prefect task."""

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.guard import guarded
from tasks.instruct import stage
from tasks.office import Office, clock
from tasks.settings import Settings


@task(name="instruct", cache_policy=NO_CACHE, persist_result=False)
def instruct(run_id: str, today: date | None) -> str:
    """Write the payment file to staging and read it back; return the digest of its record."""
    with guarded("instruct"):
        office = Office.of_run(run_id, Settings())
        return stage.instruct(office, run_id, clock(office.mode, today)).output_digest
