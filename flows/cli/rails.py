"""The option by which a command is told another rail than the agreement's."""

from typing import Annotated

import typer


def known(name: str | None) -> str | None:
    """The rail of that name, if there is one: siller's own, or a channel beside the contracts."""
    from schemas.rails.channel import Channels
    from schemas.rails.terms import TERMS
    from tasks.settings import Settings

    names = (*TERMS, *Channels.read(Settings().contracts).names)
    if name is not None and name not in names:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(names)}.")
    return name


RailOption = Annotated[
    str | None,
    typer.Option(
        "--rail",
        callback=known,
        help="The way that the money goes, as agreements name it: bacs_standard_18, faster_payments, pain001_bacs, … "
        "or a channel, such as paygate. [default: the agreement's]",
    ),
]
