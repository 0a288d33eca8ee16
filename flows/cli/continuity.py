"""``siller continuity``: open an approved run's continuity file, and settle what was done with it."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.who import Who

continuity = typer.Typer(
    help="The file of approved payments for the day on which siller cannot pay.", no_args_is_help=True
)

_Run = Annotated[str, typer.Argument(metavar="RUN", help="The run, for example ilf-2026-11-live-1.")]


@continuity.command("open")
def open_(
    run_id: _Run,
    who: Annotated[str, typer.Option("--as", metavar="NAME", help="Who you are, as the agreement names you.")],
    reason: Annotated[str, typer.Option(help="Why, for those who have to settle it.")],
    to: Annotated[Path, typer.Option(help="Where the payments are to stand, in plain text.")],
) -> None:
    """Decrypt the approved payments, without Prefect and the ledger; the opening is noted first."""
    from flows.console import OUT
    from schemas.pay_run import PayRun
    from tasks.clock import clock
    from tasks.continuity.opening import open_file
    from tasks.settings import Settings

    opening = open_file(Settings(), run_id, who, reason, to, clock(PayRun.of(run_id).mode, None))
    OUT.print(
        f"The payments of {run_id} stand in {to}, in plain text. This is opening {opening.number}, by {opening.by}. "
        "Nothing is opened or released until somebody else has settled it (docs/operating/fall-back-day.md).",
        soft_wrap=True,
        highlight=False,
    )


@continuity.command()
def settle(
    run_id: _Run,
    nothing_was_paid: Annotated[
        bool, typer.Option("--nothing-was-paid", help="No payment was made with what was opened.")
    ] = False,
    recorded: Annotated[
        int | None, typer.Option(help="The number under which what was paid is recorded (siller record).")
    ] = None,
    who: Who = "",
) -> None:
    """Say what was paid with an opened continuity file, so that siller may go on."""
    from flows.console import OUT
    from schemas.agreement import Role
    from tasks.clock import clock
    from tasks.continuity import settle as settling
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    if nothing_was_paid == (recorded is not None):
        raise typer.BadParameter("say either --nothing-was-paid or --recorded NUMBER.")
    context = TenantContext.of_run(run_id, Settings())
    by = identify(context, who, f"siller continuity settle {run_id}", Role.DECISION_OWNER, Role.OPERATOR)
    entry = settling.settle(context, run_id, recorded, by, clock(context.mode, None))
    OUT.print(f"{run_id} is settled: {entry.stage.replace('_', ' ')}, by {by}.", highlight=False)
