"""One pay run: from the extract in the landing folder to the payment file in the outbox."""

from datetime import date
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.approval import approve
from flows.as_task import as_task
from flows.naming import at_start, by_its_run
from flows.outcome import no_go
from flows.tenant_lock import begin, end_forms_of_replaced_runs, refuse_if_waiting_elsewhere
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.order import pay
from tasks.stage_run import TakenUp


@flow(name="pay-run", flow_run_name=at_start, persist_result=False)
def pay_run(tenant: str, period: str | None = None, mode: Mode = Mode.LIVE, today: date | None = None) -> State[Any]:
    """Pay a tenant's period, with a wait for people in the middle.

    A resume starts again from the first line: each stage then returns what stands in the ledger.

    Args:
        tenant: the body to pay for.
        period: the pay period, as it is written; the one of the day if not given, as by the schedule.
        mode: live or rehearsal.
        today: the date to run as, in a rehearsal only.
    """
    try:
        begin(tenant, mode)
        run_id = pay(
            tenant,
            period,
            mode,
            today,
            str(flow_run.id),
            work=as_task,
            taken_up=_take_its_place,
            approve=approve,
        )
    except NoGo as said:
        return no_go(said)
    return Completed(message=f"{run_id} is released.")


def _take_its_place(run: TakenUp) -> None:
    """Let Prefect show which run this is, and no form wait but this one's."""
    by_its_run(run)
    refuse_if_waiting_elsewhere(run)
    end_forms_of_replaced_runs(run)
