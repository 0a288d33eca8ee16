"""``siller holds``: which accounts and payees are held since a payment came back, and how two people lift that."""

from typing import Annotated

import typer

from flows.cli.who import Who


def holds(
    tenant: Annotated[str, typer.Argument(help="The body whose payments they are.")],
    lift: Annotated[
        str, typer.Option(metavar="RUN/ROW", help="Lift what this payment holds; the list has the names.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why, in a sentence that says nothing of a payee.")] = "",
    reference: Annotated[
        str, typer.Option(help="Under which the bank confirmed the account, or the body decided: a letter, a case.")
    ] = "",
    agreeing: Annotated[str, typer.Option(help="Who agrees; of a payee the decision owner.")] = "",
    who: Who = "",
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Of the rehearsals, not of the live runs.")] = False,
) -> None:
    """List which accounts and payees are held since a payment came back, or lift one of these holds.

    To lift takes two people with a one-time code each, neither of them uploader, sender or approver of the run.
    """
    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.holds.lift import lift as lifted
    from tasks.holds.lift import list_held
    from tasks.people.identity import identify
    from tasks.people.two_people import Given
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    context = TenantContext(tenant, mode, Settings())
    now = clock(mode, None)
    if not lift:
        if reason or reference or agreeing:
            raise typer.BadParameter("a reason, a reference and who agrees are of what --lift names")
        may_look = (Role.OPERATOR, Role.UPLOADER, Role.APPROVER, Role.DECISION_OWNER, Role.AUDITOR)
        identify(context, who, "siller holds", *may_look)
        with error_boundary("holds"):
            found = list_held(context, now)
        for each in found:
            OUT.print(f"{each.subject}: {each.said}", soft_wrap=True, highlight=False, markup=False)
        if not found:
            OUT.print(f"Nothing of {tenant} ({mode}) is held for a payment that came back.", soft_wrap=True)
        return
    if not who or not agreeing:
        raise typer.BadParameter("it takes two people: name both, --as NAME and --agreeing NAME")
    first, second = (Given(name, typer.prompt(f"One-time code of {name}", hide_input=True)) for name in (who, agreeing))
    with error_boundary("holds"):
        said = lifted(context, lift, reason, reference, (first, second), at=clock(Mode.LIVE, None), now=now)
    OUT.print(f"The {said.holds} of {said.of} is no longer held.", soft_wrap=True, highlight=False, markup=False)
