"""``siller authorised-payees``: the list of payees whom a body has authorised, and how two people confirm another."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.who import Who

if TYPE_CHECKING:
    from tasks.authorised_payees.kept import KeptList


def authorised_payees(
    tenant: Annotated[str, typer.Argument(help="The body whose payees they are.")],
    confirm: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The new list, whole: a CSV with the column payee_reference.")
    ] = None,
    agreeing: Annotated[str, typer.Option(help="Who confirms it with you: an approver or the decision owner.")] = "",
    who: Who = "",
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Of the rehearsals, not of the live runs.")] = False,
) -> None:
    """Show which list of authorised payees counts, or confirm another in its place.

    To confirm takes two people with a one-time code each, neither of whom sends extracts. It shows nobody's reference.
    """
    from flows.console import OUT
    from schemas.pay_run import Mode
    from tasks.authorised_payees import confirm as act
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.people.identity import identify
    from tasks.people.two_people import Given
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    context = TenantContext(tenant, mode, Settings())
    if confirm is None:
        if agreeing:
            raise typer.BadParameter("who agrees is of what --confirm names")
        identify(context, who, act.DOOR, *act.MAY_LOOK)
        with error_boundary("authorised-payees"):
            kept = act.find_kept(context)
        OUT.print(_said(kept, tenant, mode), soft_wrap=True, highlight=False, markup=False)
        return
    if not who or not agreeing:
        raise typer.BadParameter("it takes two people: name both, --as NAME and --agreeing NAME")
    with error_boundary("authorised-payees"):
        proposed = act.propose(context, confirm)
    accounts = ", with accounts" if proposed.has_accounts else ""
    OUT.print(
        f"{confirm.name} lists {proposed.payees:,} payees{accounts}: {proposed.new:,} are not on the list that counts, "
        f"and {proposed.gone:,} of that list are not on it. SHA-256 {proposed.sha256}.",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
    first, second = (Given(name, typer.prompt(f"One-time code of {name}", hide_input=True)) for name in (who, agreeing))
    with error_boundary("authorised-payees"):
        act.confirm(context, proposed, (first, second), at=clock(Mode.LIVE, None), now=clock(mode, None))
    OUT.print(
        "It counts from now on. A run that waits for its approval was held against the one before: start its extract "
        "again.",
        soft_wrap=True,
        highlight=False,
    )


def _said(kept: "KeptList", tenant: str, mode: str) -> str:
    if kept.confirmed_on is None:
        return (
            f"No list of authorised payees of {tenant} ({mode}) is kept, so nobody counts as authorised. Two people "
            "confirm one: --confirm FILE."
        )
    return (
        f"{kept.count:,} payees of {tenant} ({mode}) are authorised, by the list that {' and '.join(kept.by)} "
        f"confirmed on {kept.confirmed_on:%-d %B %Y}. SHA-256 {kept.sha256}."
    )
