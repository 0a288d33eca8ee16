"""The journal: what was done is done once, and nothing can be changed or taken out unseen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from schemas.no_go import NoGo
from tasks import ledger
from tasks.ledger import entry_of, journal, record, standing
from tasks.ledger.catalogue.figures import Figures
from tasks.ledger.catalogue.stages import Assess, Instruct, Validate
from tasks.ledger.digests import digest
from tests.entries import entry

RUN = "ilf-2026-11-rehearsal-1"
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(Path(ledger.__file__).with_name("ddl.sql").read_text())
        yield connection


JUDGED = entry(Validate, payable=3)


def recorded(connection: duckdb.DuckDBPyConnection, *kinds: type[Figures]) -> None:
    for kind in kinds:
        record(connection, 1, RUN, entry(kind), f"{kind} asked", AT)


def left_out(connection: duckdb.DuckDBPyConnection, *rows: tuple[int, str]) -> str:
    connection.execute("DELETE FROM core_left_out")
    connection.executemany(
        "INSERT INTO core_left_out VALUES (1, ?, 'refused', ?, 'is_present')", [list(row) for row in rows]
    )
    return digest(connection, "core_left_out", "run_no = 1")


def test_the_same_run_and_input_return_what_stands(connection: duckdb.DuckDBPyConnection) -> None:
    assert standing(connection, RUN, Validate, "asked") is None
    written = record(connection, 1, RUN, JUDGED, "asked", AT)
    assert standing(connection, RUN, Validate, "asked") == written
    assert standing(connection, RUN, Instruct, "asked") is None
    assert standing(connection, "ilf-2026-11-rehearsal-2", Validate, "asked") is None


def test_another_input_is_an_error_that_names_both_hashes(connection: duckdb.DuckDBPyConnection) -> None:
    record(connection, 1, RUN, JUDGED, "f1" * 32, AT)
    with pytest.raises(NoGo, match=f"(?s)validate of {RUN}.*{'f1' * 32}.*{'e2' * 32}"):
        standing(connection, RUN, Validate, "e2" * 32)


@pytest.mark.parametrize("figures", ['{"payable": 3}', '{"total": "x"}', "[]", "{", '{"payable": 3, "more": 1}'])
def test_an_entry_that_holds_something_else_is_told_in_a_sentence(
    connection: duckdb.DuckDBPyConnection, figures: str
) -> None:
    record(connection, 1, RUN, JUDGED, "asked", AT)
    assert entry_of(connection, RUN, Validate) == JUDGED
    connection.execute("UPDATE journal SET figures = ?", [figures])
    with pytest.raises(
        NoGo, match=f"The entry validate of {RUN} in the journal does not hold what siller writes there"
    ):
        entry_of(connection, RUN, Validate)


def test_a_stage_is_recorded_once(connection: duckdb.DuckDBPyConnection) -> None:
    recorded(connection, Validate)
    with pytest.raises(duckdb.ConstraintException):
        recorded(connection, Validate)


def test_an_unbroken_chain(connection: duckdb.DuckDBPyConnection) -> None:
    assert journal.broken_link(connection) is None
    recorded(connection, Validate, Instruct, Assess)
    assert journal.broken_link(connection) is None
    assert connection.execute("SELECT list(entry ORDER BY entry) FROM journal").fetchone() == ([0, 1, 2],)


def test_a_moment_is_the_same_in_every_time_zone(connection: duckdb.DuckDBPyConnection) -> None:
    at = datetime(2026, 7, 1, 0, 30, tzinfo=ZoneInfo("Europe/London"))
    record(connection, 1, RUN, JUDGED, "asked", at)
    connection.execute("SET TimeZone = 'America/New_York'")
    assert journal.broken_link(connection) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET run_id = 'ilf-2026-12-rehearsal-1' WHERE entry = 1",
        "UPDATE journal SET stage = 'release' WHERE entry = 1",
        "UPDATE journal SET input_hash = 'other' WHERE entry = 1",
        "UPDATE journal SET output_digest = 'other' WHERE entry = 1",
        "UPDATE journal SET figures = '{\"payable\": 4}' WHERE entry = 1",
        "UPDATE journal SET recorded_at = recorded_at + INTERVAL 1 SECOND WHERE entry = 1",
        "UPDATE journal SET previous_hash = repeat('0', 64) WHERE entry = 1",
        "UPDATE journal SET entry_hash = repeat('1', 64) WHERE entry = 1",
        "DELETE FROM journal WHERE entry = 1",
        "DELETE FROM journal WHERE entry = 0",
        "UPDATE journal SET entry = 7 WHERE entry = 2",
    ],
)
def test_a_changed_entry_breaks_the_chain(connection: duckdb.DuckDBPyConnection, change: str) -> None:
    recorded(connection, Validate, Instruct, Assess)
    connection.execute(change)
    assert journal.broken_link(connection)


def test_an_entry_cannot_be_made_to_fit_by_hashing_it_alone_anew(connection: duckdb.DuckDBPyConnection) -> None:
    recorded(connection, Validate, Instruct)
    connection.execute("DELETE FROM journal")
    record(connection, 1, RUN, JUDGED, "forged", AT)
    forged = connection.execute("SELECT entry_hash FROM journal").fetchone()
    connection.execute("DELETE FROM journal")
    recorded(connection, Validate, Instruct)
    assert forged
    connection.execute("UPDATE journal SET input_hash = 'forged', entry_hash = ? WHERE entry = 0", forged)
    broken = journal.broken_link(connection)
    assert broken
    assert "entry" in broken


def test_the_digest_does_not_depend_on_the_order_of_the_rows(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [(1, "amount"), (2, "payee_name"), (3, "amount")]
    assert left_out(connection, *rows) == left_out(connection, *reversed(rows))


def test_equal_rows_do_not_cancel(connection: duckdb.DuckDBPyConnection) -> None:
    none = left_out(connection, (1, "amount"))
    two = left_out(connection, (1, "amount"), (2, "amount"), (2, "amount"))
    four = left_out(connection, (1, "amount"), *[(2, "amount")] * 4)
    assert len({none, two, four}) == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [("amount", "amoun"), ("amount", " amount"), ("a', 'rule': 'b", "a"), ("", "NULL"), ("\u00e9", "e\u0301")],
)
def test_another_text_is_another_digest(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> None:
    assert left_out(connection, (1, one)) != left_out(connection, (1, other))


def test_where_one_cell_ends_and_the_next_begins_makes_a_difference(connection: duckdb.DuckDBPyConnection) -> None:
    digests = set()
    for column, rule in (("amount,1", "is_present"), ("amount", "1,is_present"), ("", "amount,1,is_present")):
        connection.execute("DELETE FROM core_left_out")
        connection.execute("INSERT INTO core_left_out VALUES (1, 1, 'refused', ?, ?)", [column, rule])
        digests.add(digest(connection, "core_left_out", "run_no = 1"))
    assert len(digests) == 3


def test_nothing_and_the_word_null_are_two_things(connection: duckdb.DuckDBPyConnection) -> None:
    digests = set()
    for code in (None, "NULL", ""):
        connection.execute("DELETE FROM core_bank_answer")
        connection.execute(
            "INSERT INTO core_bank_answer (run_no, bank_file_no, item, message, kind, code) "
            "VALUES (1, 1, 1, 'arucs', 'returned', ?)",
            [code],
        )
        digests.add(digest(connection, "core_bank_answer", "run_no = 1"))
    assert len(digests) == 3


def test_what_is_recorded_covers_its_own_run_alone(connection: duckdb.DuckDBPyConnection) -> None:
    before = left_out(connection, (1, "amount"))
    connection.execute("INSERT INTO core_left_out VALUES (2, 1, 'refused', 'amount', 'is_present')")
    assert digest(connection, "core_left_out", "run_no = 1") == before
