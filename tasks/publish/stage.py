"""Publish: what analysts may see of a run, in their own file."""

from datetime import datetime

from schemas.stages import Stage
from tasks.ledger import erasures, record, runs, sha256_of
from tasks.ledger.catalogue.stages import Publish
from tasks.ledger.connection import all_or_nothing
from tasks.publish.analytics import Published, withdraw
from tasks.publish.analytics import publish as published
from tasks.publish.parquet import PublishedParquet
from tasks.publish.pseudonym_key import fingerprint, pseudonym_key
from tasks.publish.shared_file import SharedFile
from tasks.tenant_context import TenantContext

_LAST = f"""
SELECT run_id FROM run JOIN journal USING (run_id) WHERE stage = '{Stage.PUBLISH}' AND run_no NOT IN ({erasures.RUNS})
ORDER BY entry DESC LIMIT 1
"""


def publish(context: TenantContext, run_id: str, now: datetime) -> Published:
    """Bring a run up to date in the analysts' file; the first time, the journal says that it was published.

    Where tables are published to a bucket, they follow.

    Raises:
        NoGo: there is no such run, what was published is not what the ledger holds, homes share the file and another
            one has published meanwhile, a period was erased meanwhile, or the bucket cannot be reached.
    """
    folder = context.paths.published(context.tenant)
    tables = PublishedParquet.of(context)
    tables_seen = tables.see() if tables else None
    shared = SharedFile.of(context)
    seen = shared.take() if shared else None
    with context.ledger.opened(beside=folder) as connection:
        erased = erasures.list_erasures(connection)
        key = pseudonym_key(context, in_use=runs.ever_done(connection, Stage.PUBLISH))
        done = published(connection, folder, run_id, now, key.encode())
        with all_or_nothing(connection):
            if Stage.PUBLISH not in runs.stages_done(connection, run_id):
                run = runs.run_row(connection, run_id)
                figures = Publish(done.version, done.rows, fingerprint(key))
                record(connection, run.run_no, run_id, figures, sha256_of(run.extract_sha256), now)

    def is_whole() -> bool:  # it may have been paused; an erasure moves each pointer, if it comes after this
        with context.ledger.opened() as connection:
            return erasures.list_erasures(connection) == erased

    if shared:
        shared.keep(done, seen, is_whole=is_whole)
    if tables:
        tables.keep(done, now, tables_seen, is_whole=is_whole)
    return done


def publish_without_erased(context: TenantContext, now: datetime) -> None:
    """Make the analysts' file and the tables again, of the runs that were not erased; nothing earlier is left of them.

    Raises:
        NoGo: the bucket of the tables cannot be reached.
    """
    folder = context.paths.published(context.tenant)
    shared, tables = SharedFile.of(context), PublishedParquet.of(context)
    seen, tables_seen, done = shared.take() if shared else None, tables.see() if tables else None, None
    if not (folder.exists() or tables_seen or shared):
        return
    with context.ledger.opened(beside=folder) as connection:
        last = connection.execute(_LAST).fetchone()
        if last is None:
            withdraw(folder)
        else:
            key = pseudonym_key(context, in_use=True).encode()
            done = published(connection, folder, last[0], now, key, afresh=True)
    if shared and done:
        shared.keep(done, seen, kept=1)
    elif shared:
        shared.withdraw()
    if tables and done:
        tables.keep(done, now, tables_seen, forget=True)
    elif tables:
        tables.withdraw()
