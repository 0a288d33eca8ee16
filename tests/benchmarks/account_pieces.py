"""What the account benchmark measures, each by its name, as :mod:`tests.benchmarks.pieces` has the run's.

The accounts stand in a file of their own, drawn from the sort codes that the table has, as 99 in a hundred of a real
extract's are. The packages are asked for their first ``FOR_PACKAGES`` alone: at their rate ten million take hours.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tests.benchmarks.workspace import Workspace

if TYPE_CHECKING:
    from schemas.account.table import ModulusTable

Act = Callable[[], object]

BATCH = 500_000
FOR_PACKAGES = 100_000


def accounts_file(workspace: Workspace) -> Path:
    """Where the accounts stand."""
    return workspace.folder / f"accounts-{workspace.rows}.parquet"


def draw_accounts(workspace: Workspace) -> Act:
    """So many accounts by lot; the same every time."""
    import numpy as np
    import pyarrow.parquet as pq

    table = _table()
    lots = np.random.default_rng(workspace.rows)
    known = table.rows_of_sort_code["first_row"].is_not_null().arg_true().to_numpy()

    def batch(size: int) -> pl.DataFrame:
        drawn = {"sort_code": lots.choice(known, size), "account_number": lots.integers(0, 10**8, size)}
        return pl.DataFrame(drawn).select(
            pl.col("sort_code").cast(pl.String).str.zfill(6), pl.col("account_number").cast(pl.String).str.zfill(8)
        )

    def act() -> None:
        with pq.ParquetWriter(accounts_file(workspace), batch(1).to_arrow().schema) as writer:
            for first in range(0, workspace.rows, BATCH):
                writer.write_table(batch(min(BATCH, workspace.rows - first)).to_arrow())

    return act


def check_accounts(workspace: Workspace) -> Act:
    """The check as validate does it, in batches."""
    from schemas.account.modulus import account_answers

    table = _table()

    def act() -> int:
        return sum(account_answers(batch, table).len() for batch in _batches(workspace))

    return act


def write_lines(workspace: Workspace) -> Act:
    """The floor: polars writes one line of 100 characters an account."""
    target = accounts_file(workspace).with_suffix(".txt")
    line = pl.concat_str("sort_code", "account_number", pl.lit("0" * 86))

    def act() -> None:
        target.unlink(missing_ok=True)
        pl.scan_parquet(accounts_file(workspace)).select(line).sink_csv(target, include_header=False)

    return act


def check_with_ukmodulus(workspace: Workspace) -> Act:
    """The package ukmodulus, with the table that it ships."""
    from ukmodulus import validate_number

    rows = _few(workspace)
    return lambda: [validate_number(sort_code, number) for sort_code, number in rows]


def check_with_uk_modulus_check(workspace: Workspace) -> Act:
    """The package uk-modulus-check, with the same table as siller."""
    from uk_modulus_check import SortCodeSubstitutionTable, UKModulusChecker, WeightTable

    folder = _folder()
    (weights,) = folder.glob("valacdos*.txt")
    table, substitutions = WeightTable(), SortCodeSubstitutionTable()
    table.reload(weights.read_text().splitlines())
    substitutions.reload((folder / "scsubtab.txt").read_text().splitlines())
    checker = UKModulusChecker(table, substitutions)
    rows = [(int(sort_code), int(number)) for sort_code, number in _few(workspace)]
    return lambda: [checker.validate(sort_code, number).result for sort_code, number in rows]


def _batches(workspace: Workspace) -> Iterator[pl.DataFrame]:
    accounts = pl.scan_parquet(accounts_file(workspace))
    for first in range(0, workspace.rows, BATCH):
        yield accounts.slice(first, BATCH).collect()


def _few(workspace: Workspace) -> list[tuple[str, str]]:
    return pl.scan_parquet(accounts_file(workspace)).head(FOR_PACKAGES).collect().rows()


def _table() -> "ModulusTable":
    from schemas.account.table import ModulusTable

    return ModulusTable.load(_folder())


def _folder() -> Path:
    from tasks.settings import Settings

    settings = Settings()
    return settings.modulus_table or settings.contracts / "practice_modulus"


PIECES = {
    piece.__name__: piece
    for piece in (draw_accounts, check_accounts, write_lines, check_with_ukmodulus, check_with_uk_modulus_check)
}
