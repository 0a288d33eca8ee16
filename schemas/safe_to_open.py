"""The one place that makes a cell safe to open, and takes that back.

A spreadsheet that opens text takes a cell for a formula by its first sign, and a formula can send what stands beside
it to anywhere (OWASP, *CSV injection*). An apostrophe before it keeps it text. One that stood there before gets
another, so that what was made safe is always told from what was sent: :func:`as_before` gives each cell back exactly.
"""

import re

import polars as pl

_WOULD_BE_RECKONED = r"'*\s*[=+\-@＝＋－＠]|'*[\t\r\n]"  # some spreadsheets take the wide signs too
"""How a cell begins that some spreadsheet takes for a formula, behind blanks or not."""


def safe_to_open(rows: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before each text that a spreadsheet would take for a formula.

    The columns' names are siller's own, or a contract's, which has none that would be reckoned.
    """
    return rows.with_columns(made_safe(pl.col(pl.String)))


def would_be_reckoned(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula, or it looks as if siller had kept it from that."""
    return re.match(_WOULD_BE_RECKONED, text) is not None


def as_before(cell: pl.Expr) -> pl.Expr:
    """Return a text as it was before :func:`safe_to_open`."""
    return cell.str.replace(f"^'({_WOULD_BE_RECKONED})", "${1}")


def made_safe(cell: pl.Expr) -> pl.Expr:
    """Return a text as a spreadsheet takes it for text: :func:`as_before` takes that back."""
    return cell.str.replace(f"^({_WOULD_BE_RECKONED})", "'${1}")
