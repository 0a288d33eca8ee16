"""Verify a ledger: whatever was changed since it was written is found, and what was not is not."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tasks.ledger import journal, verify
from tests.by_hand import parts_beside
from tests.month import context

RUN = "ilf-2026-11-rehearsal-1"
Found = list[tuple[str, str]]


@pytest.fixture(scope="module")
def opened(finished_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    home = shutil.copytree(finished_home, tmp_path_factory.mktemp("opened") / "home", symlinks=True)
    with context(home).ledger.opened() as connection:
        yield connection


@pytest.fixture
def ledger(opened: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The ledger of a finished run; what a test changes in it is undone."""
    opened.begin()
    yield opened
    opened.rollback()


def found(ledger: duckdb.DuckDBPyConnection) -> Found:
    return [(problem.where, problem.what) for problem in verify.problems(ledger, parts_beside(ledger))]


def change(ledger: duckdb.DuckDBPyConnection, statement: str) -> None:
    assert ledger.execute(statement).fetchone() != (0,), "the statement changes something"


def test_everything_holds(ledger: duckdb.DuckDBPyConnection) -> None:
    assert found(ledger) == []


@pytest.mark.parametrize(
    ("stage", "table", "statement"),
    [
        ("ingest", "run", "UPDATE run SET submitted_by = 'nobody'"),
        ("ingest", "run", "UPDATE run SET declared_total = declared_total + 0.01"),
        ("ingest", "part", "UPDATE part SET content_digest = 'x'"),
        ("instruct", "part", "UPDATE part SET pence = pence + 1"),
        ("ingest", "part_file", "UPDATE part_file SET sha256 = 'x'"),
        ("validate", "core_judged", "INSERT INTO core_judged FROM core_judged"),
        ("validate", "core_left_out", "UPDATE core_left_out SET rule = 'is_on_one_line'"),
        ("validate", "core_left_out", "DELETE FROM core_left_out"),
        ("instruct", "payment_file", "UPDATE payment_file SET sha256 = 'x'"),
        ("release", "payment_file", "UPDATE payment_file SET pence = pence + 1"),
        ("publish", "payment_file", "UPDATE payment_file SET file_name = 'x'"),
        ("instruct", "submission_serial", "UPDATE submission_serial SET serial = 7"),
        ("assess", "out_gate", "UPDATE out_gate SET verdict = 'refer'"),
        ("approval 2", "approval", "UPDATE approval SET approver = 'x' WHERE verdict = 'approved'"),
        ("approval 1", "approval", "DELETE FROM approval WHERE verdict = 'refused'"),
        (
            "approval 2",
            "approval",
            "UPDATE approval SET answered_at = answered_at + INTERVAL 1 SECOND WHERE approval_no = 2",
        ),
        ("credential 1", "credential", "UPDATE credential SET value = 'x' WHERE credential_no = 1"),
        ("code_try 1", "code_try", "UPDATE code_try SET outcome = 'wrong' WHERE code_try_no = 1"),
        ("bank_file 1", "bank_file", "UPDATE bank_file SET file_name = 'x' WHERE bank_file_no = 1"),
        ("bank_file 3", "core_bank_answer", "UPDATE core_bank_answer SET row_number = NULL"),
        ("bank_file 3", "core_bank_answer", "DELETE FROM core_bank_answer WHERE bank_file_no = 3"),
        ("bank_file 1", "core_bank_answer", "UPDATE core_bank_answer SET amount_pence = 1 WHERE bank_file_no = 1"),
    ],
)
def test_a_changed_row_is_found_by_its_stage(
    ledger: duckdb.DuckDBPyConnection, stage: str, table: str, statement: str
) -> None:
    change(ledger, statement)
    whose = "tenant" if table == "credential" else RUN
    assert [
        what for where, what in found(ledger) if where == whose and f"What the stage {stage} wrote has changed" in what
    ], found(ledger)
    assert any(table in what for _, what in found(ledger))


class TestTheChain:
    """A journal that was changed, or that ends before its rows do."""

    def test_a_changed_entry(self, ledger: duckdb.DuckDBPyConnection) -> None:
        change(ledger, "UPDATE journal SET figures = replace(figures, '3', '4') WHERE stage = 'instruct'")
        [(entry,)] = ledger.execute("SELECT entry FROM journal WHERE stage = 'instruct'").fetchall()
        assert ("journal", f"The journal is broken at entry {entry} ({RUN}, instruct).") in found(ledger)

    def test_an_entry_that_was_taken_out(self, ledger: duckdb.DuckDBPyConnection) -> None:
        change(ledger, "DELETE FROM journal WHERE stage = 'assess'")
        assert any(where == "journal" for where, _ in found(ledger))

    @pytest.mark.parametrize("left", range(11))
    def test_an_end_that_was_cut_off(self, ledger: duckdb.DuckDBPyConnection, left: int) -> None:
        change(ledger, f"DELETE FROM journal WHERE entry >= {left}")
        assert found(ledger)

    @pytest.mark.parametrize(
        ("table", "changes", "stage", "where"),
        [
            ("core_bank_answer", "99 AS bank_file_no", "bank_file 99", RUN),
            ("bank_file", "99 AS bank_file_no, 'x' AS sha256", "bank_file 99", "tenant"),
            ("approval", "99 AS approval_no, 'x' AS key", "approval 99", RUN),
            ("credential", "99 AS credential_no", "credential 99", "tenant"),
            ("core_judged", "99 AS run_no", "validate", "tenant"),
            ("part", "99 AS run_no", "ingest", "tenant"),
            ("part_file", "99 AS run_no", "ingest", "tenant"),
            ("part_file", "99 AS act_no", "rotate_keys 99", "tenant"),
            ("out_gate", "99 AS run_no", "assess", "tenant"),
        ],
    )
    def test_rows_that_nothing_in_the_journal_wrote(
        self, ledger: duckdb.DuckDBPyConnection, table: str, changes: str, stage: str, where: str
    ) -> None:
        change(ledger, f"INSERT INTO {table} SELECT * REPLACE ({changes}) FROM {table} LIMIT 1")
        assert (where, f"There are rows in {table}, but the stage {stage} is not in the journal.") in found(ledger)

    def test_a_run_that_was_taken_out(self, ledger: duckdb.DuckDBPyConnection) -> None:
        change(ledger, "DELETE FROM run")
        assert (RUN, "The stage ingest stands in the journal, but the run is gone.") in found(ledger)


def forged(ledger: duckdb.DuckDBPyConnection, statement: str) -> list[str]:
    """Change rows, and let the journal have their new digests."""
    change(ledger, statement)
    for (stage,) in ledger.execute("SELECT stage FROM journal").fetchall():
        digest = journal.output_digest(ledger, stage, 1)
        ledger.execute("UPDATE journal SET output_digest = ? WHERE stage = ?", [digest, stage])
    return [what for where, what in found(ledger) if where == RUN]


class TestConservation:
    """What no digest says: that the rows and the money add up."""

    def test_a_row_that_is_nowhere(self, ledger: duckdb.DuckDBPyConnection) -> None:
        said = forged(ledger, "DELETE FROM core_judged")
        assert said[0] == "4 rows came in, but 0 are payable and 1 are left out."
        assert said[1:] == ["Its payment file says another number or sum than its payments."]

    def test_a_row_that_is_paid_twice(self, ledger: duckdb.DuckDBPyConnection) -> None:
        said = forged(ledger, "INSERT INTO earlier_payment SELECT * FROM core_payment WHERE row_number = 0")
        assert said[0] == "4 rows came in, but 4 are payable and 1 are left out."

    def test_a_row_that_is_left_out_and_paid(self, ledger: duckdb.DuckDBPyConnection) -> None:
        said = forged(ledger, "INSERT INTO earlier_payment SELECT run_no, row_number, 1 FROM core_left_out")
        assert "1 rows are payable and left out at once." in said

    def test_another_amount_than_was_sent(self, ledger: duckdb.DuckDBPyConnection) -> None:
        said = forged(ledger, "INSERT INTO earlier_payment SELECT run_no, row_number, 1 FROM core_payment LIMIT 1")
        assert "1 payments are of another amount than their row says, as it was sent." in said


class TestReleases:
    """That the right people let the very file go: not even a journal with new digests hides it."""

    @pytest.mark.parametrize(
        ("statement", "what"),
        [
            ("DELETE FROM approval", "It was released without an approval of its payment file."),
            (
                "UPDATE approval SET file_sha256 = 'x' WHERE verdict = 'approved'",
                "It was released without an approval of its payment file.",
            ),
            (
                "UPDATE payment_file SET sha256 = 'x'",
                "It was released without an approval of its payment file.",
            ),
            (
                "UPDATE approval SET approver = ' Finance.Officer@ilf.example' WHERE verdict = 'approved'",
                "Whoever submitted it approved it too.",
            ),
            (
                "UPDATE approval SET verdict = 'rejected' WHERE verdict = 'refused'",
                "It was released after somebody had rejected it.",
            ),
            ("UPDATE out_gate SET verdict = 'no-go'", "It was released although a gate said no-go."),
            (
                "UPDATE payment_file SET pence = pence + 1",
                "Its payment file says another number or sum than its payments.",
            ),
        ],
    )
    def test_a_release_that_nobody_may_have_made(
        self, ledger: duckdb.DuckDBPyConnection, statement: str, what: str
    ) -> None:
        assert what in forged(ledger, statement)

    def test_another_pack_than_was_shown(self, ledger: duckdb.DuckDBPyConnection) -> None:
        ledger.execute("INSERT INTO out_pack VALUES (1, 'Pay them all.', sha256('Pay them all.'))")
        shown = "What its approver was shown is not the pack that stands in the ledger."
        assert (RUN, shown) in found(ledger)
        ledger.execute("UPDATE approval SET pack_sha256 = (SELECT sha256 FROM out_pack)")
        assert (RUN, shown) not in found(ledger)
        ledger.execute("UPDATE out_pack SET markdown = 'Pay nobody.'")
        assert (RUN, shown) in found(ledger)
