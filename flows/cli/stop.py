"""``siller stop``: one payment is taken out before the release, or let in again."""

from typing import Annotated

import typer

from flows.cli.who import Who


def stop(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run, which is not released yet.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence that says nothing of a payee.")],
    line: Annotated[
        int | None,
        typer.Option(
            help="The line in the body's own file, from 1, or the worksheet's row. [default: the reference is asked]"
        ),
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Lift the stop again.")] = False,
    who: Who = "",
) -> None:
    """Stop one payment of a run that is not released, so that its payee is not paid in this period until it is lifted.

    The payment file is not changed, and no approval of it counts any more: start the same extract again, which opens
    the period's next run without that payment. Without --line the payee's reference is asked for, and kept nowhere.
    """
    from flows.console import OUT
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.people.two_people import Given
    from tasks.settings import Settings
    from tasks.stop.stop import Asked
    from tasks.stop.stop import stop as stopped
    from tasks.tenant_context import TenantContext

    if not who:
        raise typer.BadParameter("a stop has a name: say --as NAME")
    context = TenantContext.of_run(run_id, Settings())
    reference = "" if line is not None else typer.prompt("Reference of the payee", hide_input=True)
    given = Given(who, typer.prompt(f"One-time code of {who}", hide_input=True))
    with error_boundary("stop"):
        asked = Asked(run_id, line, reference, not lift)
        said = stopped(context, asked, reason, given, clock(Mode.LIVE, None), clock(context.mode, None))
    then = (
        "It can be sent again in a correction, or in a supplementary extract."
        if lift
        else "Start the same extract again: it opens the next run, without that payment. This one cannot be released."
    )
    OUT.print(f"{given.name} {said}. {then}", soft_wrap=True, highlight=False)
