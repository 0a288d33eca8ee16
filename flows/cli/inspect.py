"""``siller inspect``: what a payment file says, and what a bank would refuse in it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Rail(StrEnum):
    """The schemes that Standard 18 files are for, by the names of ``schemas.rails.bacs_standard_18.Scheme``."""

    BACS = "bacs"
    FASTER_PAYMENTS = "faster_payments"


RailOption = Annotated[
    Rail | None, typer.Option(help="Whose calendar and limits count. A Standard 18 file does not say; taken as bacs.")
]


def inspect(
    file: Annotated[
        Path, typer.Argument(help="A Standard 18 file or a pain.001 message.", exists=True, dir_okay=False)
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
    from schemas.rails.bacs_standard_18 import Scheme

    with waiting_for(f"Reading {file.name}"):
        found = inspected(file, Scheme[rail.name] if rail else None)
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
