"""``siller manifest``: make the manifest of an extract, and sign it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from schemas.agreement import Agreement
    from tasks.settings import Settings


def manifest(
    extract: Annotated[
        Path, typer.Argument(help="The extract, in whatever form the contract has.", exists=True, dir_okay=False)
    ],
    kind: Annotated[str, typer.Option(help="What it is for: full, correction, supplementary or arrears.")],
    period: Annotated[
        str | None,
        typer.Option(help="Its pay period, such as 2026-11. [default: of a full extract, that of most rows' pay date]"),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            help="Your own private key (Ed25519, PEM); without one, sign it later.", exists=True, dir_okay=False
        ),
    ] = None,
    pay_date: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Of a supplementary extract or arrears: when. [default: as most rows]"),
    ] = None,
    replaces: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="The extract in whose place it comes, or the SHA-256 of that extract."),
    ] = None,
    corrects: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Of a correction: the extract that it corrects, or the SHA-256 of that."),
    ] = None,
    submitted_by: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="NAME", help="Who sends it, as the agreement has it. [default: its only uploader]"
        ),
    ] = None,
    tenant: Annotated[
        str | None, typer.Option(help="Whose extract it is, if there are contracts of several here.")
    ] = None,
) -> None:
    """Make the manifest of an extract beside it, and sign it: rows, exact total, SHA-256, kind and period.

    Needs the contract and the agreement alone: no server, no ledger.
    """
    from flows.cli.dates import date_of
    from flows.console import OUT, waiting_for
    from schemas.incoming import Incoming, read
    from schemas.manifest import Kind
    from schemas.money import exact
    from schemas.pay_run import Mode
    from schemas.period import Period
    from schemas.signature import sign
    from tasks.clock import clock
    from tasks.ingest.declaring import declare, write
    from tasks.ingest.integrity import check_uploader
    from tasks.ingest.opening import check_day
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    if kind not in list(Kind):
        raise typer.BadParameter(f"{kind!r} is no kind of extract: {', '.join(Kind)}.")
    is_of, of_period = Kind(kind), Period.parsed(period) if period else None
    if is_of.is_paid_on_the_pay_day and pay_date:
        raise typer.BadParameter(f"a {kind} extract is paid on the day that the agreement gives: leave --pay-date out.")
    if not is_of.is_paid_on_the_pay_day and not of_period:
        raise typer.BadParameter(f"the pay date of a {kind} extract does not say which period it is of: --period.")
    settings = Settings()
    context = TenantContext(_whose(tenant, settings), Mode.LIVE, settings)
    private = read(key, Incoming.KEY) if key else None
    with waiting_for(f"Reading {extract.name}"):
        made = declare(
            context,
            extract,
            is_of,
            of_period,
            submitted_by or _uploader(context.agreement),
            pay_date=date_of(pay_date),
            replaces=_sha256_of(replaces),
            corrects=_sha256_of(corrects),
            practice=False,
        )
    check_uploader(made, _uploaders(context.agreement))
    check_day(context, made, clock(Mode.LIVE, None))
    path = write(made, extract, sign(made.written, private) if private else None)
    for said in (
        f"{path} declares {made.rows:,} rows, £{exact(made.total)} in all, paid on {made.pay_date:%-d %B %Y}: the "
        f"{made.kind} extract of {made.pay_period}, sent by {made.submitted_by}.",
        f"SHA-256 of {extract.name}: {made.sha256}",
        f"Signed: {path}.sig. Send all three files, the manifest last."
        if private
        else f"It is not signed: siller sign {path} --key FILE.",
        f"What would come of it: siller check {context.tenant} {extract} --manifest {path}",
    ):
        OUT.print(said, highlight=False, soft_wrap=True)


def _whose(tenant: str | None, settings: "Settings") -> str:
    from tasks.tenant_context import tenants

    known = tenants(settings)
    if tenant or len(known) == 1:
        return tenant or known[0]
    raise typer.BadParameter(f"{settings.contracts} has contracts of {', '.join(known) or 'nobody'}: --tenant.")


def _uploaders(agreement: "Agreement") -> tuple[str, ...]:
    from schemas.agreement import Role

    return agreement.people_with(Role.UPLOADER)


def _uploader(agreement: "Agreement") -> str:
    uploaders = _uploaders(agreement)
    if len(uploaders) == 1:
        return uploaders[0]
    raise typer.BadParameter(f"the agreement's uploaders are {', '.join(uploaders) or 'nobody'}: --as.")


def _sha256_of(earlier: str | None) -> str | None:
    """The SHA-256 that was given, or that of a file."""
    import re

    from schemas.incoming import Incoming, hash_of

    if earlier is None or re.fullmatch("[0-9a-f]{64}", earlier):
        return earlier
    return hash_of(Path(earlier), Incoming.EXTRACT)
