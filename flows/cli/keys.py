"""``siller keys``: other keys for a tenant, and the one by which it hands over."""

from typing import Annotated

import typer

from flows.cli.who import Who

keys = typer.Typer(help="Change a tenant's keys, or show the one for the bank.", no_args_is_help=True)


@keys.callback()
def _group() -> None:
    """Change a tenant's keys, or show the one for the bank."""


@keys.command()
def rotate(
    tenant: Annotated[str, typer.Argument(help="The body whose ledger and sealed files get new keys.")],
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Of the rehearsals, not of the live runs.")] = False,
    who: Who = "",
) -> None:
    """Encrypt ledger and sealed files with new keys; pseudonyms stay. Make a new backup afterwards."""
    from flows.console import OUT, waiting_for
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.keys.rotate import rotate as rotated
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    with waiting_for(f"Changing the keys of {tenant} ({mode})"):
        said = rotated(TenantContext(tenant, mode, Settings()), who, clock(mode, None))
    OUT.print(f"{said} Earlier backups need the earlier keys: make a new one.", soft_wrap=True, highlight=False)


@keys.command("hand-over")
def for_hand_over(
    tenant: Annotated[str, typer.Argument(help="The body whose files are handed over.")],
    vouchers: Annotated[
        bool, typer.Option("--vouchers", help="The one for the server of the voucher provider, not the bank's.")
    ] = False,
    who: Who = "",
) -> None:
    """Show the public key by which siller comes in at the bank's server; the pair is made if there is none."""
    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.hand_over import HandOver, ProviderHandOver
    from schemas.pay_run import Mode
    from tasks.hand_over.key import public_key
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context = TenantContext(tenant, Mode.LIVE, Settings())
    identify(context, who, "siller keys hand-over", Role.OPERATOR)
    OUT.print(public_key(context, ProviderHandOver if vouchers else HandOver), highlight=False, soft_wrap=True)
