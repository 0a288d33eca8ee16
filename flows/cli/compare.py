"""``siller compare``: two payment files side by side."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.inspect import RailOption, taken_as

if TYPE_CHECKING:
    import polars as pl

    from schemas.inspection.compare import Comparison

SHOWN = 20
"""Payments of a kind that are listed on the screen."""


def compare(
    old: Annotated[Path, typer.Argument(help="The file of the old system.", exists=True, dir_okay=False)],
    new: Annotated[Path, typer.Argument(help="The file to hold against it.", exists=True, dir_okay=False)],
    csv: Annotated[
        Path | None,
        typer.Option(help="Write every payment that is not the same to this file.", dir_okay=False, writable=True),
    ] = None,
    rail: RailOption = None,
) -> None:
    """Set two payment files side by side, payment by payment, whichever formats they have.

    Tells how many payments are the same, which ones differ and in what, and which are in one file only.
    Account numbers are masked, and no name or reference is shown.

    Exit code 0: both files pay the same. 1: they do not.
    """
    from flows.console import OUT, waiting_for
    from schemas.inspection import set_beside
    from schemas.tables_for_people.csv_text import csv_text

    with waiting_for(f"Reading {old.name} and {new.name}"):
        found, left_out = set_beside(old, new, taken_as(old, rail), taken_as(new, rail))
    listed = _listed(found)
    if csv:
        csv.write_bytes(csv_text(listed))
        csv.chmod(0o600)
    if left_out:
        OUT.print(f"Not compared, because one of the files does not say it: {' and '.join(left_out)}.")
    OUT.print(f"The same in both: {'; '.join(map(str, found.same_totals))}", style="bold")
    for kind, payments in (
        ("differ", found.different),
        (f"are only in {old.name}", found.only_old),
        (f"are only in {new.name}", found.only_new),
    ):
        OUT.print(f"{payments.height:,} {kind}")
    if found.agree:
        OUT.print("Both files pay the same.", style="bold")
        return
    _show(listed)
    raise typer.Exit(1)


def _listed(found: "Comparison") -> "pl.DataFrame":
    """Every payment that is not the same, one row each; accounts are masked."""
    import polars as pl

    alone = [
        payments.select(
            pl.col("place").alias(f"{which}_place"),
            pl.lit(f"only in the {which} file").alias("what"),
            pl.col("account_number"),
            pl.col("amount_pence").alias(f"{which}_pence"),
            pl.col("currency").alias(f"{which}_currency"),
        )
        for which, payments in (("old", found.only_old), ("new", found.only_new))
    ]
    differing = found.different.with_columns(what=pl.concat_str(pl.lit("differs in "), "differs")).drop("differs")
    return pl.concat([differing, *alone], how="diagonal").select(
        "old_place",
        "new_place",
        "what",
        pl.concat_str(pl.lit("****"), pl.col("account_number").str.tail(4)).alias("account"),
        "old_pence",
        "old_currency",
        "new_pence",
        "new_currency",
    )


def _show(listed: "pl.DataFrame") -> None:
    from rich.table import Table

    from flows.console import OUT
    from schemas.inspection.totals import amount

    table = Table("Old", "New", "What", "Account", "Old amount", "New amount", header_style="bold", box=None)
    for column in (0, 1, 4, 5):
        table.columns[column].justify = "right"
    for old, new, what, account, *sums in listed.head(SHOWN).iter_rows():
        paths = ("" if place is None else f"{place:,}" for place in (old, new))
        amounts = ("" if pence is None else amount(pence, currency) for pence, currency in (sums[:2], sums[2:]))
        table.add_row(*paths, what, account, *amounts)
    OUT.print(table)
    if listed.height > SHOWN:
        OUT.print(f"and {listed.height - SHOWN:,} more: --csv FILE writes all of them.")
