"""A contract's SQL rules: what they see, what they cannot reach, and what is said where one goes beyond its limits."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from schemas.contract.contract import Contract
from schemas.contract.quality import SqlRule
from schemas.no_go import NoGo
from tasks.ledger import sql_rules
from tasks.ledger.sql_rules import broken_rows, try_rules
from tasks.settings import Settings
from tasks.validate.stage import validate
from tests.council import CONTRACT, ROWS, council, deliver
from tests.month import NOVEMBER, ingest

COUNCIL = Contract.parsed(CONTRACT.encode(), "extract.odcs.yaml")
SETTINGS = Settings(memory_limit="200MB", threads=1)
A_VARIABLE = pl.DataFrame({"row_number": pl.Series([0], dtype=pl.Int32)})
"""DuckDB finds what stands in Python's scope by its name, where nobody forbids it."""


def asking(query: str) -> Contract:
    return replace(COUNCIL, sql_rules=(SqlRule("own_rule", "account_number", query),))


def rows(references: list[str], **others: str) -> pl.DataFrame:
    cells = {column.name: others.get(column.name, "x") for column in COUNCIL.columns}
    frame = pl.DataFrame({"payee_reference": references}).with_row_index("row_number")
    cells.pop("payee_reference")
    return frame.select(
        pl.col("row_number").cast(pl.Int32), "payee_reference", **{k: pl.lit(v) for k, v in cells.items()}
    )


def test_a_column_that_is_unique_refuses_every_row_that_shares_its_value_whatever_the_batch():
    whole = rows(["A", "B", "A", "", ""])
    found = broken_rows(COUNCIL, [whole.head(2), whole.tail(3)], SETTINGS)
    assert found.rows() == [(0, "payee_reference", "stands_once"), (2, "payee_reference", "stands_once")]


def test_a_rule_selects_rows_by_the_names_that_siller_has_for_columns():
    query = "SELECT row_number FROM extract GROUP BY ALL HAVING any_value(payee_reference) = 'B'"
    assert broken_rows(asking(query), [rows(["A", "B"])], SETTINGS).rows() == [(1, "account_number", "own_rule")]


REACHING = {
    "a file": "SELECT 0 AS row_number FROM read_text('/etc/hostname')",
    "a file by its name alone": "SELECT 0 AS row_number FROM '/etc/hostname'",
    "a folder": "SELECT 0 AS row_number FROM glob('/*')",
    "a variable of Python's": "SELECT row_number FROM A_VARIABLE",
    "a batch of the rows": "SELECT row_number FROM batch",
    "another database": "ATTACH 'x.duckdb' AS x",
    "a setting": "SET memory_limit = '8GB'",
    "a file to write": "COPY extract TO 'rows.csv'",
    "a change of the rows": "DELETE FROM extract",
    "two statements": "SELECT row_number FROM extract; SELECT row_number FROM extract",
    "an extension": "INSTALL httpfs",
    "the end of what siller writes around it": "SELECT 0 AS row_number) AS b, (SELECT 1",
    "no SQL": "is not empty",
    "a column that is not there": "SELECT row_number FROM extract WHERE phone = ''",
    "another answer": "SELECT count(*) FROM extract",
    "a number that is none": "SELECT payee_reference AS row_number FROM extract",
    "nothing": "SELECT NULL::INTEGER AS row_number",
    "a row of nobody's": "SELECT 99::INTEGER AS row_number",
}


@pytest.mark.parametrize("what", REACHING)
def test_a_rule_reaches_nothing_but_the_rows_and_changes_nothing(what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoGo, match="The contract's SQL rule own_rule") as refused:
        broken_rows(asking(REACHING[what]), [rows(["SECRET"])], SETTINGS)
    assert "SECRET" not in str(refused.value)
    assert list(Path(tmp_path).iterdir()) == []


def test_a_rule_that_takes_too_long_is_a_no_go_by_its_name():
    cross = "range(10000000) AS a(n), range(10000000) AS b(n) WHERE a.n + b.n < 0"
    query = f"SELECT row_number FROM extract WHERE (SELECT count(*) FROM {cross}) > 0"
    with pytest.raises(NoGo, match=r"own_rule took longer than 0\.2 seconds"):
        broken_rows(asking(query), [rows(["A"])], SETTINGS, seconds=0.2)


def test_a_rule_that_needs_too_much_memory_is_a_no_go_by_its_name():
    query = "SELECT row_number FROM extract WHERE (SELECT len(list(range)) FROM range(100000000)) = 0"
    with pytest.raises(NoGo, match="own_rule needs more memory"):
        broken_rows(asking(query), [rows(["A"])], SETTINGS)


def test_a_run_of_too_many_rows_for_such_rules_is_a_no_go(monkeypatch):
    monkeypatch.setattr(sql_rules, "MOST_ROWS", 1)
    with pytest.raises(NoGo, match="look at 1 rows at most"):
        broken_rows(COUNCIL, [rows(["A", "B"])], SETTINGS)


def test_a_rule_that_cannot_be_asked_is_found_before_an_extract_is_read():
    with pytest.raises(NoGo, match=r"own_rule cannot be asked of the table extract \(binder error\)"):
        try_rules(asking("SELECT row_number FROM extract WHERE telephone = ''"), SETTINGS)
    try_rules(COUNCIL, SETTINGS)


def test_what_breaks_such_a_rule_is_refused_in_the_run(tmp_path):
    of = council(tmp_path)
    deliver(of, "1263.75", *ROWS, "C1,Other,Person,08-99-99,66374958,2.00,")
    figures = validate(of, ingest(of), NOVEMBER).figures
    assert (figures.payable, figures.pence, figures.refused, figures.held) == (2, 2725, 2, 0)
    said = of.paths.left_out("ilf-2026-11-rehearsal-1").read_text("utf-8-sig")
    assert said.count("Ref stands in this extract more than once, and the contract says") == 2
