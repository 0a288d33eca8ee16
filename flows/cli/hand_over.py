"""``siller hand-over``: the sender lets siller hand a released file over to the bank."""

from typing import Annotated

import typer

from flows.cli.who import Who


def hand_over(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run, for example ilf-2026-11-live-1.")],
    who: Who = "",
) -> None:
    """Hand a released payment file over to the server or bucket of the agreement, and record that it was submitted.

    Given again it looks at what stands there and finishes it; a file that the bank may have is never sent again.
    """
    import os
    from contextlib import ExitStack

    from flows.console import OUT, waiting_for
    from flows.turn import wait_for_turn
    from schemas.agreement import Role
    from schemas.bank_days import LONDON
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.hand_over import stage
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context = TenantContext.of_run(run_id, Settings())
    by = identify(context, who, f"siller hand-over {run_id}", Role.SENDER)
    paths, tenant = context.paths, context.tenant
    with waiting_for("Handing over") as now, ExitStack() as at_the_end:
        turn = wait_for_turn(paths, tenant, lambda: now(f"Waiting for another run of {tenant} to end"))
        at_the_end.callback(os.close, turn)
        with error_boundary("hand-over"):
            said = stage.hand_over(context, run_id, by, lambda: clock(context.mode, None))
    at = said.at.astimezone(LONDON)
    OUT.print(
        f"{run_id} is submitted, {at:%-d %B %Y at %H:%M}, under the reference {said.reference}.",
        highlight=False,
        soft_wrap=True,
    )
