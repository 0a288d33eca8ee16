"""What reading an extract costs in each form, beside its library merely reading it: ``make bench-extracts``.

Each runs in a process of its own, round by round; the first round is dropped. Say ratios, not seconds, and those of
processor time.
"""

from rich.table import Table

from tests.benchmarks.extract_pieces import WORKBOOK_ROWS
from tests.benchmarks.measuring import Rounds, asked, in_rounds, wide_console

FORMS = {
    "CSV, beside polars": ("bare_csv", "read_csv"),
    "Parquet, beside polars": ("bare_parquet", "read_parquet"),
    "Excel, beside calamine": ("bare_workbook", "read_workbook"),
}


def main() -> None:
    """Measure and show the table."""
    wanted = asked(__doc__, 1_000_000, "rows of the extract")
    measured = tuple(piece for both in FORMS.values() for piece in both)
    wide_console().print(_table(in_rounds(wanted, measured, "lay_out_forms"), wanted.rows))


def _table(rounds: Rounds, rows: int) -> Table:
    table = Table(title=f"{rows:,} rows; Excel {min(rows, WORKBOOK_ROWS):,}", title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for column in ("bare, processor s", "siller, processor s", "ratio", "bare, s", "siller, s", "peak MB"):
        table.add_column(column, justify="right")
    for form, (bare, read) in FORMS.items():
        processor = rounds.median(bare, "processor"), rounds.median(read, "processor")
        table.add_row(
            form,
            *(f"{each:.2f}" for each in processor),
            f"{processor[1] / processor[0]:.2f}",
            *(f"{rounds.median(each):.2f}" for each in (bare, read)),
            f"{rounds.peak((read,)) / 1_000_000:,.0f}",
        )
    return table


if __name__ == "__main__":
    main()
