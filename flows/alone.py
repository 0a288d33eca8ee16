"""One run shows one form."""

from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run

from schemas.no_go import NoGo
from tasks.ledger import runs
from tasks.office import Office
from tasks.settings import Settings


def refuse_if_waiting_elsewhere(run_id: str) -> None:
    """Stop this flow run if another one already waits for the approval of the same pay run.

    Raises:
        NoGo: it does; the message says which.
    """
    office = Office.of_run(run_id, Settings())
    with office.ledger.opened() as connection:
        others = [other for other in runs.flows_of_run(connection, run_id) if other != str(flow_run.id)]
    with get_client(sync_client=True) as client:
        for other in others:
            try:
                state = client.read_flow_run(other).state
            except ObjectNotFound:  # Prefect's database was made anew: nobody can answer that form
                continue
            if state and state.is_paused():
                raise NoGo(
                    f"{run_id} waits for approval already, in the flow run {other}. Answer its form in the Prefect UI; "
                    "nothing was started again."
                )
