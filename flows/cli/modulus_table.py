"""``siller modulus-table``: the table that accounts are checked with."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.who import Who

modulus_table = typer.Typer(help="The account table: install a new one, list what is installed.", no_args_is_help=True)


@modulus_table.command()
def install(
    files: Annotated[list[Path], typer.Argument(help="Vocalink's valacdos-….txt and scsubtab.txt, as published.")],
    valid_from: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="Since when it holds, as Vocalink says, YYYY-MM-DD.")
    ],
    who: Who = "",
    sha256: Annotated[
        str | None, typer.Option(help="The weight table's SHA-256 as somebody else has read it, to be compared.")
    ] = None,
) -> None:
    """Check a new account table and keep it; runs that begin after it holds use it."""
    from flows.console import OUT
    from schemas.pay_run import Mode
    from tasks.account_table.install import install as installed
    from tasks.account_table.install import operator
    from tasks.clock import clock
    from tasks.settings import Settings

    settings = Settings()
    by = operator(settings, who)
    record, is_new = installed(settings, files, valid_from.date(), sha256, by, clock(Mode.LIVE, None))
    said = "is installed" if is_new else f"was installed by {record.installed_by} before; nothing was done"
    OUT.print(
        f"The account table {record.version} {said}. It has {record.rows:,} rows and holds from "
        f"{record.valid_from:%-d %B %Y}. SHA-256 {record.sha256}.",
        highlight=False,
        soft_wrap=True,
    )


@modulus_table.command(name="list")
def list_() -> None:
    """Show the installed account tables, and which is in use today."""
    from rich.table import Table

    from flows.console import OUT
    from schemas.pay_run import Mode
    from tasks.account_table.shelf import in_use, list_installed
    from tasks.clock import clock
    from tasks.settings import Settings

    settings = Settings()
    headings = ("Version", "Valid from", "Rows", "Installed", "By", "SHA-256")
    table = Table(*headings, box=None, header_style="bold", pad_edge=False)
    for record in list_installed(settings):
        valid_from, at = f"{record.valid_from:%-d %b %Y}", f"{record.installed_at:%-d %b %Y}"
        table.add_row(record.version, valid_from, f"{record.rows:,}", at, record.installed_by, record.sha256[:12])
    if table.row_count:
        OUT.print(table)
    used = in_use(settings, clock(Mode.LIVE, None).date())
    OUT.print(f"In use today: {used.table.version}, from {used.provided_by}.", highlight=False, soft_wrap=True)
