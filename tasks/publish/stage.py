"""Publish: what analysts may see of a run, in their own file."""

from datetime import datetime

from schemas.stages import Stage
from tasks.ledger import record, runs, sha256_of
from tasks.ledger.catalogue.stages import Publish
from tasks.ledger.connection import all_or_nothing
from tasks.publish.analytics import Published
from tasks.publish.analytics import publish as published
from tasks.storage import keys
from tasks.tenant_context import TenantContext


def publish(context: TenantContext, run_id: str, now: datetime) -> Published:
    """Bring a run up to date in the analysts' file; the first time, the journal says that it was published."""
    folder = context.paths.published(context.tenant)
    with context.ledger.opened(beside=folder) as connection:
        # With another key everybody would have another pseudonym, and next month would fit no earlier one.
        in_use = runs.ever_done(connection, Stage.PUBLISH)
        key = keys.load_or_create(context.paths.key(context.tenant, "pseudonym"), keys.random_key, in_use=in_use)
        done = published(connection, folder, run_id, now, key.encode())
        with all_or_nothing(connection):
            if Stage.PUBLISH not in runs.stages_done(connection, run_id):
                run = runs.run_row(connection, run_id)
                figures = Publish(done.version, done.rows)
                record(connection, run.run_no, run_id, figures, sha256_of(run.extract_sha256), now)
    return done
