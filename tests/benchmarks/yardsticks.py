"""What siller is held against: the least that a machine must do, and the loop that anybody would write."""

import csv
from pathlib import Path

import polars as pl

_BEFORE_AMOUNT = "099" + "107999" + "88837491" + "    "
_SERVICE_USER = "ILF PAYMENTS".ljust(18)


def floor(extract: Path, target: Path) -> None:
    """Read every column as text in a streaming scan and write one line of 100 characters a row.

    No checks, no account of anything, no database: what is left of a run when all that makes it one is gone.
    """
    text = pl.scan_csv(extract, infer_schema=False, empty_string_is_null=False)
    line = pl.concat_str(
        "Sort Code",
        "Account No",
        pl.lit(_BEFORE_AMOUNT),
        pl.col("Net Amount").str.replace(".", "", literal=True).str.zfill(11),
        pl.lit(_SERVICE_USER),
        pl.col("Payment Reference").str.pad_end(18),
        pl.col("Recipient Name").str.head(18).str.pad_end(18),
    )
    text.select(line).sink_csv(target, include_header=False, quote_style="never")


def loop(extract: Path, target: Path) -> None:
    """Write the same lines with Python's csv module, a row at a time; it checks nothing either."""
    with extract.open(encoding="utf-8", newline="") as source, target.open("w", encoding="utf-8") as file:
        for row in csv.DictReader(source):
            amount = row["Net Amount"].replace(".", "").zfill(11)
            name = row["Recipient Name"][:18].ljust(18)
            reference = row["Payment Reference"].ljust(18)
            account = row["Sort Code"] + row["Account No"]
            file.write(f"{account}{_BEFORE_AMOUNT}{amount}{_SERVICE_USER}{reference}{name}\n")
