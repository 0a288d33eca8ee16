"""How long `siller verify` takes: ``make bench-verify``.

On one run of a million payments, beside the floor of a run, and on a year of twelve ILF months. Each runs in a process
of its own, three times.
"""

import argparse
import tempfile
from pathlib import Path

from rich.table import Table

from tests.benchmarks.measuring import Measurement, measured, wide_console
from tests.benchmarks.report import RUN
from tests.benchmarks.verify_pieces import MONTHS, ROWS_A_MONTH
from tests.benchmarks.workspace import Workspace

ROUNDS = 3
NAMES = {"floor": "floor", "verify": "siller verify"}


def main() -> None:
    """Build both ledgers, measure, and show the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="payments of the one run; 0 for the year alone")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="siller-bench-") as folder:
        year = Workspace(Path(folder), MONTHS * ROWS_A_MONTH)
        ledgers = {"a year": (year, ("year",), ("verify",))}
        if asked.rows:
            ledgers["one run"] = (Workspace(Path(folder), asked.rows), ("generate", *RUN), ("floor", "verify"))
        for name, (workspace, building, pieces) in ledgers.items():
            for piece in building:
                measured(piece, workspace)
            rounds = [{piece: measured(piece, workspace) for piece in pieces} for _ in range(ROUNDS)]
            found = {piece: [each[piece] for each in rounds] for piece in pieces}
            wide_console().print(_table(f"{name}, {workspace.rows:,} rows", found))


def _table(title: str, found: dict[str, list[Measurement]]) -> Table:
    """The least of the rounds: what else the machine did only adds."""
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for column in ("seconds", "processor s", "× floor", "peak MB"):
        table.add_column(column, justify="right")
    least = {piece: min(each.processor for each in rounds) for piece, rounds in found.items()}
    for piece, rounds in found.items():
        table.add_row(
            NAMES[piece],
            f"{min(each.seconds for each in rounds):.2f}",
            f"{least[piece]:.2f}",
            f"{least[piece] / least['floor']:.1f}" if "floor" in least else "",
            f"{max(each.peak for each in rounds) / 1_000_000:,.0f}",
        )
    return table


if __name__ == "__main__":
    main()
