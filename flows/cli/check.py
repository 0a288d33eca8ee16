"""``siller check``: what would come of an extract."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.who import Who


def check(
    tenant: Annotated[str, typer.Argument(help="Whose extract it is, for example ilf.")],
    extract: Annotated[Path, typer.Argument(help="The extract to check.", exists=True, dir_okay=False)],
    manifest: Annotated[
        Path | None,
        typer.Option(
            help="Its manifest; without one, declared rows and total are not compared.", exists=True, dir_okay=False
        ),
    ] = None,
    json: Annotated[
        Path | None, typer.Option(help="Write what was found to this file, as JSON.", dir_okay=False, writable=True)
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write what was found to this file, as a page.", dir_okay=False, writable=True)
    ] = None,
    today: Annotated[str | None, typer.Option(help="The day to check as at, YYYY-MM-DD. [default: today]")] = None,
    who: Who = "",
) -> None:
    """Check an extract: contract, account checks and gates. Writes nothing to the ledger, and needs none.

    Exit code 0: it would be accepted. 1: it would be refused.
    """
    from flows.cli.check_report import show, write_json, write_page
    from flows.cli.dates import date_of
    from flows.console import waiting_for
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from tasks.check import check as checked
    from tasks.clock import clock
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    as_of = date_of(today)
    for out in (json, html):
        if out and not out.absolute().parent.is_dir():
            raise typer.BadParameter(f"there is no folder {out.parent} to write {out.name} to.")
    context = TenantContext(tenant, Mode.LIVE, Settings())
    if context.ledger.exists:  # else there is nothing but the file, which whoever asks has brought
        parts = (Role.UPLOADER, Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER, Role.AUDITOR)
        identify(context, who, "siller check", *parts)
    now = clock(Mode.REHEARSAL, as_of)  # any day will do: a check pays nobody
    with waiting_for(f"Checking {extract.name}"):
        result = checked(context, extract, manifest, now)
    if json:
        write_json(result, json)
    if html:
        write_page(result, context, extract, manifest, html, now)
    show(result, context, extract, manifest, now)
    if result.reason:
        raise typer.Exit(1)
