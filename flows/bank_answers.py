"""What the bank sent back: from its inbox to the reconciliation report."""

from datetime import date
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.outcome import no_go
from flows.tenant_lock import begin
from schemas.bank_messages.verdict import Verdict
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.publish.task import publish
from tasks.reconcile.task import put_away, receive, reconcile
from tasks.stage_run import take_up


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
        files = receive(tenant, mode, today)
        runs = [take_up(run_id, today) for run_id in dict.fromkeys(run_id for file in files for run_id in file.runs)]
        open_ends = [said for run in runs if (said := reconcile(run))]
        for run in runs:
            publish(run)
        put_away(tenant, mode)
    except NoGo as said:
        return no_go(said)
    waiting = [file.sentence for file in files if file.verdict is None]
    if waiting or open_ends:
        return no_go(NoGo(" ".join([*waiting, *open_ends])))
    reconciled = f"Reconciled: {', '.join(run.run_id for run in runs) or 'nothing new'}."
    aside = [f"Set aside: {file.sentence}" for file in files if file.verdict is Verdict.SET_ASIDE]
    return Completed(message=" ".join([reconciled, *aside]))
