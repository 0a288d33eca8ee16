"""The ledger's table for the rows of an extract, made from the contract."""

from schemas.contract.contract import Contract


def duckdb_table(contract: Contract) -> str:
    """Return the DuckDB statement that makes ``raw_extract_row`` for this tenant.

    The rows stand there as sent, each cell as text and never null (an empty cell is empty text), under
    ``run_no`` and the 0-based ``row_number``. There is no key on purpose: on a wide table it costs more
    than the writing, and uniqueness is a check of the stage that writes.
    """
    columns = ["run_no INTEGER NOT NULL", "row_number INTEGER NOT NULL"]
    columns += [f"{column.name} VARCHAR NOT NULL" for column in contract.columns]
    return f"CREATE TABLE IF NOT EXISTS raw_extract_row ({', '.join(columns)})"
