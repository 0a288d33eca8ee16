"""What the bank sent back: from its inbox to the reconciliation report."""

from datetime import date
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.as_task import as_task
from flows.outcome import no_go
from flows.tenant_lock import begin
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.order import take_in_answers


@flow(name="bank-answers", flow_run_name="{tenant} {mode}", persist_result=False)
def bank_answers(tenant: str, mode: Mode = Mode.LIVE, today: date | None = None) -> State[Any]:
    """Take in the bank's answers and reconcile every run that they speak of.

    A file that was set aside does not hold up the others: ``siller status`` names it until it is settled.

    Args:
        tenant: whose bank.
        mode: live or rehearsal.
        today: the date to run as, in a rehearsal only.
    """
    try:
        begin(tenant, mode)
        taken = take_in_answers(tenant, mode, today, work=as_task)
    except NoGo as stopped:
        return no_go(stopped)
    if taken.said:
        return no_go(NoGo(" ".join(taken.said)))
    aside = [f"Set aside: {said}" for said in taken.set_aside]
    return Completed(message=" ".join([f"Reconciled: {', '.join(taken.runs) or 'nothing new'}.", *aside]))
