"""``siller notices``: who of a body's people was told what, and what could not be sent."""

from typing import Annotated

import typer

from flows.cli.who import Who


def notices(
    tenant: Annotated[str, typer.Argument(help="The body whose people they are.")],
    unsent: Annotated[bool, typer.Option("--unsent", help="Only what was not sent.")] = False,
    who: Who = "",
) -> None:
    """List what the body's people were told, the latest first. Exit code 1: something could not be sent.

    Who is told what stands in the agreement (notices); they are sent by siller up, or the workers' watch.
    """
    from rich.table import Table

    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.bank_days import LONDON
    from schemas.pay_run import Mode
    from tasks.error_boundary import error_boundary
    from tasks.notices.book import Outcome, list_kept, list_untold
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context = TenantContext(tenant, Mode.LIVE, Settings())
    identify(context, who, "siller notices", Role.OPERATOR, Role.DECISION_OWNER, Role.AUDITOR)
    with error_boundary("notices"), context.ledger.opened() as connection:
        kept = [row for row in list_kept(connection) if not unsent or row.outcome != Outcome.SENT]
        untold = list(list_untold(connection, tenant))
    for said in untold:
        OUT.print(said, style="bold red", soft_wrap=True, highlight=False)
    table = Table("When", "Event", "About", "Who", "By", "Outcome", title=f"Notices of {tenant}")
    for row in kept:
        outcome = f"{row.outcome} after {row.tries} tries" if row.tries > 1 else row.outcome
        twice = ", may have come twice" if row.may_come_twice else ""
        when = f"{row.tried_at.astimezone(LONDON):%-d %b %Y %H:%M}"
        table.add_row(when, row.event, f"{row.about} {row.occasion}".strip(), row.person, row.channel, outcome + twice)
    if kept:
        OUT.print(table, highlight=False)
    else:
        OUT.print(f"No notice of {tenant} {'is unsent' if unsent else 'was ever sent'}.", soft_wrap=True)
    if untold:
        raise typer.Exit(1)
