"""Validate as a Prefect task."""

from datetime import date

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.guard import guarded
from tasks.office import Office, clock
from tasks.settings import Settings
from tasks.validate import stage


@task(name="validate", cache_policy=NO_CACHE, persist_result=False)
def validate(run_id: str, today: date | None) -> str:
    """Tell payable rows from refused and held ones; return the digest of what was written."""
    with guarded("validate"):
        office = Office.of_run(run_id, Settings())
        return stage.validate(office, run_id, clock(office.mode, today)).output_digest
