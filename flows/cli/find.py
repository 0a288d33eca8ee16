"""``siller find``: the payments of a payee, over all periods."""

from typing import Annotated

import typer

from flows.cli.who import Who


def find(
    tenant: Annotated[str, typer.Argument(help="The body whose payee it is.")],
    who: Who = "",
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="In the rehearsals, not in the live runs.")] = False,
) -> None:
    """Find the payments of a payee by a name, a reference, an account or a contact, which is asked for.

    For enquirers alone. What you type stands in no command, log or file; it is kept that you looked, and what you were
    told of. Of a name give as many words as you know; a reference, an account or a contact has to be whole.
    """
    from rich.table import Table

    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.money import pounds
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.payee_search.find import find as found_by
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    context = TenantContext(tenant, mode, Settings())
    by = identify(context, who, f"siller find {tenant}", Role.ENQUIRER)
    asked = typer.prompt("Name, reference, account or contact", default="", show_default=False, err=True)
    now = clock(mode, None)
    with error_boundary("find"):
        found = found_by(context, asked, by, now)
    table = Table("Payee", "Period", "Line", "Pay day", "Amount", "Stands", box=None, header_style="bold")
    table.add_column("To trace it", no_wrap=True)
    for each in found:
        stands = each.state.replace("_", " ") + (f", code {each.code}" if each.code else "")
        amount = "not readable" if each.pence is None else pounds(each.pence)
        line = f"{each.line} of {each.extract}"
        table.add_row(str(each.payee), str(each.period), line, f"{each.pay_day:%-d %b %Y}", amount, stands, each.trace)
    OUT.print(table)
    for each in found:
        if voucher := each.voucher:
            to_do = voucher.next_step(now.date())
            OUT.print(
                f"{each.line} of {each.extract} is paid by voucher, until {voucher.expires:%-d %B %Y}: "
                f"{pounds(voucher.cashed_pence)} of {pounds(voucher.pence)} is cashed."
                f"{f' To do: {to_do}.' if to_do else ''}",
                highlight=False,
                markup=False,
                soft_wrap=True,
            )
