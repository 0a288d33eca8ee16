"""How fast the messages of a bank are read, beside a bare pass of lxml: ``make bench-bank-messages``.

Each runs in a process of its own, round by round; the first round is dropped. Say ratios, not seconds: they are of
processor time, which is steadier on a busy machine. The peak holds the document itself, which both have in memory.
"""

from rich.table import Table

from tests.benchmarks.bank_message_pieces import ITEMS
from tests.benchmarks.measuring import Rounds, asked, in_rounds, wide_console


def main() -> None:
    """Measure and show the table."""
    wanted = asked(__doc__, 1_000_000, "items of each message")
    pieces = tuple(f"{does}_{message}" for message in ITEMS for does in ("go_over", "read"))
    wide_console().print(_table(in_rounds(wanted, pieces, "make_up_bank_messages"), wanted.rows))


def _table(rounds: Rounds, rows: int) -> Table:
    table = Table(title=f"{rows:,} items of each message", title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for column in ("seconds", "processor s", "floor, processor s", "times the floor", "peak MB", "floor, peak MB"):
        table.add_column(column, justify="right")
    for message in ITEMS:
        read, floor = f"read_{message}", f"go_over_{message}"
        took, bare = rounds.median(read, "processor"), rounds.median(floor, "processor")
        table.add_row(
            message,
            f"{rounds.median(read):.2f}",
            f"{took:.2f}",
            f"{bare:.2f}",
            f"{took / bare:.1f}",
            *(f"{rounds.peak((piece,)) / 1_000_000:,.0f}" for piece in (read, floor)),
        )
    return table


if __name__ == "__main__":
    main()
