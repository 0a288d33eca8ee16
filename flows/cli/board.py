"""``siller board``: all that is open at your bodies, as one page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.who import Who

if TYPE_CHECKING:
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext


def board(
    html: Annotated[Path, typer.Option(help="Write it to this file.", dir_okay=False, writable=True)],
    who: Who = "",
) -> None:
    """Write what waits for whom, until when and how much, of every body that you have a part in, as one page.

    The server of siller up shows the same at /board/, by the password of the Prefect page. Exit code 1: of a body
    nothing stands there, because it cannot be looked into.
    """
    from flows.console import OUT
    from flows.service.board import draw_board
    from flows.service.standing import picture
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.settings import Settings
    from tasks.storage.atomic_write import write_atomic

    settings, now = Settings(), clock(Mode.LIVE, None)
    shown, refused = _list_shown(settings, who)
    for said in refused:
        OUT.print(said, style="bold red", highlight=False, soft_wrap=True)
    seen = picture(shown, settings.home, now)
    write_atomic(html, draw_board(seen, shown, settings, who or "you", now, is_whole=not refused).encode())
    OUT.print(f"Written to {html}.", highlight=False, soft_wrap=True)
    if refused:
        raise typer.Exit(1)


def _list_shown(settings: "Settings", who: str) -> "tuple[list[TenantContext], list[str]]":
    """Both modes of each body that lets this person in, and a sentence for each that cannot be asked whether it does.

    A mode in which nothing was recorded yet keeps nobody out.
    """
    from schemas.agreement import Role
    from tasks.people.identity import filter_admitting
    from tasks.tenant_context import list_agreed_in_both_modes, list_openable

    able, refused = list_openable(settings)
    theirs = filter_admitting(able, who, "siller board", *Role)
    tenants = {context.tenant for context in theirs}
    shown = [
        context
        for context in list_agreed_in_both_modes(settings)
        if context in theirs or (context.tenant in tenants and not context.ledger.exists)
    ]
    return shown, refused
