"""How long `siller status` takes over five released runs of a million payments: ``make bench-status``.

Beside the same over five runs of three payments: what it takes more is what their size costs. The parts of both are
made unreadable before: status opens none. Each look runs in a process of its own; what is loaded before is not counted.
"""

import argparse
import tempfile
from pathlib import Path

from rich.table import Table

from tests.benchmarks.measuring import Measurement, measured, wide_console
from tests.benchmarks.status_pieces import MONTHS
from tests.benchmarks.workspace import Workspace

ROUNDS = 3
FEW = 4
"""Rows, of which one is refused."""


def main() -> None:
    """Pay five months of each size, look at both, and show the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of each of the five extracts")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="siller-bench-") as folder:
        workspaces = [Workspace(Path(folder), rows) for rows in (FEW, asked.rows)]
        for workspace in workspaces:
            for piece in ("generate", "five_runs"):
                measured(piece, workspace)
        found: dict[int, list[Measurement]] = {each.rows: [] for each in workspaces}
        for _ in range(ROUNDS):
            for workspace in workspaces:
                found[workspace.rows].append(measured("status", workspace))
    wide_console().print(_table(found))


def _table(found: dict[int, list[Measurement]]) -> Table:
    """The least of the rounds: what else the machine did only adds."""
    table = Table(title=f"siller status over {len(MONTHS)} runs, parts unreadable", title_justify="left", box=None)
    table.add_column("rows a run", justify="right")
    for column in ("seconds", "processor s", "× few", "peak MB"):
        table.add_column(column, justify="right")
    least = {rows: min(each.processor for each in rounds) for rows, rounds in found.items()}
    for rows, rounds in found.items():
        table.add_row(
            f"{rows:,}",
            f"{min(each.seconds for each in rounds):.2f}",
            f"{least[rows]:.2f}",
            f"{least[rows] / least[FEW]:.2f}",
            f"{max(each.peak for each in rounds) / 1_000_000:,.0f}",
        )
    return table


if __name__ == "__main__":
    main()
