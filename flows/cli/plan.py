"""``siller plan``: a period's key moments, and what has come of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.who import Who

if TYPE_CHECKING:
    from rich.table import Table

    from flows.service.period_plan import PeriodPlan


def plan(
    tenant: Annotated[str, typer.Argument(help="The body, for example ilf.")],
    period: Annotated[str, typer.Option(help="The pay period, as it is written: 2026-11 or 2026-W48.")],
    html: Annotated[
        Path | None, typer.Option(help="Write it to this file as a page.", dir_okay=False, writable=True)
    ] = None,
    who: Who = "",
) -> None:
    """Show what of a live pay period is done, late, next and to come, from its extract to its close.

    Exit code 1: something of it is late.
    """
    from flows.console import OUT
    from flows.service.period_plan import as_page, plan_of
    from flows.service.standing import picture
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from schemas.period import Period
    from schemas.standing.plan import Mark
    from schemas.standing.records import Standing
    from tasks.clock import clock
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.storage.atomic_write import write_atomic
    from tasks.tenant_context import TenantContext

    asked = Period.parsed(period)
    context, now = TenantContext(tenant, Mode.LIVE, Settings()), clock(Mode.LIVE, None)
    standings: tuple[Standing, ...] = ()
    if context.ledger.exists or context.ledger.lost:
        identify(context, who, f"siller plan {tenant}", *Role)
        seen = picture([context], context.settings.home, now)
        standings = seen.standings
        for said in filter(None, (seen.unasked, *seen.refused, *seen.busy, *map(str, seen.moves))):
            OUT.print(said, style="bold yellow", soft_wrap=True, highlight=False)
    shown = plan_of(context, asked, list(standings), now)
    OUT.print(_table(shown))
    for standing in shown.open:
        OUT.print(f"\n{standing}", highlight=False, soft_wrap=True)
    if html:
        write_atomic(html, as_page(shown).encode())
        OUT.print(f"Written to {html}.", highlight=False, soft_wrap=True)
    if any(each.mark is Mark.LATE for each in shown.marked):
        raise typer.Exit(1)


def _table(shown: "PeriodPlan") -> "Table":
    from rich.table import Table

    from schemas.standing.plan import Mark

    styles = {Mark.LATE: "bold red", Mark.NEXT: "bold yellow"}
    table = Table("Moment", "When", "Whose", "", box=None, header_style="bold", pad_edge=False)
    for what, when, whose, mark in shown.list_rows():
        table.add_row(what, when, whose, str(mark), style=styles.get(mark))
    return table
