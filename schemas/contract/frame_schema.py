"""The contract as a Pandera schema, and what a frame of rows breaks of it."""

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from schemas.contract.column import Column
from schemas.contract.contract import Contract
from schemas.contract.due import Due
from schemas.contract.made import REFUSALS


def pandera_schema(contract: Contract, due: Due) -> pa.DataFrameSchema:
    """Return the schema of one extract's text columns, by siller's names.

    Args:
        contract: the tenant's contract.
        due: the pay period and the day on which it is paid.

    Each check is named by its rule's id and stands in the contract's order.
    """
    return pa.DataFrameSchema(
        {column.name: _schema_column(column, due) for column in contract.columns},
        name=f"{contract.tenant} extract {contract.version}",
        strict=True,
    )


def _schema_column(column: Column, due: Due) -> pa.Column:
    return pa.Column(
        pl.String,
        checks=[_check(name, keeps) for name, keeps in column.checks(due)],
        nullable=True,  # a null breaks is_present, which says so in siller's own words
    )


def _check(name: str, keeps: pl.Expr) -> pa.Check:
    return pa.Check(lambda data: data.lazyframe.select(keeps), name=name)


def refusals(frame: pl.DataFrame, schema: pa.DataFrameSchema) -> pl.DataFrame:
    """Return one row for each cell that breaks a rule, with the first rule that it breaks.

    Args:
        frame: rows of an extract, with ``row_number`` and the contract's text columns.
        schema: what :func:`pandera_schema` made.

    Returns:
        ``row_number``, ``column_name`` (siller's name) and ``rule``, by row and then in the contract's
        order. No values: Pandera's own report has them, and they stay here.

    Raises:
        TypeError: the frame is lazy (Pandera would check its types alone and let every row pass).
        ValueError: the frame has not the columns that the schema describes.
    """
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("refusals needs a DataFrame: Pandera does not look at the rows of a LazyFrame.")
    try:
        schema.validate(frame.drop("row_number"), lazy=True)
    except SchemaErrors as errors:
        failures = errors.failure_cases.select("schema_context", "column", "check", "index")
    else:
        return pl.DataFrame(schema=REFUSALS)
    if failures.filter(pl.col("schema_context") != "Column").height or failures["index"].has_nulls():
        raise ValueError(f"The frame has not the columns of the {schema.name}: {sorted(frame.columns)}.")
    return _first_of_each_cell(failures, frame["row_number"], schema)


def _first_of_each_cell(failures: pl.DataFrame, row_numbers: pl.Series, schema: pa.DataFrameSchema) -> pl.DataFrame:
    order = pl.DataFrame(
        [(name, check.name) for name, column in schema.columns.items() for check in column.checks],
        schema={"column": pl.String, "check": pl.String},
        orient="row",
    ).with_row_index("place")
    first = (
        failures.join(order, on=["column", "check"])
        .sort("index", "place")
        .unique(["index", "column"], keep="first", maintain_order=True)
    )
    return pl.DataFrame(
        {
            "row_number": row_numbers.gather(first["index"]),
            "column_name": first["column"],
            "rule": first["check"],
        },
        schema=REFUSALS,
    )
