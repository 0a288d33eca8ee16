"""What each step costs that is done to every row of an extract, beside the floor: ``make bench-rows``.

Each runs in a process of its own, round by round; the first round is dropped. Say ratios, not seconds, and those of
processor time.
"""

from rich.table import Table

from tests.benchmarks.measuring import Rounds, asked, in_rounds, wide_console

PIECES = {
    "floor": "floor",
    "read_rows": "read and hash the extract",
    "hold_against_rules": "every row by Pandera",
    "find_plain_rows": "the plain test, and the numbers",
    "answer_accounts": "the account check",
    "write_texts": "names and references",
    "judge_rows": "all that validate does to rows",
    "tally_texts": "count what is written otherwise",
}


def main() -> None:
    """Measure and show the table."""
    wanted = asked(__doc__, 1_000_000, "rows of the extract")
    wide_console().print(_table(in_rounds(wanted, tuple(PIECES), "generate"), wanted.rows))


def _table(rounds: Rounds, rows: int) -> Table:
    table = Table(title=f"{rows:,} rows", title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for column in ("processor s", "a million", "× floor", "seconds", "peak MB"):
        table.add_column(column, justify="right")
    floor = rounds.median("floor", "processor")
    for piece, name in PIECES.items():
        processor = rounds.median(piece, "processor")
        table.add_row(
            name,
            f"{processor:.2f}",
            f"{processor * 1_000_000 / rows:.2f}",
            f"{processor / floor:.2f}",
            f"{rounds.median(piece):.2f}",
            f"{rounds.peak((piece,)) / 1_000_000:,.0f}",
        )
    return table


if __name__ == "__main__":
    main()
