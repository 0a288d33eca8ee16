"""``siller people``: what each person proves themselves by, and who vouched for it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.who import Who

if TYPE_CHECKING:
    from tasks.tenant_context import TenantContext

people = typer.Typer(
    help="Enrol the people of an agreement, so that they can prove who they are.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The person, as the agreement names them.")]
Tenant = Annotated[str | None, typer.Option(help="Whose agreement, if several name the person.")]
Rehearsal = Annotated[
    bool, typer.Option("--rehearsal", help="In the tree of rehearsals: what counts there opens nothing live.")
]


@people.command()
def enrol(
    name: Name,
    key: Annotated[
        Path | None,
        typer.Option(
            help="Register this public key (Ed25519, PEM), for signing manifests.", exists=True, dir_okay=False
        ),
    ] = None,
    account: Annotated[str | None, typer.Option(help="Register this operating-system account as the person's.")] = None,
    tenant: Tenant = None,
    rehearsal: Rehearsal = False,
    who: Who = "",
) -> None:
    """Enrol somebody: show a secret for one-time codes once, as a QR code, or register a key or an account.

    An operator does it for the first two; from then on two others vouch, each with a code of their own.
    """
    _enrol(name, key, account, tenant, rehearsal, who)


@people.command("re-enrol")
def re_enrol(name: Name, tenant: Tenant = None, rehearsal: Rehearsal = False, who: Who = "") -> None:
    """Give somebody who lost their device a new secret; two others vouch. The old device's codes count no more.

    While there are no two others who have codes, an operator does it, as at the beginning.
    """
    _enrol(name, None, None, tenant, rehearsal, who)


@people.command()
def unlock(
    name: Annotated[
        str,
        typer.Argument(help="The person, as the agreement names them; siller for the operator's password at the form."),
    ],
    run: Annotated[
        str | None, typer.Option(help="The run for which wrong codes were given; else the command line.")
    ] = None,
    tenant: Tenant = None,
    rehearsal: Rehearsal = False,
    who: Who = "",
) -> None:
    """Let somebody in again for whom five wrong one-time codes were given; two others vouch.

    While there are no two others who have codes, an operator does it, as at the beginning.
    """
    from flows.console import OUT
    from tasks.clock import clock
    from tasks.people.enrolment import find_locked, let_in_again
    from tasks.settings import Settings

    context, known = find_locked(name, run, Settings()) if run else _context(name, tenant, rehearsal)
    vouched_by = _vouched(context, known, "unlocks", who)
    let_in_again(context, known, vouched_by, run, clock(context.mode, None))
    OUT.print(f"One-time codes of {known} are taken again.", soft_wrap=True)


@people.command()
def door(
    name: Name,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the password away; everybody else's stays.")] = False,
    tenant: Tenant = None,
    rehearsal: Rehearsal = False,
    who: Who = "",
) -> None:
    """Give somebody a password of their own for the Prefect page, in the place of the one that they had.

    An operator does it for the first people; once two others have one-time codes, these vouch. The password is shown
    once. It lets them read, answer, start and cancel what their body's agreement lets them; it approves nothing.
    """
    from flows.console import OUT
    from schemas.agreement import Role
    from tasks.clock import clock
    from tasks.people.door import let_in, shut_out
    from tasks.people.identity import identify

    context, known = _context(name, tenant, rehearsal)
    now = clock(context.mode, None)
    if revoke:
        shut_out(context, known, identify(context, who, "siller people door --revoke", Role.OPERATOR), now)
        OUT.print(f"{known} is let in no more.", soft_wrap=True)
        return
    vouched_by = _vouched(context, known, "lets in", who)
    password = let_in(context, known, vouched_by, now)
    OUT.print("Type the whole line into the page that asks for the password. It is shown to nobody again.")
    OUT.print(f"{known}:{password}", soft_wrap=True)


@people.command("list")
def list_people(
    tenant: Annotated[str, typer.Argument(help="Whose agreement, for example ilf.")],
    rehearsal: Rehearsal = False,
    who: Who = "",
) -> None:
    """Show everybody in an agreement, and what they can prove themselves by."""
    from rich.table import Table

    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from tasks.people.enrolment import credentials
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context = TenantContext(tenant, Mode.REHEARSAL if rehearsal else Mode.LIVE, Settings())
    identify(context, who, "siller people list", *Role)
    table = Table("Person", "Roles", "Can prove it by", box=None, header_style="bold")
    for row in credentials(context):
        table.add_row(*row)
    OUT.print(table)


def _enrol(name: str, key: Path | None, account: str | None, tenant: str | None, rehearsal: bool, who: str) -> None:
    from flows.console import OUT
    from schemas.incoming import Incoming, read
    from schemas.signature import fingerprint, public_key
    from tasks.clock import clock
    from tasks.people.credentials import Kind
    from tasks.people.enrolment import register

    context, known = _context(name, tenant, rehearsal)
    vouched_by = _vouched(context, known, "enrols", who)
    now = clock(context.mode, None)
    if key:
        value = public_key(read(key, Incoming.KEY))
        register(context, known, Kind.SIGNING_KEY, value, vouched_by, now)
        OUT.print(f"The key of {known} is registered. Its SHA-256, to compare: {fingerprint(value)}", soft_wrap=True)
    elif account:
        register(context, known, Kind.ACCOUNT, account, vouched_by, now)
        OUT.print(f"The account {account} is that of {known} from now on.", soft_wrap=True)
    else:
        register(context, known, Kind.ONE_TIME_CODE, _device(context, known), vouched_by, now)
        OUT.print(f"{known} is enrolled. The secret is shown to nobody again.", soft_wrap=True)


def _device(context: "TenantContext", name: str) -> str:
    """Show a new secret as a QR code, and see that the person's device has it."""
    import sys

    import segno

    from flows.console import OUT
    from schemas.one_time_code import new_secret, provisioning
    from tasks.clock import clock
    from tasks.people.enrolment import check_device

    secret = new_secret()
    issuer = f"siller {context.tenant}" + ("" if context.mode == "live" else " (rehearsal)")
    segno.make(provisioning(secret, name, issuer), error="l").terminal(out=sys.stdout, compact=True)
    OUT.print(f"{name} scans this with an authenticator app, or types the secret: {secret}", soft_wrap=True)
    code = typer.prompt("The code that the device shows now")
    check_device(secret, code, clock(context.mode, None))
    typer.echo("\033[2J\033[H" if sys.stdout.isatty() else "", nl=False)
    return secret


def _vouched(context: "TenantContext", name: str, what: str, who: str) -> tuple[str, ...]:
    """Let two others vouch for somebody; an operator, while there are no two who could."""
    from tasks.clock import clock
    from tasks.people.enrolment import admit_first, check_vouchers, vouchers_needed

    if not vouchers_needed(context, name):
        return admit_first(context, who)

    typer.echo(f"Two others who have one-time codes vouch for {name}.")
    vouching = {typer.prompt("Name"): typer.prompt("One-time code", hide_input=True) for _ in range(2)}
    return check_vouchers(context, name, vouching, what, clock(context.mode, None))


def _context(name: str, tenant: str | None, rehearsal: bool) -> "tuple[TenantContext, str]":
    from schemas.pay_run import Mode
    from tasks.people.enrolment import context_of
    from tasks.settings import Settings

    return context_of(name, tenant, Mode.REHEARSAL if rehearsal else Mode.LIVE, Settings())
