"""One process at work for a tenant, and one form for a run."""

import threading
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from prefect import get_run_logger
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.exceptions import Abort
from prefect.runtime import flow_run
from prefect.states import Cancelled

from flows.service import flow_runs, homes, liveness
from flows.service.liveness import Begun
from flows.turn import wait_for_turn
from schemas.no_go import NothingToDo
from schemas.pay_run import Mode
from tasks.clock import clock
from tasks.error_boundary import error_boundary
from tasks.flow_parameters import check_unchanged, note
from tasks.settings import Settings
from tasks.stage_run import TakenUp
from tasks.storage.home_name import name_of
from tasks.tenant_context import TenantContext


def begin(tenant: str, mode: Mode) -> None:
    """Show that this flow run's process lives, and wait until no other process works for the tenant.

    Before anything is touched, the tenant is one that is agreed with, and the parameters are those that the flow run
    was begun with.

    Both locks are the process's: it has them until it ends, however it ends, and a run that waits for a person has
    none. Whatever started the other process, another worker or another Prefect server, the lock stands between them
    as long as they share ``SILLER_HOME``.

    Raises:
        NoGo: there is no such tenant, somebody changed the parameters, or another process went on working for an hour.
    """
    settings, flow_run_id, parameters = Settings(), str(flow_run.id), _plain(flow_run.parameters)
    name = f"{flow_run.flow_name}/{tenant}"  # Prefect would be asked for the whole deployment
    with error_boundary("begin"):
        check_unchanged(settings, flow_run_id, parameters, clock(mode, None))
        context = TenantContext(tenant, mode, settings)
        liveness.hold(settings.home, flow_run_id, Begun(name, parameters))
        _claim(settings, flow_run_id)
        note(settings, flow_run_id, parameters)
        wait_for_turn(context.paths, tenant, partial(_tell_of_others, tenant))  # never closed: it is the process's


def _claim(settings: Settings, flow_run_id: str) -> None:
    """Say which home works on this flow run, and vouch for it where other homes could."""
    with get_client(sync_client=True) as client:
        homes.claim(client, UUID(flow_run_id), name_of(settings.home))
    if settings.store is not None:
        # Its own, for should what keeps this home die, this process lives on.
        homes.start_beating(settings.home, threading.Event())


def leave_if_taken_over() -> None:
    """End this process without a word to Prefect if its flow run is another home's by now.

    It was stopped for so long that nothing was heard of its home. What Prefect says of the flow run is what the other
    home does, and a form that it shows is not to be taken away. Where no homes share a store, none takes over.
    """
    settings = Settings()
    if settings.store is None:
        return
    with get_client(sync_client=True) as client:
        holder = homes.holder_of(client.read_flow_run(UUID(str(flow_run.id))))
    if holder != name_of(settings.home):
        get_run_logger().warning("This run was taken over (by %s) while its home was silent: it ends here.", holder)
        raise Abort("The flow run was taken over by another home.")


def _plain(parameters: dict[str, object]) -> dict[str, str | None]:
    """A flow run's parameters as they were submitted: dates and modes as text."""
    return {name: None if value is None else str(value) for name, value in parameters.items()}


def _tell_of_others(tenant: str) -> None:
    get_run_logger().info("Another run of %s is at work: this one waits for its end.", tenant)


def end_forms_of_replaced_runs(run: TakenUp) -> None:
    """End every flow run that waits for the approval of a run whose place this one has taken."""
    said = f"{run.run_id} has taken the place of this run, so its form counts no longer. Answer that one's."
    with get_client(sync_client=True) as client:
        for flow in _paused(client, run.replaced_flows):
            client.set_flow_run_state(flow, Cancelled(message=said), force=True)


def refuse_if_waiting_elsewhere(run: TakenUp) -> None:
    """Stop this flow run if another one already waits for the approval of the same pay run.

    One whose form ran out, or was never stored, waits for nobody, whatever Prefect says of it.

    Raises:
        NothingToDo: it does; the message says which.
    """
    others = [other for other in run.flows if other != str(flow_run.id)]
    with get_client(sync_client=True) as client:
        for other in _showing_a_form(client, others):
            raise NothingToDo(
                f"{run.run_id} waits for approval already, in the flow run {other}. Answer its form in the Prefect UI; "
                "nothing was started again."
            )


def _showing_a_form(client: SyncPrefectClient, flows: Sequence[str]) -> list[str]:
    """Those of these flow runs whose form somebody can answer now."""
    now = clock(Mode.LIVE, None)
    seen = flow_runs.of_ids(client, Settings().home, flows)
    return [flow for flow in flows if seen[flow].shows_a_form(now)]


def _paused(client: SyncPrefectClient, flows: Sequence[str]) -> list[str]:
    """Those of these flow runs that wait, with a form or without; of a deleted one there is nothing to end."""
    seen = flow_runs.of_ids(client, Settings().home, flows)
    return [flow for flow in flows if seen[flow].type == "PAUSED"]
