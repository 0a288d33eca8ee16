"""``siller upgrade``: what becomes of an earlier ledger, and what stands in the way."""

import fcntl
import hashlib
import json
import multiprocessing
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pyrage
import pytest

from schemas.approval import Outcome
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.approve.stage import judge_once
from tasks.backup.restoring import restore
from tasks.instruct.stage import instruct, staged_file
from tasks.keys.rotate import rotate
from tasks.ledger import LedgerBusy, digests, entry_of, versions
from tasks.ledger.catalogue.stages import Instruct
from tasks.publish.stage import publish
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.upgrade.upgrading import due, due_version, upgrade
from tasks.verify import problems
from tests.ledgers.earlier import ACCOUNT, UPGRADED, WAITING, WITH_FORM, WITHOUT_FILE, unpacked, upgraded
from tests.month import answer, context, naive_payments
from tests.people import sit_at
from tests.sampled import one_in

OPERATOR = "operator@siller.example"
NOW = datetime(2026, 11, 20, 12, tzinfo=LONDON)
ENTRIES = "SELECT * FROM journal ORDER BY entry"


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    """A run that waits for its approval, and one before its payment file, as an earlier siller left them."""
    sit_at(monkeypatch, "operator")
    return unpacked(WAITING, tmp_path / "home")


def version(of: TenantContext) -> int | None:
    with of.ledger.as_it_is() as connection:
        return versions.version_of(connection)


def rows(of: TenantContext, query: str) -> list[tuple[object, ...]]:
    with of.ledger.as_it_is() as connection:
        return connection.execute(query).fetchall()


def shape(connection: duckdb.DuckDBPyConnection) -> dict[str, object]:
    """Every table: its columns in their order with type and NOT NULL, and what is UNIQUE in it."""
    columns = connection.execute(
        "SELECT table_name, list((column_name, data_type, is_nullable) ORDER BY column_index) FROM duckdb_columns() "
        "WHERE database_name = current_database() AND NOT internal GROUP BY ALL"
    ).fetchall()
    unique = connection.execute(
        "SELECT table_name, constraint_text FROM duckdb_constraints() "
        "WHERE database_name = current_database() AND constraint_type = 'UNIQUE' ORDER BY ALL"
    ).fetchall()
    return {table: (each, [text for other, text in unique if other == table]) for table, each in columns}


def test_an_upgraded_ledger_has_the_tables_of_a_new_one(waiting: TenantContext, tmp_path: Path) -> None:
    new = context(tmp_path / "new").ledger
    with new.opened(create=True) as connection:
        made = shape(connection)
    with upgraded(waiting).ledger.opened() as connection:
        come = shape(connection)
    assert come.pop("earlier_row")
    assert come == made


def test_todays_tables_are_those_that_the_migrations_make(tmp_path: Path) -> None:
    with context(tmp_path).ledger.opened(create=True) as connection:
        made = versions.columns(connection)
    assert made.pop("ledger_version") == (("version", "INTEGER"),)
    assert made == versions.tables(versions.VERSION)
    assert [each.version for each in versions.migrations()] == list(range(3, versions.VERSION + 1))


def test_every_earlier_entry_is_as_it_was_and_the_migration_binds_them(waiting: TenantContext) -> None:
    before = rows(waiting, ENTRIES)
    with waiting.ledger.as_it_is() as connection:
        file = digests.digest(connection, "payment_file", "true", 3, 3)
    after = rows(upgraded(waiting), ENTRIES)
    assert after[: len(before)] == before
    later = range(4, versions.VERSION + 1)
    assert [stage for _, _, stage, *_ in after[len(before) :]] == [f"migrate {version}" for version in later]
    number, run_id, stage, _, _, figures, at, previous, _ = after[len(before)]
    assert (number, run_id, stage, previous) == (len(before), "", "migrate 4", before[-1][-1])
    assert isinstance(at, datetime) and at.astimezone(LONDON) == UPGRADED
    said = json.loads(str(figures))
    assert (said["by"], said["from_version"], said["payment_file_digest_before"]) == (ACCOUNT, 3, file)
    assert (said["head_entry"], said["head_hash"]) == (before[-1][0], before[-1][-1])
    assert said["backup_sha256"] == hashlib.sha256(backup_of(waiting).read_bytes()).hexdigest()
    assert json.loads(waiting.paths.ledger_checkpoint("ilf").read_text())["entry"] <= number
    assert list(problems(waiting)) == []
    assert json.loads(waiting.paths.ledger_checkpoint("ilf").read_text())["entry"] == number + len(later) - 1


def test_the_days_of_a_payment_file_are_rows_afterwards(waiting: TenantContext) -> None:
    (was,) = rows(waiting, "SELECT run_no, entry_date, processing_date, payments, pence FROM payment_file")
    ((figures,),) = rows(waiting, "SELECT figures FROM journal WHERE stage = 'instruct'")
    said = json.loads(str(figures))
    (day,) = rows(
        upgraded(waiting),
        "SELECT run_no, entry_date, processing_date, payments, pence, input_day::VARCHAR, returns_closed::VARCHAR "
        "FROM file_day",
    )
    assert day == (*was, said["input_day"], said["returns_closed"])
    assert rows(waiting, "SELECT column_name FROM (DESCRIBE payment_file) WHERE column_name LIKE '%date'") == []


@pytest.mark.parametrize(
    "change",
    one_in(
        3,
        [
            "UPDATE file_day SET pence = pence + 1",
            "UPDATE file_day SET input_day = input_day - 1",
            "UPDATE file_day SET entry_date = entry_date + 1",
            "UPDATE file_day SET run_no = 2",
            "DELETE FROM file_day",
            "UPDATE payment_file SET pence = pence + 1",
            "UPDATE migrated_entry SET output_digest = 'x' WHERE entry = (SELECT min(entry) FROM migrated_entry)",
            "DELETE FROM migrated_entry",
            "UPDATE migration SET sql_sha256 = 'x'",
            "DELETE FROM journal WHERE stage = 'migrate 4'",
            "ALTER TABLE file_day ADD COLUMN more INTEGER",
            "DROP TABLE flow_run",
        ],
    ),
)
def test_what_a_migration_made_is_proven(waiting: TenantContext, change: str) -> None:
    with upgraded(waiting).ledger.opened() as connection:
        connection.execute(change)
    assert list(problems(waiting))


def test_a_run_that_waited_is_approved_and_paid_and_the_other_one_goes_on(waiting: TenantContext) -> None:
    upgraded(waiting)
    ((pence,),) = rows(waiting, f"SELECT declared_total FROM run WHERE run_id = '{WITH_FORM}'")
    ((flow,),) = rows(waiting, "SELECT flow_run_id FROM flow_run WHERE run_no = 1")
    shown = staged_file(waiting, WITH_FORM).read_bytes()
    instruct(waiting, WITH_FORM, NOW)  # as a flow that is resumed asks of each stage that is done
    given = answer(control_total=f"{pence:.2f}", reason="all: the body's own list agrees", answered_at=NOW)
    verdict = judge_once(waiting, WITH_FORM, str(flow), "approval-1-1", given, NOW)
    assert verdict.outcome is Outcome.APPROVED, verdict.cause
    release(waiting, WITH_FORM, NOW)
    publish(waiting, WITH_FORM, NOW)
    (file,) = waiting.paths.outbox("ilf").glob("*.txt")
    assert file.read_bytes() == shown
    assert len(naive_payments(shown)) == 200
    instruct(waiting, WITHOUT_FILE, NOW)
    assert rows(waiting, "SELECT run_no, count(*) FROM file_day GROUP BY ALL ORDER BY ALL") == [(1, 1), (2, 1)]
    with waiting.ledger.opened() as connection:
        assert entry_of(connection, WITHOUT_FILE, Instruct).serial == 2
    assert list(problems(waiting)) == []


def test_keys_are_changed_afterwards_and_every_entry_holds(waiting: TenantContext) -> None:
    rotate(upgraded(waiting), OPERATOR, NOW)
    assert list(problems(waiting)) == []


def backup_of(of: TenantContext) -> Path:
    return of.paths.upgrade_backup("ilf", 3)


def test_the_backup_gives_back_the_earlier_ledger_which_is_then_to_be_upgraded(
    waiting: TenantContext, tmp_path: Path
) -> None:
    """It opens with the sealed key, also without siller."""
    before = rows(waiting, ENTRIES)
    upgraded(waiting)
    key = waiting.paths.key("ilf", "sealed")
    assert pyrage.decrypt(backup_of(waiting).read_bytes(), [pyrage.x25519.Identity.from_str(key.read_text())])
    elsewhere = waiting.at(tmp_path / "elsewhere")
    for said in (r"stands in .*elsewhere.* again\..*version 3.*siller upgrade", "version 3.*siller upgrade"):
        with pytest.raises(NoGo, match=said):
            restore(backup_of(waiting), key, OPERATOR, elsewhere.settings, NOW)
    *entries, restored = rows(elsewhere, ENTRIES)
    assert entries == before
    assert str(restored[2]).startswith("restore ")
    assert list(problems(upgraded(elsewhere))) == []


def test_once_upgraded_there_is_nothing_to_do(waiting: TenantContext) -> None:
    assert due(upgraded(waiting).settings, due_version) == ([], [])


def test_it_says_what_it_will_do(waiting: TenantContext) -> None:
    ((ledger,), _) = due(waiting.settings, due_version)
    said = (
        "ilf (rehearsal), version 3 to 13. Version 4: The pay day is a property of the payment. "
        "Version 5: Rows live in sealed parts, and the ledger lists them. Version 6: A period can be erased by rule. "
        "Version 7: A bank's file speaks of many runs, and counts only if it is whole and ours. "
        "Version 8: What came back holds its account, what did not arrive is asked of the bank, and a payment can be "
        "stopped or recalled. Version 9: A run keeps on which lines of the body's file its rows stand. Version 10: The "
        "ledger knows who was told what, by which channel, and what could not be sent. "
        "Version 11: Which day of its file a payment, an answer and what people say are of. "
        "Version 12: Whether a bank says that name and account belong together, and who called the payee. "
        "Version 13: Payees without an account are paid by voucher, in the same run."
    )
    assert (str(ledger), ledger.backup) == (said, backup_of(waiting))


def unchanged(of: TenantContext, before: bytes) -> bool:
    return of.paths.ledger("ilf").read_bytes() == before and version(of) == 3


def test_a_ledger_that_does_not_hold_stays_as_it_is(waiting: TenantContext) -> None:
    with waiting.ledger.as_it_is() as connection:
        connection.execute("UPDATE core_payment SET amount_pence = amount_pence + 1 WHERE row_number = 7")
    before = waiting.paths.ledger("ilf").read_bytes()
    with pytest.raises(NoGo, match=r"does not hold, so it was not upgraded.*What the stage validate wrote has changed"):
        upgraded(waiting)
    assert unchanged(waiting, before)
    assert not waiting.paths.upgrading("ilf").exists()


def test_a_ledger_of_a_run_at_work_stays_as_it_is(waiting: TenantContext) -> None:
    before = waiting.paths.ledger("ilf").read_bytes()
    with waiting.paths.turn("ilf").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with pytest.raises(NoGo, match=r"A run of ilf .* is at work, so its ledger was not upgraded"):
            upgraded(waiting)
    assert unchanged(waiting, before)


def _holds(
    of: TenantContext, holding: "multiprocessing.synchronize.Event", done: "multiprocessing.synchronize.Event"
) -> None:
    with of.ledger.held():
        holding.set()
        done.wait(60)


@pytest.fixture
def held(waiting: TenantContext) -> Iterator[TenantContext]:
    """An office whose ledger another process holds, and who waits for it no longer than that."""
    spawning = multiprocessing.get_context("spawn")
    holding, done = spawning.Event(), spawning.Event()
    holder = spawning.Process(target=_holds, args=(waiting, holding, done))
    holder.start()
    assert holding.wait(60)
    waiting.__dict__["ledger"] = replace(waiting.ledger, patience=0.2)
    yield waiting
    done.set()
    holder.join()


def test_a_ledger_in_use_stays_as_it_is(held: TenantContext) -> None:
    from tasks.upgrade.upgrading import Due

    with pytest.raises(LedgerBusy, match="has been in use for more than"):
        upgrade(Due(held, 3), ACCOUNT, UPGRADED)


def test_what_a_killed_process_left_in_the_log_is_upgraded_too(waiting: TenantContext, tmp_path: Path) -> None:
    """The last transactions of a process that died stand beside the ledger until it is opened again."""
    with waiting.ledger.as_it_is() as connection:
        connection.execute("PRAGMA disable_checkpoint_on_shutdown")
        connection.execute("UPDATE flow_run SET flow_run_id = 'in the log' WHERE run_no = 1")
        kept = shutil.copytree(waiting.settings.home, tmp_path / "killed")
    of = waiting.at(kept)
    assert of.paths.ledger("ilf").with_name("ilf.duckdb.wal").exists()
    assert rows(upgraded(of), "SELECT flow_run_id FROM flow_run WHERE run_no = 1") == [("in the log",)]
