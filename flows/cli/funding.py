"""``siller funding``: what a run takes from which account, and that the money for it is there."""

from typing import Annotated

import typer

from flows.cli.who import Who


def funding(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run, which waits for its approval.")],
    amount: Annotated[str, typer.Option(help="Confirm that so many pounds are there; 0 takes it back.")] = "",
    account: Annotated[
        str, typer.Option(help="In which account, by the extract's word or its number, where there are several.")
    ] = "",
    day: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="For which pay day, where the run has several.")
    ] = None,
    who: Who = "",
) -> None:
    """List what a run takes from which paying account on which day, or confirm that the money for it is there.

    Where the agreement says who confirms it (funding_confirmed_by), nobody can approve a run before all of it is
    confirmed, and nothing is released. Who confirms it neither sent the extract nor approves the run.
    """
    from flows.cli.dates import date_of
    from flows.console import OUT
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.funding.confirm import DOOR, MAY_LOOK, Asked, confirm, list_funding
    from tasks.people.identity import identify
    from tasks.people.two_people import Given
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context = TenantContext.of_run(run_id, Settings())
    if not amount:
        if account or day:
            raise typer.BadParameter("an account and a day are of the money that --amount confirms")
        identify(context, who, DOOR, *MAY_LOOK)
        with error_boundary("funding"):
            needed = list_funding(context, run_id)
        for each in needed:
            OUT.print(str(each), soft_wrap=True, highlight=False, markup=False)
        return
    if not who:
        raise typer.BadParameter("who confirms money has a name: say --as NAME")
    given = Given(who, typer.prompt(f"One-time code of {who}", hide_input=True))
    with error_boundary("funding"):
        asked = Asked(run_id, amount, account, date_of(day))
        said = confirm(context, asked, given, at=clock(Mode.LIVE, None), now=clock(context.mode, None))
    then = said.lacks or f"All the money for {run_id} is confirmed: it can be approved."
    OUT.print(f"{said.needed} {then}", soft_wrap=True, highlight=False, markup=False)
