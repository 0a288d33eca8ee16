"""``siller status``: where every run stands, and what somebody has to do."""

from typing import Annotated

import typer

from flows.cli.who import Who


def status(
    who: Who = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON, for a program.")] = False,
) -> None:
    """Show where every run of the tenants stands that you have a part in, the most urgent first.

    It asks the ledgers and the Prefect server. Exit code 1: a person must act now, or a ledger cannot be opened.
    """
    from flows.cli.status_report import as_data, tell
    from flows.console import OUT
    from flows.service.standing import picture
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from schemas.period import PERIOD_FORM
    from tasks.clock import clock
    from tasks.people.identity import filter_admitting
    from tasks.settings import Settings
    from tasks.tenant_context import list_agreed_in_both_modes, list_openable, list_with_ledger

    settings = Settings()
    # Who the ledger that would know them is gone with cannot be admitted, and has to be told all the same.
    able, refused = list_openable(settings)
    if not as_json:
        for said in refused:
            OUT.print(said, style="bold red", soft_wrap=True, highlight=False)
    theirs = {context.tenant for context in filter_admitting(able, who, "siller status", *Role)}
    others = {context.tenant for context in able} - theirs
    closed = [context for context in list_with_ledger(settings) if context not in able]
    # A body of which nothing has been recorded yet may have a run that stopped before anything could be.
    shown = [
        context
        for context in list_agreed_in_both_modes(settings)
        if context.tenant not in others and context not in closed
    ]
    seen = picture(shown, settings.home, clock(Mode.LIVE, None))
    for said in () if as_json else seen.unadopted:
        OUT.print(said, style="bold yellow", soft_wrap=True, highlight=False, markup=False)
    if as_json:
        OUT.print_json(data=as_data(seen, refused) | {"not_adopted": list(seen.unadopted)})
    elif seen.standings or seen.refused or seen.busy or seen.set_aside or seen.untold:
        tell(OUT, seen)
    elif not refused:
        OUT.print(f"There is no run yet. Pay a period with: siller run TENANT --period PERIOD, {PERIOD_FORM}")
    if refused or seen.needs_a_person:
        raise typer.Exit(1)
