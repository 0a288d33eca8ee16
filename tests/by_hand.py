"""What no stage of siller does to a ledger's rows and payments: put there, changed or taken away by hand.

Rows stand in sealed parts, which no statement changes; so rows by hand are those of an earlier siller, which the ledger
itself has.
"""

from pathlib import Path

import duckdb

from tasks.ledger.parts import views
from tasks.tenant_context import TenantContext

_PAID = "SELECT run_no, row_number, amount_pence{more} FROM core_payment WHERE row_number IN ({rows})"
_LEFT_OUT = (
    "INSERT INTO core_left_out SELECT run_no, row_number, 'held', 'payee_reference', 'by_hand' FROM core_payment "
    "WHERE row_number IN ({rows})"
)


def rows_by_hand(of: TenantContext, connection: duckdb.DuckDBPyConnection) -> None:
    """Let ``earlier_row`` take rows, and ``raw_extract_row`` have them."""
    connection.execute("CREATE TABLE IF NOT EXISTS earlier_row AS FROM raw_extract_row LIMIT 0")
    views.define(connection, of.paths.parts(of.tenant))


def parts_beside(connection: duckdb.DuckDBPyConnection) -> Path:
    """The folder of the parts that belong to an open ledger."""
    [(file,)] = connection.execute("SELECT path FROM duckdb_databases() WHERE database_name = 'ledger'").fetchall()
    return Path(file).parents[1] / "parts" / Path(file).stem


def pay_twice(connection: duckdb.DuckDBPyConnection, row: int) -> None:
    connection.execute(f"INSERT INTO earlier_payment {_PAID.format(more='', rows=row)}")


def pay_less(connection: duckdb.DuckDBPyConnection, row: int) -> None:
    connection.execute(_LEFT_OUT.format(rows=row))


def pay_another_amount(connection: duckdb.DuckDBPyConnection, row: int, more: int = 1) -> None:
    """Leave a row out, and pay it with some pence more."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE otherwise AS {_PAID.format(more=f' + {more}', rows=row)}")
    pay_less(connection, row)
    connection.execute("INSERT INTO earlier_payment FROM otherwise")


def damage_part(of: TenantContext) -> str:
    """Change a bit of a part; returns its name."""
    path = next(path for path in sorted(of.paths.parts(of.tenant).iterdir()) if path.suffix == ".parquet")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return path.name
