"""``siller overpayments``: what was paid that should not have been, and what became of it."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.who import Who


def overpayments(
    tenant: Annotated[str, typer.Argument(help="The body whose payments they are.")],
    payment: Annotated[str, typer.Option(metavar="RUN/ROW", help="Say something of this payment.")] = "",
    found: Annotated[str, typer.Option(metavar="POUNDS", help="So much of it should not have been paid.")] = "",
    why: Annotated[
        str, typer.Option(metavar="leaver|payee_deceased|not_entitled|wrong_amount|paid_twice|other", help="Why not.")
    ] = "",
    recovered: Annotated[str, typer.Option(metavar="POUNDS", help="So much of it came back.")] = "",
    through: Annotated[
        str, typer.Option(metavar="bank|body", help="As a credit of the bank's, or to the body in another way.")
    ] = "",
    write_off: Annotated[str, typer.Option(metavar="POUNDS", help="So much of it is given up, by two people.")] = "",
    reason: Annotated[
        str, typer.Option(help="What was found, under which reference it came back, or why it is given up.")
    ] = "",
    agreeing: Annotated[str, typer.Option(help="Who agrees to give it up: the decision owner.")] = "",
    csv: Annotated[Path | None, typer.Option(help="Write the register to this file, for a spreadsheet.")] = None,
    who: Who = "",
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Of the rehearsals, not of the live runs.")] = False,
) -> None:
    """List what was paid that should not have been, what came back of it and what is still owed; or say more of one.

    What the ledger knows stands there by itself; of all else somebody says so. Payees are pseudonyms, as analysts have
    them. A reason says nothing of a payee.
    """
    from flows.cli.overpayments_report import show
    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from schemas.tables_for_people.csv_text import csv_text
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.overpayments import act
    from tasks.overpayments.register import find_overpayments
    from tasks.people.identity import identify
    from tasks.people.two_people import Given
    from tasks.settings import Settings
    from tasks.storage.atomic_write import write_atomic
    from tasks.tenant_context import TenantContext

    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    context = TenantContext(tenant, mode, Settings())
    now = clock(mode, None)
    said = [each for each in (found, recovered, write_off) if each]
    if len(said) != bool(payment) or (reason and not payment):
        raise typer.BadParameter("with --payment say one of --found, --recovered and --write-off, and a reason")
    if not payment:
        identify(context, who, act.DOOR, *act.ROLES, Role.AUDITOR)
        with error_boundary("overpayments"):
            register = find_overpayments(context, now)
        if csv:
            write_atomic(csv, csv_text(register))
        show(OUT, register, f"{tenant} ({mode})")
        return
    asked = act.Asked(payment, said[0], reason)
    with error_boundary("overpayments"):
        if found:
            if why not in list(act.Reason):
                raise typer.BadParameter(f"--why is one of {', '.join(act.Reason)}")
            what = act.record_found(context, asked, act.Reason(why), who, now)
        elif recovered:
            if through not in list(act.Through):
                raise typer.BadParameter(f"--through is one of {', '.join(act.Through)}")
            what = act.record_recovered(context, asked, act.Through(through), who, now)
        else:
            if not who or not agreeing:
                raise typer.BadParameter("it takes two people: name both, --as NAME and --agreeing NAME")
            names = (who, agreeing)
            first, second = (Given(name, typer.prompt(f"One-time code of {name}", hide_input=True)) for name in names)
            what = act.write_off(context, asked, (first, second), at=clock(Mode.LIVE, None), now=now)
    OUT.print(f"{what[0].upper()}{what[1:]}", soft_wrap=True, highlight=False, markup=False)
