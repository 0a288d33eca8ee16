"""``siller backup``, ``siller restore`` and ``siller settle-restore``."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.who import Who


def backup(
    tenant: Annotated[str, typer.Argument(help="The body whose ledger, keys and files are kept.")],
    file: Annotated[Path, typer.Argument(help="The file to make.")],
    to: Annotated[list[str], typer.Option(help="An age recipient (age1…) who can open it; may be given again.")],
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Of the rehearsals, not of the live runs.")] = False,
    who: Who = "",
) -> None:
    """Keep all that a tenant needs to go on elsewhere in one encrypted file, also while a run works."""
    from flows.console import OUT, waiting_for
    from schemas.pay_run import Mode
    from tasks.backup.making import backup as made
    from tasks.clock import clock
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    context = TenantContext(tenant, mode, Settings())
    with waiting_for(f"Keeping {tenant} ({mode})"):
        contents = made(context, file, to, who, clock(mode, None))
    size = file.stat().st_size / 1e6
    OUT.print(f"{file}: {len(contents.files):,} files, {size:,.1f} MB. Keep it on another machine.", soft_wrap=True)


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.", exists=True, dir_okay=False)],
    identity: Annotated[Path, typer.Option(help="The file with the age key of one of its recipients.")],
    who: Who = "",
) -> None:
    """Restore a backup into SILLER_HOME, where nothing of its tenant may stand, and verify it.

    Exit code 1 if anything does not hold; each problem is named.
    """
    from flows.cli.verify import told
    from flows.console import OUT, waiting_for
    from schemas.pay_run import Mode
    from tasks.backup.restoring import restore as restored
    from tasks.clock import clock
    from tasks.settings import Settings

    with waiting_for("Restoring"):
        context = restored(file, identity, who, Settings(), clock(Mode.LIVE, None))
    OUT.print(f"{context.tenant} ({context.mode}) stands in {context.paths.root} again.", soft_wrap=True)
    if context.mode is Mode.LIVE:
        OUT.print(
            "It may have forgotten what was released and sent since. Ask the bank what it has, and take it no file "
            f"before: until two people have said it (siller settle-restore {context.tenant}), siller releases nothing "
            "and hands nothing over.",
            soft_wrap=True,
        )
    told([context])


def settle_restore(
    tenant: Annotated[str, typer.Argument(help="The body whose ledger was restored.")],
    reason: Annotated[str, typer.Option(help="What the bank has, by which writing; nothing of a payee.")],
    who: Annotated[str, typer.Option("--as", metavar="NAME", help="The sender, who has asked the bank.")],
    agreeing: Annotated[str, typer.Option(metavar="NAME", help="Who agrees: operator, approver or decision owner.")],
) -> None:
    """Say that what a restored ledger may have forgotten is known again: until then siller hands nothing over.

    Each of the two gives a one-time code.
    """
    from flows.console import OUT
    from schemas.pay_run import Mode
    from tasks.backup import settled
    from tasks.clock import clock
    from tasks.people.two_people import Given
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context = TenantContext(tenant, Mode.LIVE, Settings())
    sender, other = (Given(name, typer.prompt(f"One-time code of {name}", hide_input=True)) for name in (who, agreeing))
    now = clock(Mode.LIVE, None)
    said = settled.settle_restore(context, reason, (sender, other), now, now)
    OUT.print(
        f"The restore of {tenant} is settled, by {said.by} and {said.agreed_by}. A run that was opened after the day "
        "of the restore is handed over as ever.",
        highlight=False,
        soft_wrap=True,
    )
