"""``siller submitted``: the released file has gone to the channel of its rail."""

from typing import Annotated

import typer

from flows.cli.who import Who


def submitted(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run, for example ilf-2026-11-live-1.")],
    reference: Annotated[str, typer.Option(help="What the channel gave back for the submission.")],
    at: Annotated[str, typer.Option(help="When, by the clock in London: YYYY-MM-DD HH:MM.")],
    who: Who = "",
) -> None:
    """Record that a run's payment file was submitted; the file in the outbox is checked once more."""
    from flows.console import ERR, OUT
    from schemas.agreement import Role
    from schemas.no_go import NoGo
    from tasks.clock import clock
    from tasks.ledger import runs
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.submit import stage
    from tasks.tenant_context import TenantContext

    try:
        moment = stage.london_time(at)
    except NoGo as no_time:
        raise typer.BadParameter(str(no_time)) from None
    context = TenantContext.of_run(run_id, Settings())
    by = identify(context, who, f"siller submitted {run_id}", Role.SENDER, Role.OPERATOR)
    with context.ledger.opened() as connection:
        # A rehearsal may have been run as of a day that is still to come.
        now = max(clock(context.mode, None), runs.last_recorded(connection, run_id))
    entry = stage.record_submission(context, run_id, reference, moment, by, now)
    said = entry.figures
    OUT.print(f"{run_id} is submitted, {moment:%-d %B %Y at %H:%M}, under the reference {said.reference}.")
    if late := said.days_late:
        ERR.print(
            f"LATE: that is {late} day{'s' if late > 1 else ''} after the last day on which the file is taken for "
            "its processing date. The bank may refuse it, or pay on another day. Ask the bank now, and tell the body.",
            style="bold red",
            soft_wrap=True,
        )
