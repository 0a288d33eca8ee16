"""The page about the ledger is today's."""

from pathlib import Path

import duckdb

from tasks.ledger import describe

ROOT = Path(__file__).resolve().parents[4]


def test_the_committed_page_is_todays():
    assert (ROOT / "docs/ledger.md").read_text(encoding="utf-8") == describe.page()


def test_every_column_that_duckdb_makes_stands_on_the_page():
    with duckdb.connect() as connection:
        connection.execute(describe.DDL.read_text(encoding="utf-8"))
        query = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        columns = connection.execute(query).fetchall()
    page = describe.page()
    for table, column in columns:
        section = page.split(f"## `{table}`")[1].split("\n## ")[0]
        assert f"| `{column}` |" in section
