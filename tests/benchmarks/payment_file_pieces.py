"""What the payment file benchmark measures, each by its name, as :mod:`tests.benchmarks.pieces` has the run's.

The payments stand in a file of their own, with names and roll numbers drawn from the October sample and a reference
each; every piece reads them from there, so reading counts for all alike.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tests.benchmarks.workspace import Workspace

if TYPE_CHECKING:
    from schemas.rails.bacs_standard_18 import PaymentFile
    from schemas.rails.channel import Upload
    from schemas.rails.totals import Totals

Act = Callable[[], object]

BATCH = 500_000
_BEFORE_AMOUNT = "099" + "107999" + "88837491" + "    "
_SERVICE_USER = "ILF PAYMENTS".ljust(18)
_SAMPLE = Path(__file__).parents[2] / "data_contracts" / "ilf" / "samples" / "ilf-2026-10.csv"


def draw_payments(workspace: Workspace) -> Act:
    """So many payments by lot; the same every time."""
    import numpy as np

    sample = pl.read_csv(_SAMPLE, infer_schema=False, empty_string_is_null=False)
    sample = sample.filter(pl.col("Sort Code").str.contains("^[0-9]{6}$"), pl.col("Recipient Name") != "")
    lots = np.random.default_rng(workspace.rows)

    def batch(first: int, size: int) -> pl.DataFrame:
        drawn = sample.select(sort_code="Sort Code", roll_number="Roll No", payee_name="Recipient Name")[
            lots.integers(0, sample.height, size)
        ]
        return drawn.with_columns(
            account_number=pl.Series(lots.integers(0, 10**8, size)).cast(pl.String).str.zfill(8),
            amount_pence=pl.Series(lots.integers(1, 9_999, size)),
            payment_reference=pl.format("ILF 2611 {}", pl.int_range(first, first + size)),
        )

    def act() -> None:
        _payments(workspace).mkdir(exist_ok=True)
        for first in range(0, workspace.rows, BATCH):
            drawn = batch(first, min(BATCH, workspace.rows - first))
            drawn.write_parquet(_payments(workspace) / f"{first:09}.parquet")

    return act


def write_payment_lines(workspace: Workspace) -> Act:
    """The floor: polars writes one line of 100 characters a payment, as it finds the text."""
    target = workspace.folder / "lines.txt"
    line = pl.concat_str(
        "sort_code",
        "account_number",
        pl.lit(_BEFORE_AMOUNT),
        pl.col("amount_pence").cast(pl.String).str.pad_start(11, "0"),
        pl.lit(_SERVICE_USER),
        pl.col("payment_reference").str.pad_end(18),
        pl.col("payee_name").str.head(18).str.pad_end(18),
    )
    return lambda: (
        pl.scan_parquet(_payments(workspace) / "*.parquet")
        .select(line)
        .sink_csv(target, include_header=False, quote_style="never")
    )


def loop_over_payments(workspace: Workspace) -> Act:
    """The loop that anybody would write, which checks nothing."""

    def act() -> None:
        with (workspace.folder / "loop.txt").open("w", encoding="utf-8") as file:
            for batch in _batches(workspace):
                for row in batch.iter_rows(named=True):
                    reference = (row["roll_number"] or row["payment_reference"]).ljust(18)
                    name = row["payee_name"].upper()[:18].ljust(18)
                    account = row["sort_code"] + row["account_number"]
                    file.write(
                        f"{account}{_BEFORE_AMOUNT}{row['amount_pence']:011}{_SERVICE_USER}{reference}{name}\r\n"
                    )

    return act


def write_standard_18(workspace: Workspace) -> Act:
    """The writer: text by the tables, every field checked, balanced, digested and hashed."""
    from schemas.rails import bacs_standard_18  # noqa: F401 -- so that its import does not count

    return lambda: _written(workspace)


def check_standard_18(workspace: Workspace) -> Act:
    """The parse-back of what was written."""
    from schemas.rails.bacs_standard_18 import check

    totals = _written(workspace)
    return lambda: check(_standard_18(workspace), _file(), totals)


def write_paygate(workspace: Workspace) -> Act:
    """The writer of channels, by one that has every kind of cell."""
    from schemas.rails import channel  # noqa: F401 -- so that its import does not count

    return lambda: _written_by_channel(workspace)


def check_paygate(workspace: Workspace) -> Act:
    """The parse-back of what was written by the channel."""
    from schemas.rails.channel import check

    totals = _written_by_channel(workspace)
    return lambda: check(workspace.folder / "payments.paygate.csv", _upload(), totals)


def _written_by_channel(workspace: Workspace) -> "Totals":
    from schemas.rails.channel import write

    path = workspace.folder / "payments.paygate.csv"
    path.unlink(missing_ok=True)
    return write(path, _upload(), _batches(workspace))


def _upload() -> "Upload":
    from schemas.rails.bacs_standard_18 import PayingAccount
    from schemas.rails.channel import Channels, Upload

    account = PayingAccount("107999", "88837491", "ILF PAYMENTS")
    days = date(2026, 11, 20), date(2026, 11, 27), date(2026, 11, 30)
    channel = Channels.read().named("paygate")
    return Upload(channel, 7, "123456", "ILF PAYMENTS", *days, account, 2_000_000_000, 10**11, 10**7)


def _written(workspace: Workspace) -> "Totals":
    from schemas.rails.bacs_standard_18 import write

    _standard_18(workspace).unlink(missing_ok=True)
    return write(_standard_18(workspace), _file(), _batches(workspace))


def _file() -> "PaymentFile":
    from schemas.rails.bacs_standard_18 import PayingAccount, PaymentFile

    account = PayingAccount("107999", "88837491", "ILF PAYMENTS")
    return PaymentFile(7, "123456", "ILF PAYMENTS", 7, date(2026, 11, 20), date(2026, 11, 27), (account,))


def _payments(workspace: Workspace) -> Path:
    return workspace.folder / f"payments-{workspace.rows}"


def _standard_18(workspace: Workspace) -> Path:
    return workspace.folder / "payments.bacs18.txt"


def _batches(workspace: Workspace) -> Iterator[pl.DataFrame]:
    return map(pl.read_parquet, sorted(_payments(workspace).glob("*.parquet")))


PIECES = {
    piece.__name__: piece
    for piece in (
        draw_payments,
        write_payment_lines,
        loop_over_payments,
        write_standard_18,
        check_standard_18,
        write_paygate,
        check_paygate,
    )
}
