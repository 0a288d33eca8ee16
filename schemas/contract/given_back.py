"""The file with rows that go back to the body which sent them, to be put right: one writer for every reason and form.

It has what is said of each row, and then the body's own columns as they were sent, in the form that the body sends, if
people can correct that in a spreadsheet (:attr:`schemas.extract_files.form.Form.for_people`). It goes straight back
when it is corrected. It holds personal data and is for the body alone.
"""

from datetime import date
from pathlib import Path
from typing import BinaryIO

import polars as pl

from schemas.contract.added import Added, added_columns, pay_date_to_write
from schemas.contract.contract import Contract
from schemas.contract.explain import what_is_wrong, what_to_do
from schemas.contract.made import as_sent
from schemas.extract_files.form import FileKind
from schemas.tables_for_people.csv_text import csv_text
from schemas.tables_for_people.workbook import write_workbook


def refused_rows(
    rows: pl.DataFrame, reasons: pl.DataFrame, contract: Contract, run_id: str, pay_day: date
) -> pl.DataFrame:
    """Say of each refused row what is wrong with it, one line a row, so that the file has each payment once.

    Args:
        rows: rows of the extract, with ``row_number``, ``line`` (where each stands in the tenant's own file, in
            words) and the contract's kept columns; only those with a reason are returned.
        reasons: ``row_number``, ``column_name`` (siller's name) and ``rule``.
        contract: the tenant's contract.
        run_id: the run: by it siller knows what they were sent as when they come again.
        pay_day: of the run.

    Returns:
        what is said of each row, under the names of ``Added``, and the contract's kept columns.
    """
    said = (
        in_words(reasons, contract)
        .group_by("row_number", maintain_order=True)
        .agg(
            pl.col(Added.COLUMN).unique(maintain_order=True).str.join("; "),
            pl.col(Added.WRONG, Added.TO_DO).unique(maintain_order=True).str.join(" "),
        )
    )
    return (
        said.join(rows, on="row_number", maintain_order="left")
        .sort("row_number", maintain_order=True)
        .select(
            pl.lit(run_id).alias(Added.RUN),
            pl.col("line").alias(Added.LINE),
            *(Added.COLUMN, Added.WRONG, Added.TO_DO),
            *pay_date_column(contract, pay_day),
            *contract.kept_columns,
        )
    )


def in_words(reasons: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Put beside each ``column_name`` and ``rule`` the tenant's column, what is wrong and what to do."""
    physical = {column.name: column.physical_name for column in contract.columns}
    kinds = reasons.select("column_name", "rule").unique()
    words = pl.DataFrame(
        [
            (column, rule, what_is_wrong(contract, column, rule), what_to_do(contract, column, rule))
            for column, rule in kinds.rows()
        ],
        schema=dict.fromkeys(("column_name", "rule", Added.WRONG, Added.TO_DO), pl.String),
        orient="row",
    )
    return reasons.join(words, on=["column_name", "rule"], maintain_order="left").with_columns(
        pl.col("column_name").replace(physical).alias(Added.COLUMN)
    )


def pay_date_column(contract: Contract, pay_day: date | None) -> list[pl.Expr]:
    """The column that says which pay date to write, if the body writes one."""
    said = pay_date_to_write(contract, pay_day)
    return [] if said is None else [pl.lit(said).alias(Added.PAY_DATE)]


def write_rows(file: BinaryIO, rows: pl.DataFrame, contract: Contract, path: Path) -> None:
    """Write rows in the form in which they go back to the tenant.

    Args:
        file: open to be written.
        rows: what is said of each row, under names of ``Added``, and then the contract's kept columns.
        contract: the tenant's contract.
        path: that the file will have.

    Raises:
        NoGo: the form cannot hold the rows.
    """
    names = {str(each): name for each, name in added_columns(contract).items() if each in rows.columns}
    back, form = as_sent(rows.rename(names), contract), contract.form.for_people
    if form.kind is FileKind.XLSX:
        write_workbook(file, [back], path, sheet=form.sheet, header_row=form.header_row)
    else:
        file.write(csv_text(back, delimiter=form.delimiter, encoding=form.encoding))
