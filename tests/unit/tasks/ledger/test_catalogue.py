"""The catalogue has a row for everything, and what its rows say is there."""

import re
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from schemas.stages import Event, Stage
from tasks import ledger
from tasks.ledger import versions
from tasks.ledger.catalogue import CATALOGUE, WRITTEN_BY, can_move_a_payment, named, row_of
from tasks.ledger.catalogue.events import BankFile, Submitted, TurnedAway
from tasks.ledger.catalogue.stages import Ingest, Instruct
from tasks.ledger.counters import next_in, next_number
from tasks.ledger.rows import Row, columns, insert
from tasks.ledger.runs import RunRow
from tests.entries import entry

SHOWN_BESIDE = {"pounds", "door", "aside", "files", "names", "sums"}
"""What the audit works out of an entry, beside its figures."""


@pytest.fixture(scope="module")
def tables() -> dict[str, list[str]]:
    """The columns of every table, those of earlier versions too, but for the wide one, which the contract made."""
    with duckdb.connect() as connection:
        connection.execute(Path(ledger.__file__).with_name("ddl.sql").read_text())
        found = connection.execute("SELECT table_name, list(column_name) FROM duckdb_columns() GROUP BY ALL").fetchall()
    earlier = {
        table: [name for name, _ in columns]
        for migration in versions.migrations()
        for table, columns in versions.tables(migration.version).items()
    }
    return earlier | dict(found)


def test_every_stage_and_every_event_has_a_row_and_nothing_else_has() -> None:
    assert set(CATALOGUE) == {*Stage, *Event}
    entries = [row.entry for row in CATALOGUE.values() if row.entry]
    assert len(set(entries)) == len(entries) == len(CATALOGUE) - 1, "reconcile alone leaves none"


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_row_speaks_of_tables_and_figures_that_there_are(name: str, tables: dict[str, list[str]]) -> None:
    row = CATALOGUE[name]
    assert set(row.tables) <= {*tables, "raw_extract_row"}
    assert bool(row.numbered_by) == (name in set(Event))
    assert all(row.numbered_by in tables[table] for table in row.tables if row.numbered_by)
    figures = {each.name for each in fields(row.entry)} if row.entry else set()
    assert set(re.findall(r"{(\w+)}", row.sentence or "")) <= figures | SHOWN_BESIDE
    if row.lineage:
        told = [*row.lineage.inputs.values(), *row.lineage.outputs.values()]
        assert {name for each in told for name in (each.rows, each.version) if name} <= figures


def test_a_table_is_written_by_the_first_stage_whose_entry_covers_it() -> None:
    assert WRITTEN_BY["core_payment"] is Stage.VALIDATE
    assert WRITTEN_BY["payment_file"] is Stage.INSTRUCT
    assert WRITTEN_BY["out_pack"] is Stage.ASSESS


@pytest.mark.parametrize("name", [name for name, row in CATALOGUE.items() if not row.can_move_a_payment])
def test_what_cannot_move_a_payment_writes_nothing_that_says_where_one_stands(name: str) -> None:
    """A payment's state, and who may be paid, is asked of these queries alone."""
    asked = " ".join(
        Path(ledger.__file__).with_name(query).read_text()
        for query in ("payment_state.sql", "never_twice.sql", "duplicates.sql", "ended_vouchers.sql")
    )
    written = {table for table in CATALOGUE[name].tables if WRITTEN_BY.get(table, name) == name}
    assert not [table for table in written if re.search(rf"\b{table}\b", asked)]
    assert f"stage = '{name}'" not in asked


def test_what_siller_does_not_know_may_move_a_payment() -> None:
    assert can_move_a_payment("recall 7")
    assert not can_move_a_payment("code_try 7")
    assert can_move_a_payment("bank_file 7")


def test_the_journal_calls_a_stage_by_its_name_and_an_event_by_its_number_too() -> None:
    assert named(Instruct) == "instruct"
    assert named(BankFile, 3) == "bank_file 3"
    assert row_of("bank_file 3") is CATALOGUE[Event.BANK_FILE]


@pytest.mark.parametrize("stage", ["", "pay", "ingest ", "ingest 1", "bank_file", "bank_file x", "reconcile"])
def test_what_has_no_entry_has_no_row_there(stage: str) -> None:
    assert row_of(stage) is None


def test_an_entry_is_kept_as_json_and_read_again() -> None:
    ingested = Ingest(5269, Decimal("10708609.2200000000"), 4, "a9" * 32)
    assert ingested.as_json() == (
        f'{{"extract_sha256": "{"a9" * 32}", "rows": 5269, "total": "10708609.2200000000", "unreadable_amounts": 4}}'
    )
    assert Ingest.read(ingested.as_kept()) == ingested
    instructed = entry(Instruct, entry_date=date(2026, 11, 30))
    assert instructed.as_kept()["entry_date"] == "2026-11-30"
    assert Instruct.read(instructed.as_kept()) == instructed
    sent = entry(Submitted, at=datetime(2026, 11, 26, 14, 5, tzinfo=UTC))
    assert sent.as_kept()["at"] == "2026-11-26T14:05:00+00:00"
    assert Submitted.read(sent.as_kept()) == sent


def test_what_is_none_is_not_kept() -> None:
    assert set(TurnedAway("somebody", "the form").as_kept()) == {"by", "said"}


@pytest.mark.parametrize(
    ("kept", "error"),
    [({"rows": 1}, TypeError), ({"rows": 1, "row": 2}, KeyError), ({"total": "1,0"}, ArithmeticError)],
)
def test_what_an_entry_does_not_hold_is_not_read(kept: dict[str, int | str], error: type[Exception]) -> None:
    with pytest.raises(error):
        Ingest.read(kept)


def all_rows(kind: type[Row] = Row) -> list[type[Row]]:
    return [each for sub in kind.__subclasses__() for each in (sub, *all_rows(sub))]


@pytest.mark.parametrize("kind", all_rows(), ids=lambda kind: kind.__name__)
def test_a_row_has_all_columns_of_its_table(kind: type[Row], tables: dict[str, list[str]]) -> None:
    assert columns(kind).split(", ") == tables[kind.TABLE]


def test_numbers_count_from_one_and_those_of_each_value_apart() -> None:
    with duckdb.connect() as connection:
        connection.execute(Path(ledger.__file__).with_name("ddl.sql").read_text())
        assert next_number(connection, Event.SHOWN) == next_in(connection, RunRow.TABLE, "run_no") == 1
        connection.execute("INSERT INTO act VALUES (7, 'backup', 0, 'somebody', 'said', now())")
        assert next_number(connection, Event.SHOWN) == 8, "all acts count together"
        connection.execute("INSERT INTO submission_serial VALUES ('123456', 4, 1), ('654321', 9, 2)")
        assert next_in(connection, "submission_serial", "serial", service_user_number="123456") == 5


def test_no_rows_are_written_for_none() -> None:
    with duckdb.connect() as connection:
        insert(connection)
