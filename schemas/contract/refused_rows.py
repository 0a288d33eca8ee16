"""The files that take rows of a tenant's back to the tenant, and the one that lists what was refused."""

from io import BytesIO

import polars as pl

from schemas.contract.contract import Contract
from schemas.contract.explain import message
from schemas.contract.made import as_sent

_FORMULA = r"^[=+\-@\t\r\n]"
"""How a cell begins that a spreadsheet takes for a formula."""


def refused_rows_file(rows: pl.DataFrame, reasons: pl.DataFrame, contract: Contract) -> bytes:
    """Return the refused rows as a CSV file, one line a reason.

    Args:
        rows: rows of the extract, with ``row_number``, ``line`` (where each stands in the tenant's own file, in
            words) and the contract's kept columns; only those with a reason are written.
        reasons: ``row_number``, ``column_name`` (siller's name) and ``rule``.
        contract: the tenant's contract.

    Returns:
        a file as :func:`rows_file` makes it: the row's line, the tenant's name of the column, the rule, what to do,
        and the row.
    """
    physical = {column.name: column.physical_name for column in contract.columns}
    kinds = reasons.select("column_name", "rule").unique()
    words = kinds.with_columns(
        pl.Series("What to do", [message(contract, column, rule) for column, rule in kinds.rows()], dtype=pl.String)
    )
    listed = (
        reasons.join(words, on=["column_name", "rule"], maintain_order="left")
        .join(rows.select("row_number", "line", *contract.kept_columns), on="row_number", maintain_order="left")
        .sort("row_number", maintain_order=True)
        .select(
            pl.col("line").alias("Line of the file"),
            pl.col("column_name").replace(physical).alias("Column"),
            pl.col("rule").alias("Rule"),
            "What to do",
            *contract.kept_columns,
        )
    )
    return rows_file(listed, contract)


def rows_file(listed: pl.DataFrame, contract: Contract) -> bytes:
    """Return rows as a CSV file for the tenant, whatever is said beside each.

    Args:
        listed: what is said of each row, and then the contract's kept columns of the row.
        contract: the tenant's contract.

    Returns:
        UTF-8 with a byte order mark, which spreadsheets need to show accents, and CRLF; the row as sent, under the
        tenant's own column names. A cell that a spreadsheet would take for a formula gets an apostrophe before it, as
        OWASP advises against CSV injection. This file holds personal data and is for the tenant alone.
    """
    file = BytesIO()
    safe_to_open(as_sent(listed, contract)).write_csv(file, include_bom=True, line_terminator="\r\n")
    return file.getvalue()


def safe_to_open(rows: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before each cell that a spreadsheet would take for a formula."""
    return rows.with_columns(pl.col(pl.String).str.replace(_FORMULA, "'$0"))
