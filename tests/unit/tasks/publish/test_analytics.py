"""The analysts' file: what it holds, what it never holds, and how it takes the place of the one before."""

import hashlib
import hmac
import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from schemas.no_go import NoGo
from tasks.ledger import Ledger
from tasks.publish import analytics
from tasks.publish.analytics import POINTER, Published
from tests import filled_ledger as fill

KEY = bytes(range(32))
AS_AT = datetime(2026, 12, 2, 9, tzinfo=UTC)
OCTOBER, NOVEMBER = fill.run_id_of("2026-10"), fill.run_id_of("2026-11")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def publish(ledger: Ledger, folder: Path, run_id: str, as_at: datetime, key: bytes) -> Published:
    with ledger.opened(beside=folder) as connection:
        return analytics.publish(connection, folder, run_id, as_at, key)


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """October and November, both answered by the bank; publishing leaves it as it is."""
    ledger = fill.ilf_ledger(tmp_path_factory.mktemp("home"))
    fill.answered_month(ledger, "2026-10")
    fill.answered_month(ledger, "2026-11")
    return ledger


@pytest.fixture(scope="module")
def published(ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    folder = tmp_path_factory.mktemp("machine") / "home" / "published" / "ilf"
    before = os.umask(0o077)  # what every process of siller has
    publish(ledger, folder, OCTOBER, AS_AT, KEY)
    yield publish(ledger, folder, NOVEMBER, AS_AT, KEY)
    os.umask(before)


@pytest.fixture(scope="module")
def sent() -> pl.DataFrame:
    """Both extracts as sent, read without siller."""
    months = ("2026-10", "2026-11")
    return pl.concat(
        pl.read_csv(fill.SAMPLES / f"ilf-{month}.csv", infer_schema=False)
        .with_row_index("row_number")
        .with_columns(period=pl.lit(month))
        for month in months
    )


def test_the_figures_are_those_of_the_samples(published: Published) -> None:
    assert published.rows == 5269
    figures = query(
        published.path,
        "SELECT period, extract_rows, refused_rows, held_rows, payable_rows, payable_pence, file_payments, file_pence "
        "FROM runs ORDER BY period",
    )
    assert figures == [
        ("2026-10", 5200, 0, 0, 5200, 1058069600, 5200, 1058069600),
        ("2026-11", 5269, 40, 0, 5229, 1065141560, 5229, 1065141560),
    ]
    states = "SELECT period, state, count(*), sum(amount_pence)::BIGINT FROM payments GROUP BY ALL ORDER BY ALL"
    found = {(period, state): (rows, pence) for period, state, rows, pence in query(published.path, states)}
    assert {key: rows for key, (rows, _) in found.items()} == {
        ("2026-10", "credited"): 5198,
        ("2026-10", "returned"): 2,
        ("2026-11", "credited"): 5227,
        ("2026-11", "refused"): 40,
        ("2026-11", "returned"): 2,
    }
    assert found["2026-11", "credited"][1] + found["2026-11", "returned"][1] == 1065141560


def test_refused_rows_are_those_of_the_facts(published: Published) -> None:
    expected = {(int(row), *fill.REASONS[why]) for row, why in fill.facts_of("2026-11")["refused_rows"].items()}
    assert set(query(published.path, "SELECT row_number, column_name, rule FROM left_out")) == expected
    left_out = query(published.path, "SELECT row_number FROM payments WHERE state = 'refused'")
    assert {row for (row,) in left_out} == {row for row, *_ in expected}
    unreadable = query(
        published.path,
        "SELECT row_number FROM payments WHERE state = 'refused' AND left_out_pence IS NULL AND row_number NOT IN "
        "(SELECT row_number FROM left_out WHERE rule = 'has_two_decimals') ORDER BY 1",
    )
    assert [row for (row,) in unreadable] == fill.facts_of("2026-11")["unreadable_amount_rows"]


def test_pseudonyms_are_pythons_own_hmac_and_stay_from_month_to_month(published: Published, sent: pl.DataFrame) -> None:
    expected = {
        (period, row): hmac.new(KEY, reference.encode(), hashlib.sha256).hexdigest()
        for period, row, reference in sent.select("period", "row_number", "ILF Ref").iter_rows()
    }
    found = query(published.path, "SELECT period, row_number, payee FROM payments")
    assert {(period, row): payee for period, row, payee in found} == expected
    ((both,),) = query(
        published.path,
        "SELECT count(*) FROM (SELECT payee FROM payments GROUP BY payee HAVING count(DISTINCT period) = 2)",
    )
    assert both == 5200 - 83  # October's payees without November's leavers


def test_another_key_gives_other_pseudonyms(ledger: Ledger, published: Published, tmp_path: Path) -> None:
    other = publish(ledger, tmp_path, NOVEMBER, AS_AT, KEY[::-1])
    payees = "SELECT payee FROM payments"
    assert not set(query(other.path, payees)) & set(query(published.path, payees))


def test_nothing_of_a_payee_is_in_the_file_in_plain(published: Published, sent: pl.DataFrame) -> None:
    found = {
        str(value)
        for (table,) in query(published.path, "SELECT table_name FROM duckdb_tables()")
        for row in query(published.path, f"SELECT * FROM {table}")
        for value in row
    }
    for column in ("ILF Ref", "Recipient Name", "Account No", "Payment Reference", "Sort Code"):
        assert not set(sent[column].drop_nulls()) & found, column
    whole = published.path.read_bytes().decode(errors="ignore")  # a closed file that nobody writes again
    texts = pl.Series(["\n".join(found), whole])
    for column in ("ILF Ref", "Recipient Name", "Payment Reference"):  # digits may stand in a pseudonym by chance
        values = sent[column].drop_nulls().unique()
        values = values.filter(values.str.strip_chars() != "")  # November has names of two spaces
        assert texts.str.extract_many(values.implode()).list.len().to_list() == [0, 0], column


def test_accounts_and_sort_codes_are_masked_and_nothing_else_is_shown(published: Published, sent: pl.DataFrame) -> None:
    found = {
        (period, row): (bank, account)
        for period, row, bank, account in query(
            published.path, "SELECT period, row_number, bank, account FROM payments"
        )
    }
    for period, row, sort_code, account in sent.select("period", "row_number", "Sort Code", "Account No").iter_rows():
        bank = sort_code[:2] if re.fullmatch(r"\d{6}", sort_code or "") else None
        masked = f"****{account[-4:]}" if re.fullmatch(r"\d{8}", account or "") else None
        assert found[period, row] == (bank, masked)


def test_every_table_and_column_is_described(published: Published) -> None:
    undescribed = query(
        published.path,
        "SELECT table_name, '' FROM duckdb_tables() WHERE coalesce(comment, '') = '' "
        "UNION ALL SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE NOT internal AND coalesce(comment, '') = ''",
    )
    assert undescribed == []
    tables = query(published.path, "SELECT table_name FROM duckdb_tables() ORDER BY ALL")
    assert [name for (name,) in tables] == [
        "as_at",
        "bank_answers",
        "gates",
        "left_out",
        "payments",
        "runs",
        "states",
    ]
    missing = query(published.path, "SELECT DISTINCT state FROM payments WHERE state NOT IN (SELECT state FROM states)")
    assert missing == []


def test_what_the_bank_said_stands_without_its_words(published: Published) -> None:
    answers = query(
        published.path,
        "SELECT message, kind, code, meaning, payment_id FROM bank_answers WHERE run_id LIKE '%2026-11%' ORDER BY ALL",
    )
    assert answers == [
        ("arucs", "returned", "0", "Invalid details", f"{NOVEMBER}/10"),
        ("arucs", "returned", "B", "Account closed", f"{NOVEMBER}/3"),
        ("camt053", "statement_debit", None, None, None),
        ("input_report", "accepted_total", None, None, None),
        ("input_report", "rejected_total", None, None, None),
    ]


def test_a_code_that_is_no_code_is_not_shown(tmp_path: Path) -> None:
    ledger = fill.ilf_ledger(tmp_path / "home")
    run_no = fill.released_month(ledger, "2026-11")
    said = [(3, "returned", "MS KENNETH ADEYEMI GONE", "MS KENNETH ADEYEMI", 1, date(2026, 12, 1))]
    fill.answer(ledger, run_no, "2026-11", "arucs", said)
    path = publish(ledger, tmp_path / "published", NOVEMBER, AS_AT, KEY).path
    assert query(path, "SELECT code, meaning FROM bank_answers") == [("other", "Unknown code")]
    assert b"ADEYEMI" not in path.read_bytes()


def test_the_file_says_as_at_when_it_stands(published: Published) -> None:
    rows = query(published.path, "SELECT version, run_id, epoch(published_at)::BIGINT FROM as_at ORDER BY version")
    at = int(AS_AT.timestamp())
    assert rows == [(1, OCTOBER, at), (2, NOVEMBER, at)]


def test_a_first_publication_holds_every_run_and_the_next_replaces_its_own(tmp_path: Path) -> None:
    ledger = fill.ilf_ledger(tmp_path / "home")
    run_no = fill.released_month(ledger, "2026-11")
    folder = tmp_path / "published"
    first = publish(ledger, folder, NOVEMBER, AS_AT, KEY)
    states = "SELECT state, count(*) FROM payments GROUP BY ALL ORDER BY ALL"
    with duckdb.connect(str(folder / POINTER), read_only=True) as reader:
        fill.answer(ledger, run_no, "2026-11", "arucs", [(3, "returned", "B", "", 1, date(2026, 12, 1))])
        second = publish(ledger, folder, NOVEMBER, AS_AT, KEY)
        # An open reader keeps what it has; who opens the pointer gets the newest.
        assert reader.execute(states).fetchall() == [("refused", 40), ("released", 5229)]
        assert query((folder / POINTER).resolve(), states) == [
            ("refused", 40),
            ("released", 5228),
            ("returned", 1),
        ]
    assert (first.version, second.version) == (1, 2)
    assert second.path.name == "analytics-000002.duckdb"


def test_the_last_three_versions_are_kept_and_a_reader_of_an_older_one_goes_on(ledger: Ledger, tmp_path: Path) -> None:
    first = publish(ledger, tmp_path, NOVEMBER, AS_AT, KEY)
    with duckdb.connect(str(first.path), read_only=True) as reader:
        for _ in range(3):
            publish(ledger, tmp_path, NOVEMBER, AS_AT, KEY)
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "analytics-000002.duckdb",
            "analytics-000003.duckdb",
            "analytics-000004.duckdb",
            "analytics.duckdb",
        ]
        assert reader.execute("SELECT count(*) FROM payments").fetchone() == (10469,)
    assert str((tmp_path / POINTER).readlink()) == "analytics-000004.duckdb"


def test_a_version_is_closed_for_good_and_private(published: Published) -> None:
    assert mode(published.path) == 0o440
    assert [path.name for path in published.path.parent.iterdir() if path.name.startswith(".")] == []


def test_the_group_may_look_into_the_folders_and_into_nothing_above_them(published: Published) -> None:
    ilf, folder, home, *_ = published.path.parents
    # What appears in a tenant's folder has the folder's group, whichever the process works for.
    assert (mode(ilf), mode(folder), mode(home)) == (0o2750, 0o750, 0o700)


def test_what_the_operator_made_of_the_folder_stays(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "published" / "ilf"
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    publish(ledger, folder, OCTOBER, AS_AT, KEY)
    assert mode(folder) == 0o700


@pytest.mark.parametrize("damage", ["garbage", "other tables", "gone"])
def test_what_cannot_be_carried_on_is_made_afresh_from_the_ledger(ledger: Ledger, tmp_path: Path, damage: str) -> None:
    first = publish(ledger, tmp_path, OCTOBER, AS_AT, KEY).path
    first.chmod(0o600)
    if damage == "garbage":
        first.write_bytes(b"no database" * 1000)
    elif damage == "other tables":
        with duckdb.connect(str(first)) as connection:
            connection.execute("ALTER TABLE payments DROP COLUMN bank")
    else:
        first.unlink()
    again = publish(ledger, tmp_path, NOVEMBER, AS_AT, KEY)
    assert query(again.path, "SELECT run_id FROM runs ORDER BY run_id") == [(OCTOBER,), (NOVEMBER,)]
    assert again.version == (1 if damage == "gone" else 2)


def test_an_unknown_run_is_refused_and_nothing_appears(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(NoGo, match="no run ilf-2026-12-rehearsal-1"):
        publish(ledger, tmp_path, fill.run_id_of("2026-12"), AS_AT, KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_does_not_add_up_is_not_published(tmp_path: Path) -> None:
    ledger = fill.ilf_ledger(tmp_path / "home")
    run_no = fill.released_month(ledger, "2026-11")
    folder = tmp_path / "published"
    kept = publish(ledger, folder, NOVEMBER, AS_AT, KEY)
    with ledger.transaction() as connection:
        connection.execute("INSERT INTO earlier_payment VALUES (?, 3, 1)", [run_no])  # row 3 a second time
    with pytest.raises(NoGo, match=f"published of {NOVEMBER} is not what the ledger holds"):
        publish(ledger, folder, NOVEMBER, AS_AT, KEY)
    assert sorted(path.name for path in folder.iterdir()) == ["analytics-000001.duckdb", POINTER]
    assert (folder / POINTER).resolve() == kept.path.resolve()


def test_what_a_killed_publication_left_is_cleared_away(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / ".analytics.part").write_bytes(b"half a file")
    (tmp_path / ".analytics.part.wal").write_bytes(b"half a log")
    (tmp_path / ".analytics.pointer").symlink_to("analytics-000009.duckdb")
    publish(ledger, tmp_path, NOVEMBER, AS_AT, KEY)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["analytics-000001.duckdb", POINTER]
