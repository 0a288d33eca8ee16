"""How fast a payment file is written, beside the floor and beside a loop: ``make bench-payment-file``.

Each runs in a process of its own, round by round; the first round is dropped. Say ratios, not seconds, and on a busy
machine those of processor time.
"""

from rich.table import Table

from tests.benchmarks.measuring import Rounds, asked, in_rounds, wide_console

PIECES = {
    "write_payment_lines": "floor (a line of 100 characters each)",
    "loop_over_payments": "loop",
    "write_standard_18": "siller, Standard 18",
    "check_standard_18": "siller, the parse-back",
    "write_paygate": "siller, a channel (Paygate)",
    "check_paygate": "siller, its parse-back",
}


def main() -> None:
    """Measure and show the table."""
    wanted = asked(__doc__, 1_000_000, "payments")
    wide_console().print(_table(in_rounds(wanted, tuple(PIECES), "draw_payments"), wanted.rows))


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
