"""Taking in the bank's answers, and reconciling, as tasks of a flow."""

from datetime import date

from schemas.bank_messages.verdict import Taken
from schemas.pay_run import Mode
from schemas.stages import Stage
from tasks.clock import clock
from tasks.error_boundary import error_boundary
from tasks.lineage.events import emitting
from tasks.reconcile import stage, tables, wording
from tasks.reconcile.receive import inbox, receive_all
from tasks.reconcile.receive import put_away as received_put_away
from tasks.settings import Settings
from tasks.stage_run import Shown, TakenUp
from tasks.tenant_context import TenantContext


def receive(tenant: str, mode: Mode, today: date | None) -> list[Taken]:
    """Take in every file of the bank's inbox; return what became of each."""
    with error_boundary("receive"):
        context = TenantContext(tenant, mode, Settings())
        return receive_all(context, inbox(context), clock(mode, today))


def reconcile(run: TakenUp) -> Shown:
    """Write a run's reconciliation report; return what is shown of it, and what it leaves to be explained."""
    with error_boundary(Stage.RECONCILE):
        context = TenantContext.of_run(run.run_id, Settings())
        now = clock(context.mode, run.today)
        # A run is reconciled as often as the bank sends something: each time is one of its own.
        with emitting(context.paths, run.run_id, f"{Stage.RECONCILE} {now.isoformat()}"):
            reconciliation, written = stage.reconcile(context, run.run_id, now)
        key = run.artifact_key("reconciliation")
        shown = tables.markdown(reconciliation, str(written.page))
        return Shown(key, shown, wording.open_end(reconciliation))


def put_away(tenant: str, mode: Mode) -> None:
    """Take what has been received and reconciled out of the bank's inbox."""
    with error_boundary("put-away"):
        received_put_away(TenantContext(tenant, mode, Settings()))
