"""From the columns that a body sends to the columns that siller keeps, and back.

A body's declared dialect changes the cell, by the functions that its contract names and by nothing else; what was sent
is kept beside it, so that every change can be counted, shown, and sent back as it came.
"""

from collections.abc import Iterator
from datetime import date

import polars as pl

from schemas.contract.column import Column
from schemas.contract.contract import AS_SENT, Contract
from schemas.contract.functions import FUNCTIONS, Function
from schemas.contract.origin import Stated

REFUSALS = {"row_number": pl.Int32, "column_name": pl.String, "rule": pl.String}
"""The columns of what says which cells are refused, and by which rule."""
CHANGES = {"row_number": pl.Int32, **dict.fromkeys(("column_name", "function", "sent", "kept"), pl.String)}
"""The columns of what :func:`changes` returns."""


def made(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Return rows under siller's names, made of rows as they were sent.

    Args:
        frame: ``row_number`` and the contract's source columns under their physical names, all text.
        contract: the tenant's.

    Returns:
        ``row_number`` and the contract's kept columns, all text. A cell that a function does not take stays as it was
        sent, and :func:`not_taken` names it. A pay date that is not sent is empty: see :func:`with_pay_day`.
    """
    reference = next((column for column in contract.columns if column.name == "payee_reference"), None)
    rows = [_made(column, reference).alias(column.name) for column in contract.columns]
    if contract.keeps_as_sent:
        rows.append(pl.struct(contract.source_columns).struct.json_encode().alias(AS_SENT))
    return frame.select("row_number", *rows)


def with_pay_day(rows: pl.DataFrame, contract: Contract, pay_day: date) -> pl.DataFrame:
    """Write the period's pay day into rows of a contract whose body does not send it."""
    if not contract.states("pay_date", Stated.PAY_DAY):
        return rows
    return rows.with_columns(pay_date=pl.lit(pay_day.strftime("%d/%m/%Y")))


def as_sent(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Return rows with their cells as they were sent, under the tenant's own names, in the place of siller's columns.

    Args:
        rows: the contract's kept columns, and others, which stay before them.
        contract: the tenant's; a column that a row of an earlier version did not have is empty.
    """
    if contract.keeps_as_sent:
        sent = [cell.alias(name) for name, cell in _cells(contract).items()]
    else:
        sent = [pl.col(column.name).alias(column.physical_name) for column in contract.columns if not column.origin]
    return rows.select(pl.exclude(contract.kept_columns), *sent)


def not_taken(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Return each cell that a function does not take, with that function as the rule that it breaks."""
    found = [pl.DataFrame(schema=REFUSALS)]
    sent = _decoded(rows, contract)
    for column in _changed(contract):
        broken = [pl.when(~function.taken(cell)).then(pl.lit(name)) for name, function, cell in _steps(column)]
        found.append(
            sent.select("row_number", column_name=pl.lit(column.name), rule=pl.coalesce(broken)).drop_nulls("rule")
        )
    return pl.concat(found)


def changes(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Return each cell that a function has changed, once for each function that did.

    A function that joins columns has changed them where it left anything out, not where it only joined.

    Returns:
        ``row_number``, ``column_name`` (siller's) and ``function``, in the order of the contract, with the cell as it
        was ``sent``, or the cells of which it is made, and as it is ``kept`` after all functions of the column.
    """
    found = [pl.DataFrame(schema=CHANGES)]
    sent = _decoded(rows, contract)
    for column in _changed(contract):
        for name, function, cell in _steps(column):
            was = pl.concat_str(_sources(column), separator=" ") if function.joins else cell
            is_changed = _after(function, column, cell) != was
            changed = sent.select(
                is_changed.alias("is"), pl.concat_str(_sources(column), separator=" | ").alias("sent")
            )
            cells = rows.select(
                *("row_number", pl.lit(column.name).alias("column_name"), pl.lit(name).alias("function")),
                *(changed["sent"], pl.col(column.name).alias("kept")),
            )
            found.append(cells.filter(changed["is"]))
    return pl.concat(found)


def _changed(contract: Contract) -> list[Column]:
    """The columns that functions make."""
    return [column for column in contract.columns if column.origin and column.origin.functions]


def _decoded(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Kept rows of a contract with functions as they were sent: ``row_number`` and the source columns."""
    if not contract.keeps_as_sent:
        return rows.select("row_number")
    return rows.select("row_number", *(cell.alias(name) for name, cell in _cells(contract).items()))


def _cells(contract: Contract) -> dict[str, pl.Expr]:
    """The cells of a kept row as they were sent."""
    known = pl.Struct(dict.fromkeys(contract.source_columns, pl.String))
    row = pl.col(AS_SENT).str.json_decode(known)
    return {name: row.struct.field(name).fill_null("") for name in contract.source_columns}


def _made(column: Column, reference: Column | None) -> pl.Expr:
    """The column of siller's from a row as it was sent."""
    origin = column.origin
    if origin is None:
        return pl.col(column.physical_name)
    if origin.stated is Stated.PAYEE_REFERENCE and reference:
        return _made(reference, None)
    if origin.stated:
        return pl.lit("")
    *_, (_, last, cell) = _steps(column)
    return _after(last, column, cell)


def _sources(column: Column) -> list[pl.Expr]:
    return [pl.col(name) for name in column.sources]


def _steps(column: Column) -> Iterator[tuple[str, Function, pl.Expr]]:
    """Each function that makes a column, with the cell that it is given."""
    cell = _sources(column)[0]
    for name in column.origin.functions if column.origin else ():
        function = FUNCTIONS[name]
        yield name, function, cell
        cell = _after(function, column, cell)


def _after(function: Function, column: Column, cell: pl.Expr) -> pl.Expr:
    return function.makes(*_sources(column)) if function.joins else function.made(cell)
