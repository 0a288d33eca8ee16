"""A stage at work: what every ``task.py`` has around it."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from schemas.manifest import Kind
from schemas.no_go import NoGo
from schemas.pay_run import PayRun, as_key
from tasks.clock import clock
from tasks.error_boundary import error_boundary
from tasks.ledger import LedgerBusy, audit_log, runs
from tasks.ledger.catalogue.events import Stopped
from tasks.ledger.journal import OF_NO_RUN
from tasks.lineage.events import Told, emitting
from tasks.settings import Settings
from tasks.storage.working_copy import Fenced
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class TakenUp:
    """A run as it stood when a process took it up: the ledger is asked once for what all its stages want to know.

    Nobody else works for the tenant until the process has ended, so none of it changes but by the process itself.

    Attributes:
        run_id: the run.
        kind: what its extract was declared as.
        today: the date to run as, in a rehearsal only.
        done: the stages that earlier starts have done.
        flows: the Prefect flow runs that work, or have worked, on it.
        replaced_flows: those of the runs whose place it has taken.
    """

    run_id: str
    kind: Kind
    today: date | None
    done: frozenset[str]
    flows: tuple[str, ...]
    replaced_flows: tuple[str, ...]

    def artifact_key(self, what: str) -> str:
        """What an artifact of the run is called in Prefect: by body, period and kind."""
        return as_key(what, self.run_id, self.kind.label(PayRun.of(self.run_id).period))


def take_up(run_id: str, today: date | None) -> TakenUp:
    """Ask the ledger for a run, once for all stages of a process.

    Args:
        run_id: the run.
        today: the date to run as, in a rehearsal only.

    Raises:
        NoGo: there is no such run, or the ledger does not open.
        Fault: anything else went wrong.
    """
    with error_boundary("take up"), TenantContext.of_run(run_id, Settings()).ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        replaced = runs.find_replaced(connection, run)
        return TakenUp(
            run_id=run_id,
            kind=run.kind,
            today=today,
            done=frozenset(runs.stages_done(connection, run_id)),
            flows=tuple(runs.flows_of_run(connection, run_id)),
            replaced_flows=tuple(flow for each in replaced for flow in runs.flows_of_run(connection, each.run_id)),
        )


@dataclass(frozen=True)
class Shown:
    """What a stage shows to people, beside what it keeps.

    Attributes:
        key: what it is called in Prefect, where it is an artifact.
        markdown: what is shown.
        open_end: what it leaves for a person to explain, as one line; empty if it leaves nothing.
    """

    key: str
    markdown: str
    open_end: str = ""


@dataclass(frozen=True)
class StageRun:
    """What a stage works with.

    Attributes:
        context: the tenant's.
        now: the time that counts.
        told: takes the stage's figures, for lineage.
    """

    context: TenantContext
    now: datetime
    told: Told


@contextmanager
def run_stage(stage: str, run: TakenUp) -> Iterator[StageRun]:
    """Let only sentences out, and tell lineage of the stage, unless it was done by an earlier start.

    Raises:
        NoGo: as the stage raised it.
        Fault: anything else went wrong.
    """
    with error_boundary(stage):
        context = TenantContext.of_run(run.run_id, Settings())
        now = clock(context.mode, run.today)
        if stage in run.done:
            yield StageRun(context, now, Told())
            return
        with stops_told(context, stage, now, run.run_id), emitting(context.paths, run.run_id, stage) as told:
            yield StageRun(context, now, told)


@contextmanager
def stops_told(context: TenantContext, stage: str, now: datetime, run_id: str = OF_NO_RUN) -> Iterator[None]:
    """Keep a no-go of the block in the ledger, for the auditor: what was tried, and what stopped it.

    Who was fenced keeps nothing: another machine is at work, whose next commit that would fence.

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
    except (LedgerBusy, Fenced):
        raise
    except NoGo as said:
        with contextlib.suppress(NoGo, duckdb.Error):  # where the ledger is what is wrong, the sentence alone has to do
            _keep(context, stage, str(said), now, run_id)
        raise


def _keep(context: TenantContext, stage: str, said: str, now: datetime, run_id: str) -> None:
    with context.ledger.transaction() as connection:
        run_no = runs.run_row(connection, run_id).run_no if run_id else 0
        audit_log.keep(connection, Stopped(audit_log.SILLER, f"{stage}: {said}"), now, (run_no, run_id))
