"""A stage at work: what every ``task.py`` has around it."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from schemas.no_go import NoGo
from tasks.clock import clock
from tasks.error_boundary import error_boundary
from tasks.ledger import LedgerBusy, audit_log, runs
from tasks.ledger.catalogue.events import Stopped
from tasks.ledger.journal import OF_NO_RUN
from tasks.ledger.runs import RunRow
from tasks.lineage.events import Told, emitting
from tasks.settings import Settings
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class StageRun:
    """What a stage works with.

    Attributes:
        context: the tenant's.
        now: the time that counts.
        told: takes the stage's figures, for lineage.
        run: the run.
    """

    context: TenantContext
    now: datetime
    told: Told
    run: RunRow


@contextmanager
def run_stage(stage: str, run_id: str, today: date | None) -> Iterator[StageRun]:
    """Let only sentences out, and tell lineage of the stage, unless it was done by an earlier start.

    Raises:
        NoGo: as the stage raised it.
        Fault: anything else went wrong.
    """
    with error_boundary(stage):
        context = TenantContext.of_run(run_id, Settings())
        now = clock(context.mode, today)
        with context.ledger.opened() as connection:
            run = runs.run_row(connection, run_id)
            done = stage in runs.stages_done(connection, run_id)
        if done:
            yield StageRun(context, now, Told(), run)
            return
        with stops_told(context, stage, now, run_id), emitting(context.paths, run_id, stage) as told:
            yield StageRun(context, now, told, run)


@contextmanager
def stops_told(context: TenantContext, stage: str, now: datetime, run_id: str = OF_NO_RUN) -> Iterator[None]:
    """Keep a no-go of the block in the ledger, for the auditor: what was tried, and what stopped it.

    Args:
        context: the tenant's.
        stage: what was being done.
        now: when.
        run_id: the run, where there is one.

    Raises:
        NoGo: as the block raised it.
    """
    try:
        yield
    except LedgerBusy:
        raise
    except NoGo as said:
        with contextlib.suppress(NoGo, duckdb.Error):  # where the ledger is what is wrong, the sentence alone has to do
            _keep(context, stage, str(said), now, run_id)
        raise


def _keep(context: TenantContext, stage: str, said: str, now: datetime, run_id: str) -> None:
    with context.ledger.transaction() as connection:
        run_no = runs.run_row(connection, run_id).run_no if run_id else 0
        audit_log.keep(connection, Stopped(audit_log.SILLER, f"{stage}: {said}"), now, (run_no, run_id))
