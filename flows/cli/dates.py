"""A day as it is typed at a command."""

from datetime import date

import typer


def date_of(given: str | None) -> date | None:
    """Read a day that was typed; none if none was.

    Raises:
        typer.BadParameter: it is no date.
    """
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise typer.BadParameter(f"{given!r} is no date; write it YYYY-MM-DD.") from None
