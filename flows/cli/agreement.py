"""``siller agreement``: how a body is paid out, what changed in it, and how the body's people adopt it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.who import Who

if TYPE_CHECKING:
    from schemas.agreement import Agreement
    from tasks.tenant_context import TenantContext

agreement = typer.Typer(
    help="The agreement on how a body is paid out: what changed in it, and its adoption by the body's people.",
    no_args_is_help=True,
)

Tenant = Annotated[str, typer.Argument(help="Whose agreement, for example ilf.")]


@agreement.command()
def diff(
    tenant: Tenant,
    old: Annotated[
        Path | None,
        typer.Argument(help="An earlier agreement. [default: the one that is adopted]", exists=True, dir_okay=False),
    ] = None,
    who: Who = "",
) -> None:
    """Say what the agreement as it stands changes: people, accounts, numbers, thresholds and all else."""
    from schemas.agreement import Agreement, Role
    from tasks.people.identity import identify

    context = _context(tenant)
    if old:
        _show(_changes(Agreement.load(old, context.channels), context.agreement))
        return
    identify(context, who, "siller agreement diff", *Role)
    _show_changes(context)


@agreement.command()
def propose(tenant: Tenant, who: Who = "") -> None:
    """Bring the agreement in as it stands, as whoever wrote it: you cannot be one of the two who adopt it then."""
    from flows.console import OUT
    from schemas.pay_run import Mode
    from tasks.adoption.adopt import propose as proposed
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary

    context = _context(tenant)
    with error_boundary("agreement propose"):
        by = proposed(context, who, clock(Mode.LIVE, None))
    OUT.print(
        f"{by} has proposed the agreement with {tenant}, SHA-256 {context.agreement_sha256}. It counts once it is "
        f"adopted: siller agreement adopt {tenant} --as DECISION_OWNER --agreeing NAME",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )


@agreement.command()
def adopt(
    tenant: Tenant,
    who: Annotated[str, typer.Option("--as", metavar="NAME", help="The body's decision owner.")],
    agreeing: Annotated[
        str, typer.Option(help="Who agrees: another decision owner, an approver or an uploader of the body.")
    ],
) -> None:
    """Adopt the agreement that was proposed: what it changes is shown, then both give a one-time code.

    From then on live runs pay by it. Neither of the two may have proposed it, or be an operator.
    """
    from flows.console import OUT
    from schemas.pay_run import Mode
    from tasks.adoption.adopt import adopt as adopted
    from tasks.adoption.adopt import check_waits
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.people.two_people import Given

    context = _context(tenant)
    by = check_waits(context)
    _show_changes(context)
    OUT.print(f"{by} proposed it. SHA-256: {context.agreement_sha256}", soft_wrap=True, highlight=False, markup=False)
    first, second = (Given(name, typer.prompt(f"One-time code of {name}", hide_input=True)) for name in (who, agreeing))
    now = clock(Mode.LIVE, None)
    with error_boundary("agreement adopt"):
        said = adopted(context, (first, second), at=now, now=now)
    OUT.print(
        f"{said.by} and {said.agreed_by} have adopted the agreement with {tenant}: live runs pay by it from now on.",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )


def _context(tenant: str) -> "TenantContext":
    from schemas.pay_run import Mode
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    return TenantContext(tenant, Mode.LIVE, Settings())


def _show_changes(context: "TenantContext") -> None:
    """Show what the agreement as it stands changes in the adopted one; what it comes to where none ever was."""
    from flows.console import OUT
    from schemas.agreement_summary import summarise
    from schemas.no_go import NoGo
    from tasks.adoption.adopted import adopted_agreement

    before, said = None, f"No agreement with {context.tenant} was ever adopted."
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            try:
                before = adopted_agreement(connection, context.channels)
            except NoGo as unread:  # a later siller may ask for more: it is adopted all the same, as a whole
                said = str(unread)
    if before is None:
        OUT.print(f"{said} This one says:", soft_wrap=True, highlight=False, markup=False)
        _show(" ".join(each.split()) for each in summarise(context.agreement))
    else:
        _show(_changes(before, context.agreement))


def _changes(before: "Agreement", now: "Agreement") -> Iterator[str]:
    """What changes, and of which changed threshold nobody says who set it, when and why."""
    from schemas.agreement_changes import changes_between, list_unreviewed
    from schemas.pay_run import Mode
    from tasks.clock import clock

    yield from changes_between(before, now) or ["Nothing but comments or the way it is written: it says the same."]
    yield from list_unreviewed(before, now, clock(Mode.LIVE, None).date())


def _show(said: Iterable[str]) -> None:
    from flows.console import OUT

    for each in said:
        OUT.print(each, soft_wrap=True, highlight=False, markup=False)
