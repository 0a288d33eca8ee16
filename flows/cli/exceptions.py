"""``siller exceptions``: what the bank leaves to two people, and how they settle it."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.who import Who


def exceptions(
    tenant: Annotated[str, typer.Argument(help="The body whose payments they are.")],
    settle: Annotated[
        str,
        typer.Option(
            metavar="FILE|RUN[/ROW]",
            help="Settle this: a file, all that is open in a run, a group of it, or a payment.",
        ),
    ] = "",
    item: Annotated[int | None, typer.Option(help="Of the file: this item of it alone.")] = None,
    decision: Annotated[
        str, typer.Option(metavar="admit|dismiss|paid|not_paid", help="What you decide; the list has the choices.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why, in a sentence that says nothing of a payee.")] = "",
    bank_reference: Annotated[
        str, typer.Option(help="Under which the bank said so: of a letter, a case, a call.")
    ] = "",
    evidence: Annotated[Path | None, typer.Option(help="What the bank said, as a file; it is sealed.")] = None,
    agreeing: Annotated[str, typer.Option(help="The approver or decision owner who agrees; somebody else.")] = "",
    who: Who = "",
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Of the rehearsals, not of the live runs.")] = False,
) -> None:
    """List what waits for two people, or settle one of it.

    To settle takes two people with a one-time code each, neither of them uploader, sender or approver of a run that it
    concerns; a reason; and the bank's word.
    """
    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.exceptions.decisions import Decision
    from tasks.exceptions.settle import Said
    from tasks.exceptions.settle import settle as settled
    from tasks.exceptions.waiting import list_waiting, word_clock
    from tasks.people.identity import identify
    from tasks.people.two_people import Given
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    context = TenantContext(tenant, mode, Settings())
    now = clock(mode, None)
    if not settle:
        given = {"item": item, "decision": decision, "reason": reason, "bank_reference": bank_reference}
        if asked := [name for name, value in {**given, "evidence": evidence}.items() if value]:
            raise typer.BadParameter(f"{asked[0].replace('_', '-')} is of what --settle names")
        may_look = (Role.OPERATOR, Role.SENDER, Role.APPROVER, Role.DECISION_OWNER, Role.AUDITOR)
        identify(context, who, "siller exceptions", *may_look)
        with error_boundary("exceptions"):
            found = list_waiting(context, now)
        asked_again = f"siller exceptions {tenant}{' --rehearsal' if rehearsal else ''}"
        for number, each in enumerate(found, start=1):
            lines = (f"{number}. {each.said}", word_clock(each), f"{asked_again} {each.command}")
            OUT.print("\n   ".join(lines), soft_wrap=True, highlight=False, markup=False)
        if not found:
            OUT.print(f"Nothing of {tenant} ({mode}) waits for two people.", soft_wrap=True)
        return
    if decision not in list(Decision):
        raise typer.BadParameter(f"the decision is one of {', '.join(Decision)}")
    if not who or not agreeing:
        raise typer.BadParameter("it takes two people: name both, --as NAME and --agreeing NAME")
    first, second = (Given(name, typer.prompt(f"One-time code of {name}", hide_input=True)) for name in (who, agreeing))
    said = Said(Decision(decision), reason, bank_reference, evidence, (first, second))
    with error_boundary("exceptions"):
        subject, count = settled(context, settle, item, said, at=clock(Mode.LIVE, None), now=now)
    things = "" if count == 1 else f" ({count:,} payments)"
    OUT.print(f"{subject} is settled{things}: {decision}.", soft_wrap=True, highlight=False, markup=False)
