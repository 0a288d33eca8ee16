"""``siller enquiries``: what is said not to have arrived, and what came of asking the bank."""

from typing import Annotated

import typer

from flows.cli.who import Who


def enquiries(
    tenant: Annotated[str, typer.Argument(help="The body whose payments they are.")],
    payment: Annotated[str, typer.Option(metavar="RUN/ROW", help="Say something of this payment.")] = "",
    stands: Annotated[
        str,
        typer.Option(
            metavar="opened|found|coming_back|lost|refused",
            help="It has not arrived and the bank is asked, or what the bank says of it.",
        ),
    ] = "opened",
    reason: Annotated[str, typer.Option(help="Why, in a sentence that says nothing of a payee.")] = "",
    reference: Annotated[str, typer.Option(help="Of the enquiry at the bank: a case, a letter, a call.")] = "",
    review_on: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="When it is looked at again. [default: five working days later]"),
    ] = None,
    who: Who = "",
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Of the rehearsals, not of the live runs.")] = False,
) -> None:
    """List the payments that are said not to have arrived, or say something of one.

    Such a payment is not paid again until it has come back or two people have settled it. Of a voucher that was cashed,
    and not by the payee as they say, the provider is asked in the place of the bank. Who says so is one of the body's
    people: an uploader, an approver or the decision owner.
    """
    from flows.cli.dates import date_of
    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.enquiries.enquiry import DOOR, ROLES, Said, Stands, enquire, list_enquiries
    from tasks.error_boundary import error_boundary
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    context = TenantContext(tenant, mode, Settings())
    now = clock(mode, None)
    if not payment:
        if reason or reference or review_on:
            raise typer.BadParameter("a reason, a reference and a day are of the payment that --payment names")
        identify(context, who, DOOR, *ROLES, Role.OPERATOR, Role.AUDITOR)
        with error_boundary("enquiries"):
            found = list_enquiries(context, now)
        for each, line in found:
            OUT.print(each.said(line), soft_wrap=True, highlight=False, markup=False)
        if not found:
            OUT.print(f"Nothing of {tenant} ({mode}) is said not to have arrived.", soft_wrap=True)
        return
    if stands not in list(Stands):
        raise typer.BadParameter(f"it stands as one of {', '.join(Stands)}")
    said = Said(Stands(stands), reason, reference, date_of(review_on), who)
    with error_boundary("enquiries"):
        kept = enquire(context, payment, said, now)
    when = f" It is looked at again on {kept.review_on:%-d %B %Y}." if kept.review_on else ""
    OUT.print(f"{kept.of}: {stands.replace('_', ' ')}.{when}", soft_wrap=True, highlight=False, markup=False)
