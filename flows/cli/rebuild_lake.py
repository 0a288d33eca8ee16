"""``siller rebuild-lake``: the service's own copy of all bodies' published tables, made again."""

from typing import Annotated

import typer


def rebuild_lake(
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Of the rehearsals, not of the live runs.")] = False,
) -> None:
    """Make the copy of all bodies' published tables again, for analysts who may ask across bodies.

    It is made of what is published now (SILLER_PUBLISHED), stands in SILLER_LAKE, with its catalogue in
    SILLER_LAKE_CATALOG, and has nothing any more of what was erased.
    """
    from flows.console import OUT, waiting_for
    from schemas.pay_run import Mode
    from tasks.error_boundary import error_boundary
    from tasks.publish.lake import rebuild
    from tasks.settings import Settings

    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    with error_boundary("rebuild-lake"), waiting_for(f"Rebuilding the copy of all bodies' tables ({mode})"):
        rebuilt = rebuild(Settings(), mode)
    OUT.print(
        f"Rebuilt of what {rebuilt.bodies:,} bodies have published: {rebuilt.rows:,} rows ({mode}).",
        soft_wrap=True,
        highlight=False,
    )
