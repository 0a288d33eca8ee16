"""How fast a pain.001 message is written, beside the floor and beside the packages: ``make bench-messages``.

Each runs in a process of its own, round by round; the first round is dropped. Say ratios, not seconds: the packages
are compared by payments a second of processor time, which is steadier on a busy machine.
"""

from rich.table import Table

from tests.benchmarks.measuring import Rounds, asked, in_rounds, wide_console
from tests.benchmarks.message_pieces import FOR_PACKAGES

PIECES = {
    "write_plain_lines": "floor (a line of 100 characters each)",
    "write_pain001": "siller, pain.001",
    "check_pain001": "siller, the parse-back",
    "inspect_pain001": "siller inspect",
    "write_with_sepaxml_unchecked": "sepaxml, its check off",
    "write_with_sepaxml": "sepaxml",
    "write_with_pain001": "pain001",
}


def main() -> None:
    """Measure and show the table."""
    wanted = asked(__doc__, 1_000_000, "payments")
    wide_console().print(_table(in_rounds(wanted, tuple(PIECES), "make_up_payments"), wanted.rows))


def _table(rounds: Rounds, rows: int) -> Table:
    few = min(rows, FOR_PACKAGES)
    table = Table(title=f"{rows:,} payments; the packages write {few:,}", title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for column in ("seconds", "processor s", "payments/s", "siller is", "peak MB"):
        table.add_column(column, justify="right")
    ours = rows / rounds.median("write_pain001", "processor")
    for piece, name in PIECES.items():
        rate = (few if "with" in piece else rows) / rounds.median(piece, "processor")
        table.add_row(
            name,
            f"{rounds.median(piece):.2f}",
            f"{rounds.median(piece, 'processor'):.2f}",
            f"{rate:,.0f}",
            f"{ours / rate:,.1f} ×",
            f"{rounds.peak((piece,)) / 1_000_000:,.0f}",
        )
    return table


if __name__ == "__main__":
    main()
