"""``siller inspect``: what a payment file says, and what a bank would refuse in it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from schemas.inspection import Taken

RailOption = Annotated[
    str | None,
    typer.Option(
        "--rail",
        help="Whose calendar and limits count: bacs or faster_payments. A Standard 18 file does not say; taken as "
        "bacs. Of a file for a channel the channel, such as paygate; siller's own files say it in their names.",
    ),
]


def taken_as(file: Path, rail: str | None) -> "Taken":
    """As what a file is to be read: by the channel that is named or that its name ends with, or for a scheme."""
    from schemas.rails.bacs_standard_18 import Scheme
    from schemas.rails.channel import Channels
    from tasks.settings import Settings

    channels = Channels.read(Settings().contracts)
    if rail is None:
        return next((channel for channel in channels.readable() if file.name.endswith(channel.suffix)), None)
    if rail.upper() in Scheme.__members__:
        return Scheme[rail.upper()]
    if rail not in channels.names:
        names = (*(name.lower() for name in Scheme.__members__), *channels.names)
        raise typer.BadParameter(f"{rail!r} is none of {', '.join(names)}.")
    return channels.named(rail)


def inspect(
    file: Annotated[
        Path,
        typer.Argument(
            help="A Standard 18 file, a pain.001 message or a file for a channel.", exists=True, dir_okay=False
        ),
    ],
    rail: RailOption = None,
) -> None:
    """Read any payment file as a careful bank would: totals, dates, and every fault by line and column.

    It need not be one of siller's. Account numbers are masked, and no name or reference is shown.

    Exit code 0: a bank would take it. 1: a bank would refuse the file or a payment of it.
    """
    from rich.table import Table

    from flows.console import OUT, waiting_for
    from schemas.inspection import inspect as inspected

    with waiting_for(f"Reading {file.name}"):
        found = inspected(file, taken_as(file, rail))
    totals = "; ".join(map(str, found.totals))
    OUT.print(f"{file.name}: {found.format}, {totals}", style="bold", soft_wrap=True)
    facts = Table(show_header=False, box=None)
    for name, says in found.facts:
        facts.add_row(name, says)
    OUT.print(facts)
    for finding in found.findings:
        word, style = ("Refused", "red") if finding.refused else ("Note", "yellow")
        OUT.print(f"{word}. {finding}", style=style, highlight=False, soft_wrap=True)
    if found.refused:
        OUT.print("A bank would refuse this file, or payments of it.", style="bold red")
        raise typer.Exit(1)
    OUT.print("Nothing was found for which a bank would refuse it.", style="bold")
