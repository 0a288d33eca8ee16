"""``siller lessons``: what a payday taught, and what of it is still open."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.who import Who

if TYPE_CHECKING:
    from tasks.lessons.lessons import Theme


def lessons(
    tenant: Annotated[str, typer.Argument(help="The body whose paydays they are of.")],
    of: Annotated[str, typer.Option(metavar="RUN", help="Keep lessons of this run: each theme is asked for.")] = "",
    done: Annotated[int | None, typer.Option(metavar="NUMBER", help="Tick this lesson off.")] = None,
    how: Annotated[str, typer.Option(help="With --done: what was done about it.")] = "",
    who: Who = "",
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Of the rehearsals, not of the live runs.")] = False,
) -> None:
    """List what paydays taught, the open lessons first; keep what one taught; or tick a lesson off.

    Five themes are asked for: what went well, and what did not. What did not stands above each pack that an approver
    reads, until somebody ticks it off. Name no payee.
    """
    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.lessons.lessons import keep, list_lessons, tick_off
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    if of and done is not None:
        raise typer.BadParameter("keep lessons of a run (--of), or tick one off (--done)")
    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    context, now = TenantContext(tenant, mode, Settings()), clock(mode, None)
    by = identify(context, who, f"siller lessons {tenant}", *Role)

    def say(text: str) -> None:
        OUT.print(text, soft_wrap=True, highlight=False, markup=False)

    with error_boundary("lessons"):
        if of:
            for lesson in keep(context, of, list(_asked()), by, now):
                say(f"Kept: {lesson}")
        elif done is not None:
            say(f"Ticked off: {tick_off(context, done, how, by, now)}")
        else:
            with context.ledger.opened() as connection:
                found = list_lessons(connection)
            for lesson in sorted(found, key=lambda each: not each.is_open):
                say(f"{'OPEN ' if lesson.is_open else ''}{lesson} ({'went well' if lesson.went_well else 'did not'})")
            if not found:
                say(f"No payday of {tenant} ({mode}) has a lesson yet.")


def _asked() -> Iterator[tuple["Theme", bool, str]]:
    """What somebody types to each theme; nothing is no lesson."""
    from tasks.lessons.lessons import ASKED

    for theme, meant in ASKED.items():
        for went_well, what in ((True, "what went well"), (False, "what did not")):
            text = typer.prompt(f"{theme} ({meant}): {what}", default="", show_default=False)
            if text.strip():
                yield theme, went_well, text
