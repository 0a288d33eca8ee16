"""Which payments of a period compete, for SQL: what every query asks that holds one run against another."""

import duckdb

from schemas.manifest import Kind


def define_payment_kind(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger ``payment_kind(kind)``, for this connection alone: :attr:`Kind.payment_kind`, for SQL.

    A kind that siller does not know is an error: taken for one that competes with nothing, it would be paid again.
    """
    known = " ".join(f"WHEN '{kind}' THEN '{kind.payment_kind}'" for kind in Kind)
    unknown = "error('The ledger holds an extract of no kind that siller knows: ' || kind)"
    connection.execute(f"CREATE OR REPLACE TEMP MACRO payment_kind(kind) AS CASE kind {known} ELSE {unknown} END")
