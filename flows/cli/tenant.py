"""``siller tenant``: a new body, from a sample of its extract until it is ready."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.who import Who

if TYPE_CHECKING:
    from tasks.onboarding.readiness import Missing

tenant = typer.Typer(
    help="A new body: what its contract and agreement lack, and what is missing before it is paid.",
    no_args_is_help=True,
)


@tenant.command()
def new(
    name: Annotated[str, typer.Argument(help="The body's short name, for example harbour.")],
    sample: Annotated[
        Path, typer.Option("--from", metavar="SAMPLE", help="An extract of the body's.", exists=True, dir_okay=False)
    ],
) -> None:
    """Draft a body's contract and agreement from a sample, with a question wherever the sample does not tell.

    Nothing of the sample's rows goes into the draft, and no draft loads before its questions are answered.
    """
    from flows.console import OUT
    from tasks.error_boundary import error_boundary
    from tasks.onboarding.new import begin_tenant
    from tasks.settings import Settings

    with error_boundary("tenant new"):
        drafts = begin_tenant(name, sample, Settings())
    for path in drafts:
        OUT.print(f"Drafted: {path}", soft_wrap=True, highlight=False, markup=False)
    OUT.print(f"Answer the questions in both, then: siller tenant check {name}", soft_wrap=True, highlight=False)


@tenant.command()
def check(
    name: Annotated[str, typer.Argument(help="The body, for example ilf.")],
    rehearsed: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The home of a rehearsal (siller rehearse --home). [default: this installation's rehearsals]",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    old: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The old system's payment file of the period that was rehearsed.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    who: Who = "",
) -> None:
    """Check a body's contract and agreement, alone and against each other, and say what is still to be done.

    Exit code 0: ready to go live. 1: something is missing, here or before.
    """
    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.onboarding.fitting import list_to_look_at
    from tasks.onboarding.readiness import list_before_live, list_before_rehearsal
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context = TenantContext(name, Mode.LIVE, Settings())
    with error_boundary("tenant check"):
        before_rehearsal, to_look_at = list_before_rehearsal(context), list_to_look_at(context)
    _show("Missing before a rehearsal", before_rehearsal)
    for said in to_look_at:
        OUT.print(f"Look at it: {said}", soft_wrap=True, highlight=False, markup=False)
    if before_rehearsal:
        raise typer.Exit(1)
    if context.ledger.exists:
        identify(context, who, "siller tenant check", *Role)
    with error_boundary("tenant check"):
        before_live = list_before_live(context, rehearsed, old, clock(Mode.LIVE, None).date())
    _show("Missing before going live", before_live)
    if before_live:
        raise typer.Exit(1)
    OUT.print(f"{name} is ready.", style="bold", highlight=False)
    OUT.print(
        "Where siller up runs, start it again: it serves the bodies that it found when it started.",
        soft_wrap=True,
        highlight=False,
    )


@tenant.command()
def record(
    name: Annotated[str, typer.Argument(help="The body, for example ilf.")],
    proof: Annotated[
        str,
        typer.Argument(help="structural-test, full-test, hand-over-test, notices-received or fall-back-drill."),
    ],
    on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The day of the test.")],
    reference: Annotated[str, typer.Option(help="What the document is called that says so. Nothing of a payee.")],
    file: Annotated[Path, typer.Option(help="That document; its SHA-256 is kept.", exists=True, dir_okay=False)],
    who: Who = "",
) -> None:
    """Record a test that siller cannot see, and that the body has to pass before it goes live.

    An approver or the decision owner says so. What is lacking: siller tenant check.
    """
    from flows.cli.dates import date_of
    from flows.console import OUT
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.onboarding.proofs import MAY_SAY_SO, Proof, give
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    if proof not in tuple(Proof):
        raise typer.BadParameter(f"it is one of {', '.join(Proof)}", param_hint="PROOF")
    day = date_of(on)
    if day is None:
        raise typer.BadParameter("name the day of the test, YYYY-MM-DD", param_hint="--on")
    context = TenantContext(name, Mode.LIVE, Settings())
    by = identify(context, who, f"siller tenant record {name}", *MAY_SAY_SO)
    with error_boundary("tenant record"):
        given = give(context, Proof(proof), day, reference, file, by, clock(Mode.LIVE, None))
    OUT.print(f"Recorded: {by} {given.said}.", soft_wrap=True, highlight=False, markup=False)


@tenant.command()
def advisories(
    name: Annotated[str, typer.Argument(help="The body in whose ledger it is kept, for example ilf.")],
    found: Annotated[str, typer.Option(help="What came of make advisories: nothing, or what and what is done.")],
    who: Who = "",
) -> None:
    """Record that siller's packages were held against the published advisories; the board says how old that is.

    An operator says so. It counts for thirty days, and for the packages that this siller has now.
    """
    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from tasks.advisories import record_look
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context = TenantContext(name, Mode.LIVE, Settings())
    by = identify(context, who, f"siller tenant advisories {name}", Role.OPERATOR)
    with error_boundary("tenant advisories"):
        look = record_look(context, found, by, clock(Mode.LIVE, None))
    OUT.print(f"Recorded: {by} {look.said}.", soft_wrap=True, highlight=False, markup=False)


def _show(title: str, missing: "Iterable[Missing]") -> None:
    from flows.console import OUT

    listed = list(missing)
    OUT.print(f"{title}: {'' if listed else 'nothing'}".rstrip(), style="bold", highlight=False)
    for each in listed:
        OUT.print(f"- {each.said}\n  {each.command}", soft_wrap=True, highlight=False, markup=False)
