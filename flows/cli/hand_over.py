"""``siller hand-over``: the sender lets siller hand released files over to the bank, and to a voucher provider."""

from typing import Annotated

import typer

from flows.cli.who import Who


def hand_over(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run, for example ilf-2026-11-live-1.")],
    who: Who = "",
) -> None:
    """Hand a run's released files over to where the agreement has them go, and record that each was submitted.

    That is the payment file, for the bank, and the file of vouchers, for their provider; what keeps one back does not
    keep the other. Given again it looks at what stands there and finishes it; a file that was perhaps taken is never
    sent again.
    """
    import os
    from contextlib import ExitStack

    from flows.console import ERR, OUT, waiting_for
    from flows.turn import wait_for_turn
    from schemas.agreement import Role
    from schemas.bank_days import LONDON
    from schemas.no_go import NoGo
    from tasks.clock import clock
    from tasks.error_boundary import Fault, error_boundary
    from tasks.hand_over.on_its_way import PAUSES
    from tasks.hand_over.stage import list_hand_overs
    from tasks.ledger.catalogue.vouchers import VouchersSubmitted
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context = TenantContext.of_run(run_id, Settings())
    by = identify(context, who, f"siller hand-over {run_id}", Role.SENDER)
    paths, tenant = context.paths, context.tenant
    with waiting_for("Handing over") as now, ExitStack() as at_the_end:
        turn = wait_for_turn(paths, tenant, lambda: now(f"Waiting for another run of {tenant} to end"))
        at_the_end.callback(os.close, turn)
        refused: list[NoGo | Fault] = []
        for hand_over_one in list_hand_overs(context, run_id):
            try:
                with error_boundary("hand-over"):
                    said = hand_over_one(context, run_id, by, lambda: clock(context.mode, None), PAUSES)
            except (NoGo, Fault) as refusal:
                refused.append(refusal)
                continue
            what = f"The vouchers of {run_id} are" if isinstance(said, VouchersSubmitted) else f"{run_id} is"
            OUT.print(
                f"{what} submitted, {said.at.astimezone(LONDON):%-d %B %Y at %H:%M}, under the reference "
                f"{said.reference}.",
                highlight=False,
                soft_wrap=True,
            )
    for each in refused:
        ERR.print(str(each), style="bold red", highlight=False, soft_wrap=True)
    if refused:
        raise typer.Exit(1)
