"""How fast a Standard 18 file is written, beside the floor and beside a loop: ``make bench-payment-file``.

Each runs in a process of its own, round by round; the first round is dropped. Say ratios, not seconds, and on a busy
machine those of processor time.
"""

import argparse
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.measuring import Rounds, measured
from tests.benchmarks.workspace import Workspace

PIECES = {
    "write_payment_lines": "floor (a line of 100 characters each)",
    "loop_over_payments": "loop",
    "write_standard_18": "siller, Standard 18",
    "check_standard_18": "siller, the parse-back",
}


def main() -> None:
    """Measure and show the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="payments")
    parser.add_argument("--rounds", type=int, default=3, help="rounds that count, after the one that is dropped")
    asked = parser.parse_args()
    rounds = Rounds()
    with tempfile.TemporaryDirectory(prefix="siller-bench-") as folder:
        workspace = Workspace(Path(folder), asked.rows)
        measured("draw_payments", workspace)
        for _ in range(asked.rounds + 1):
            rounds.run(tuple(PIECES), workspace)
    rounds.forget_first()
    Console().print(_table(rounds, asked.rows))


def _table(rounds: Rounds, rows: int) -> Table:
    table = Table(title=f"{rows:,} payments", title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for column in ("seconds", "× floor", "processor s", "× floor", "payments/s", "peak MB"):
        table.add_column(column, justify="right")
    floor = {figure: rounds.median("write_payment_lines", figure) for figure in ("seconds", "processor")}
    for piece, name in PIECES.items():
        seconds, processor = rounds.median(piece), rounds.median(piece, "processor")
        table.add_row(
            name,
            f"{seconds:.2f}",
            f"{seconds / floor['seconds']:.1f}",
            f"{processor:.2f}",
            f"{processor / floor['processor']:.1f}",
            f"{rows / seconds:,.0f}",
            f"{rounds.peak((piece,)) / 1_000_000:,.0f}",
        )
    return table


if __name__ == "__main__":
    main()
