"""The parts of runs: listed, read, joined, swept, sealed anew, and held against the ledger."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from schemas.money import pence
from schemas.no_go import NoGo
from tasks.ingest import stage
from tasks.keys.rotate import rotate
from tasks.ledger.parts import listing, proof, sealing, sweeping
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.by_hand import damage_part
from tests.month import NOVEMBER, ROWS, assessed, context, deliver, ingest

OPERATOR = "operator@siller.example"


@pytest.fixture
def of(tmp_path: Path) -> TenantContext:
    return context(tmp_path / "home")


def files(of: TenantContext) -> set[str]:
    return {path.name for path in of.paths.parts("ilf").iterdir() if path.suffix == ".parquet"}


def listed(of: TenantContext) -> list[listing.Part]:
    with of.ledger.opened() as connection:
        return listing.listed(connection)


def told(of: TenantContext) -> list[str]:
    return [problem.what for problem in problems(of)]


def refused(row: str) -> str:
    """The row with a sort code that lost its first digit."""
    cells = row.split(",")
    return ",".join([*cells[:2], cells[2][1:], *cells[3:]])


def test_each_row_stands_in_one_part_as_it_was_sent_and_the_ledger_has_none(of: TenantContext) -> None:
    deliver(of, [ROWS[0], refused(ROWS[1]), ROWS[2].replace("1050.00", "1050")], name="ilf.csv")
    ingest(of)
    [part] = listed(of)
    assert (part.first_row, part.rows, part.payments) == (0, 3, 2)
    assert files(of) == {part.name}
    with of.ledger.opened() as connection:
        names = {
            name
            for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
        }
        sent = connection.execute("SELECT amount, sort_code FROM raw_extract_row ORDER BY row_number").fetchall()
        assert connection.execute("SELECT count(*) FROM core_payment").fetchone() == (0,), "nothing is judged yet"
    assert not {"raw_extract_row", "core_payment", "earlier_row"} & names
    assert [amount for amount, _ in sent] == ["2981.60", "1900.00", "1050"]
    assert len(sent[1][1]) == 5


def test_a_query_opens_the_files_that_it_needs_and_no_other(of: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.ingest.rows.PART_ROWS", 1)
    deliver(of)
    ingest(of)
    parts = listed(of)
    assert [part.first_row for part in parts] == [0, 1, 2]
    folder = of.paths.parts("ilf")
    for part in parts[:2]:
        (folder / part.name).rename(folder / f"{part.name}.away")
    with of.ledger.opened() as connection:
        one = "SELECT payment_reference FROM raw_extract_row WHERE run_no = 1 AND row_number = $row"
        assert connection.execute(one, {"row": 2}).fetchone() == (ROWS[2].split(",")[6],)
        assert connection.execute("SELECT count(*) FROM raw_extract_row WHERE run_no = 7").fetchone() == (0,)
        with pytest.raises(duckdb.Error):
            connection.execute(one, {"row": 0}).fetchone()


def test_a_correction_lists_the_parts_of_the_run_that_it_joins(of: TenantContext) -> None:
    deliver(of, [ROWS[0], refused(ROWS[1]), ROWS[2]])
    assessed(of)
    [joined] = listed(of)
    with of.ledger.opened() as connection:
        [(sha256,)] = connection.execute("SELECT extract_sha256 FROM run").fetchall()
    deliver(of, [ROWS[1]], name="again.csv", kind="correction", corrects=sha256)
    assessed(of, flow="flow-2")
    first, same, own = listed(of)
    assert first == joined
    assert (same.run_no, same.name, same.first_row) == (2, joined.name, 0)
    assert (own.run_no, own.first_row, own.rows) == (2, 3, 1)
    assert files(of) == {joined.name, own.name}
    with of.ledger.opened() as connection:
        paid = connection.execute("SELECT row_number FROM core_payment WHERE run_no = 2 ORDER BY ALL").fetchall()
    assert paid == [(0,), (2,), (3,)]
    assert told(of) == []


class TestWhatAKilledStartLeaves:
    """Files that the ledger does not list."""

    @pytest.fixture
    def left(self, of: TenantContext, monkeypatch: pytest.MonkeyPatch) -> set[str]:
        deliver(of)
        with monkeypatch.context() as patched:
            patched.setattr(stage, "land", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                ingest(of)
        (of.paths.parts("ilf") / ".0123.parquet.part").write_bytes(b"torn")
        left = files(of)
        assert len(left) == 1
        return left

    def test_it_is_no_run_and_nothing_of_a_ledger(self, of: TenantContext, left: set[str]) -> None:
        assert listed(of) == []
        assert told(of) == []

    def test_the_next_start_sweeps_it_away(self, of: TenantContext, left: set[str]) -> None:
        ingest(of)
        assert len(files(of)) == 1
        assert not files(of) & left
        assert not list(of.paths.parts("ilf").glob(".*.part"))

    def test_what_another_start_is_writing_stays(self, of: TenantContext, left: set[str]) -> None:
        with sweeping.writing(of.paths.parts("ilf")):
            ingest(of)
        assert left < files(of)


def test_other_keys_write_every_part_anew_and_its_rows_stay(ilf: TenantContext) -> None:
    before = listed(ilf)
    rotate(ilf, OPERATOR, NOVEMBER)
    after = listed(ilf)
    assert [part.content_digest for part in after] == [part.content_digest for part in before]
    assert not {part.name for part in after} & {part.name for part in before}
    assert not {part.key for part in after} & {part.key for part in before}
    assert files(ilf) == {part.name for part in after}, "nothing under the old key is left"
    assert told(ilf) == []
    rotate(ilf, OPERATOR, NOVEMBER)
    assert told(ilf) == []


class TestProof:
    """What verify finds, and what stops a ledger at its opening."""

    def test_a_changed_bit(self, ilf: TenantContext) -> None:
        name = damage_part(ilf)
        assert told(ilf) == [f"The bytes of the part {name} have changed."] or "cannot be read" in told(ilf)[0]

    def test_a_part_that_is_gone(self, ilf: TenantContext) -> None:
        [name] = files(ilf)
        (ilf.paths.parts("ilf") / name).unlink()
        assert any("cannot be read to its end" in what or f"{name} is gone" in what for what in told(ilf))

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE part SET first_row = first_row + 1",
            "UPDATE part SET rows = rows - 1",
            "UPDATE part SET pence = pence + 1",
            "UPDATE part SET content_digest = md5('x')",
            "UPDATE part_file SET sha256 = md5('x')",
        ],
    )
    def test_a_ledger_that_says_something_else(self, ilf: TenantContext, statement: str) -> None:
        with ilf.ledger.opened() as connection:
            connection.execute(statement)
        assert any("part" in what for what in told(ilf))

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE row_key SET period = '2026-12'",
            "UPDATE row_key SET payment_kind = 'arrears'",
            "UPDATE row_column SET name = 'rank' WHERE name = 'roll_number'",
            "UPDATE row_column SET place = -place",
            "INSERT INTO row_column VALUES (99, 'occurrence')",
            "DELETE FROM row_column",
        ],
    )
    def test_a_label_that_no_entry_covers(self, ilf: TenantContext, statement: str) -> None:
        with ilf.ledger.opened() as connection:
            connection.execute(statement)
        assert any("row_key" in problem.what or problem.where == "row_column" for problem in problems(ilf))

    @pytest.mark.parametrize("key", ["", "no key", "a2V5", "A" * 44])
    def test_a_key_that_is_none(self, ilf: TenantContext, key: str) -> None:
        with ilf.ledger.opened() as connection:
            connection.execute("UPDATE row_key SET key = ?", [key])
        with pytest.raises(NoGo, match="of which it has no file or no key any more"), ilf.ledger.opened():
            pass

    @pytest.mark.parametrize("table", ["row_key", "part_file"])
    def test_a_key_or_a_file_that_the_ledger_has_lost(self, ilf: TenantContext, table: str) -> None:
        with ilf.ledger.opened() as connection:
            connection.execute(f"DELETE FROM {table}")
        with pytest.raises(NoGo, match="of which it has no file or no key any more"), ilf.ledger.opened():
            pass


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_two_connections_one_after_the_other_read_the_same(ilf: TenantContext, threads: int) -> None:
    """Whatever the number of threads; parts are registered with each connection anew."""
    ledger = TenantContext("ilf", ilf.mode, ilf.settings.model_copy(update={"threads": threads})).ledger
    found = []
    for _ in range(2):
        with ledger.opened() as connection:
            found.append(connection.execute("SELECT * FROM raw_extract_row ORDER BY ALL").fetchall())
    assert found[0] == found[1]
    assert len(found[0]) == 4


def corrected(of: TenantContext) -> None:
    """A run with a refused row, and the correction that joins it."""
    deliver(of, [ROWS[0], refused(ROWS[1]), ROWS[2]])
    assessed(of)
    with of.ledger.opened() as connection:
        [(sha256,)] = connection.execute("SELECT extract_sha256 FROM run").fetchall()
    deliver(of, [ROWS[1]], name="again.csv", kind="correction", corrects=sha256)
    assessed(of, flow="flow-2")


class TestWhatOnlyAForgerCouldWrite:
    """Parts that are whole, listed as they are, and do not have what they should."""

    def forged(self, of: TenantContext, change: Callable[[pl.DataFrame], pl.DataFrame]) -> list[str]:
        """Seal the one part of a run anew with other rows, list it as it is, and say what verify tells of the run."""
        [part], folder = listed(of), of.paths.parts("ilf")
        rows = pl.DataFrame(pl.from_arrow(sealing.read(folder / part.name, part.secret)))
        sealed = sealing.seal(change(rows), folder, part.secret)
        with of.ledger.opened() as connection:
            connection.execute(
                "UPDATE part SET content_digest = ?, payments = ?, pence = ?",
                [sealed.content_digest, sealed.payments, sealed.pence],
            )
            connection.execute("UPDATE part_file SET name = ?, sha256 = ?", [sealed.name, sealed.sha256])
        return [what for what in told(of) if "has changed since" not in what]

    def test_another_amount_than_was_sent(self, ilf: TenantContext) -> None:
        said = self.forged(ilf, lambda rows: rows.with_columns(pl.col("pence") + (pl.col("row_number") == 1)))
        assert len(said) == 1
        assert said[0].endswith("has 1 rows of another amount than was sent.")

    def test_no_amount_where_one_was_sent(self, ilf: TenantContext) -> None:
        none = pl.when(pl.col("row_number") == 1).then(None).otherwise("pence").alias("pence")
        [said] = self.forged(ilf, lambda rows: rows.with_columns(none))
        assert said.endswith("has 1 rows of another amount than was sent.")

    def test_an_amount_that_is_none_and_not_left_out(self, ilf: TenantContext) -> None:
        unreadable = pl.when(pl.col("row_number") == 1).then(pl.lit("1,900.00")).otherwise("amount").alias("amount")
        said = self.forged(ilf, lambda rows: rows.with_columns(unreadable).with_columns(pence=pence("amount")))
        assert said == [
            "4 rows came in, but 2 are payable and 1 are left out.",
            "Its payment file says another number or sum than its payments.",
        ]

    @pytest.mark.parametrize(
        "numbers",
        [pl.lit([0, 1, 1, 3]), pl.lit([0, 2, 1, 3]), pl.lit([0, 1, 2, 4])],
        ids=["one twice", "two exchanged", "one beyond the last"],
    )
    def test_other_row_numbers(self, ilf: TenantContext, numbers: pl.Expr) -> None:
        numbered = pl.Series("row_number", pl.select(numbers.explode()).to_series(), dtype=pl.Int32)
        said = self.forged(ilf, lambda rows: rows.with_columns(numbered))
        assert [what for what in said if what.endswith("has other rows than the ledger says.")]


def test_each_file_is_read_once_also_where_two_runs_list_it(of: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    corrected(of)
    opened: list[str] = []

    def noted(content: bytes, name: str, key: bytes) -> pa.Table:
        opened.append(name)
        return sealing.opened(content, name, key)

    monkeypatch.setattr(proof, "opened", noted)
    assert told(of) == []
    assert sorted(opened) == sorted({part.name for part in listed(of)})


def test_a_changed_part_is_told_of_each_run_that_lists_it_and_their_sums_are_not_guessed(of: TenantContext) -> None:
    corrected(of)
    shared = listed(of)[0].name
    (of.paths.parts("ilf") / shared).write_bytes(b"PAR1")
    assert [(problem.where, problem.what) for problem in problems(of)] == [
        (f"ilf-2026-11-rehearsal-{number}", f"The bytes of the part {shared} have changed.") for number in (1, 2)
    ]
