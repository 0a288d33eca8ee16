"""``siller correction-file``: what of a period did not reach its payees, for the body to put right."""

from typing import Annotated

import typer

from flows.cli.who import Who


def correction_file(
    tenant: Annotated[str, typer.Argument(help="The body whose payments they are.")],
    of: Annotated[str, typer.Argument(metavar="PERIOD", help="The pay period, for example 2026-11.")],
    who: Who = "",
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Of the rehearsals, not of the live runs.")] = False,
) -> None:
    """Write what came back, was rejected, refused or held, in the body's own columns, with the reason beside each row.

    Only what may be paid again stands in it. The body puts it right and sends it as the supplementary extract of the
    period; what are arrears as arrears.
    """
    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from schemas.period import Period
    from tasks.clock import clock
    from tasks.correction_file.stage import write_correction_files
    from tasks.error_boundary import error_boundary
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    context, period = TenantContext(tenant, mode, Settings()), Period.parsed(of)
    identify(context, who, "siller correction-file", Role.OPERATOR, Role.UPLOADER, Role.DECISION_OWNER)
    with error_boundary("correction-file"):
        written = write_correction_files(context, period, clock(mode, None))
    for each in written:
        payments = "1 payment" if each.payments == 1 else f"{each.payments:,} payments"
        OUT.print(
            f"{payments} to be put right, to be sent again as {each.kind}: {each.path}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    if not written:
        OUT.print(f"Nothing of {period} is to be put right that may be paid again.", highlight=False, soft_wrap=True)
