"""An ILF extract of any size, with its manifest: what the benchmark pays."""

import hashlib
import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from schemas.account.modulus import AccountAnswer, account_answers
from schemas.account.table import ModulusTable
from schemas.contract.due import Due
from schemas.period import Period

PERIOD = "2026-11"
TODAY = date(2026, 11, 23)
PAY_DAY = date(2026, 11, 30)
DUE = Due(PAY_DAY, Period.parsed("2026-11"))

MOST_PENCE = 99_999_999_999
"""What one Bacs file can carry: £999,999,999.99."""

REFUSED_EVERY = 1_000
"""One row in so many has a sort code that lost its leading digit, so that refusing is measured too. At ten
million rows this also leaves no more payments than one file can count, which is 9,999,999."""

_SAMPLE = Path(__file__).parents[2] / "data_contracts" / "ilf" / "samples" / "ilf-2026-10.csv"
_BATCH = 500_000


def generate(extract: Path, rows: int, table: ModulusTable) -> None:
    """Write an extract of November, and its manifest beside it.

    Every payee has a reference of their own, of eight digits; names, sort codes and roll numbers are drawn
    from the October sample, and each account number by lot from those that the account table does not
    fail. Amounts are small enough that the sum fits into one Bacs file. The same rows and table give the
    same bytes.
    """
    sample = pl.read_csv(_SAMPLE, infer_schema=False)
    lots = np.random.default_rng(rows)
    highest = min(1_000_000, MOST_PENCE * 19 // (rows * 10))
    digest, pence = hashlib.sha256(), 0
    with extract.open("wb") as file:
        for first in range(0, rows, _BATCH):
            amounts = lots.integers(1, highest, min(_BATCH, rows - first), endpoint=True)
            payees = _payees(sample, len(amounts), lots, table)
            text = _rows(payees, first, amounts).write_csv(include_header=first == 0).encode()
            digest.update(text)
            file.write(text)
            pence += int(amounts.sum())
    if pence > MOST_PENCE:
        raise ValueError("these amounts are more than one Bacs file can carry")
    manifest = {
        "tenant": "ilf",
        "kind": "full",
        "pay_period": PERIOD,
        "extract": extract.name,
        "sha256": digest.hexdigest(),
        "rows": rows,
        "total": f"{pence // 100}.{pence % 100:02d}",
        "pay_date": PAY_DAY.isoformat(),
        "submitted_by": "finance.officer@ilf.example",
    }
    extract.with_suffix(".manifest.json").write_text(json.dumps(manifest, indent=2))


def let_references_have_eight_digits(contracts: Path) -> None:
    """Change a copy of ILF's contract so that it takes what is generated: six are enough for a million alone."""
    contract = contracts / "ilf" / "extract.odcs.yaml"
    contract.write_text(contract.read_text().replace('"ILF[0-9]{6}"', '"ILF[0-9]{8}"'))


def _payees(sample: pl.DataFrame, rows: int, lots: np.random.Generator, table: ModulusTable) -> pl.DataFrame:
    """So many of the sample's payees, each with an account number of their own."""
    found = sample.clear()
    while found.height < rows:
        drawn = sample[lots.integers(0, sample.height, rows)].with_columns(
            pl.Series("Account No", lots.integers(0, 10**8, rows)).cast(pl.String).str.zfill(8)
        )
        answers = account_answers(drawn.rename({"Sort Code": "sort_code", "Account No": "account_number"}), table)
        found = found.vstack(drawn.filter(answers != AccountAnswer.FAILS))
    return found.head(rows)


def _rows(payees: pl.DataFrame, first: int, amounts: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> pl.DataFrame:
    """The payees' rows from a row number on, in the sample's columns."""
    number = pl.int_range(first, first + payees.height)
    written = number.cast(pl.String).str.zfill(8)
    pence = pl.Series(amounts)
    sort_code = pl.col("Sort Code")
    return payees.with_columns(
        pl.concat_str(pl.lit("ILF"), written).alias("ILF Ref"),
        pl.when(number % REFUSED_EVERY == 0).then(sort_code.str.slice(1)).otherwise(sort_code).alias("Sort Code"),
        pl.concat_str(
            pl.lit(pence // 100).cast(pl.String), pl.lit("."), pl.lit(pence % 100).cast(pl.String).str.zfill(2)
        ).alias("Net Amount"),
        pl.concat_str(pl.lit("ILF 2611 "), written).alias("Payment Reference"),
        pl.lit(f"{PAY_DAY:%d/%m/%Y}").alias("Pay Date"),
    )
