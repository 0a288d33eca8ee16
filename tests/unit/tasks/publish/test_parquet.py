"""A body's tables as Parquet: which objects they are, and what a reader has who comes at any moment."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.publish.parquet import KEPT, PublishedParquet, check_reaches
from tasks.publish.tables import POINTER, TABLES, Tables
from tasks.settings import Settings
from tasks.storage.folder import Folder
from tasks.storage.store import Seen
from tests.month import context
from tests.published import AS_AT, published

MONTHS = {"2026-10": AS_AT, "2026-11": AS_AT}
LATER = AS_AT + timedelta(hours=1)


@pytest.fixture
def parquet(tmp_path: Path) -> PublishedParquet:
    store = Folder("bucket of published tables", tmp_path / "bucket")
    return PublishedParquet(store, "ilf", Mode.LIVE, tmp_path / "published", Settings(home=tmp_path))


def keep(
    of: PublishedParquet, version: int, periods: dict[str, datetime], as_at: datetime = AS_AT, forget: bool = False
) -> Tables:
    of.keep(published(of.folder, "ilf", version, periods), as_at, of.see(), forget)
    return said(of)


def said(of: PublishedParquet) -> Tables:
    seen = of.see()
    assert seen
    return Tables.read(seen.data, "")


def read(of: PublishedParquet, tables: Tables, table: str, what: str = "count(*)") -> list[tuple[object, ...]]:
    """What DuckDB alone finds in the objects of one table."""
    files = [str(of.store.path / each.name) for each in tables.files if each.table == table]  # type: ignore[attr-defined]
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT {what} FROM read_parquet(?) GROUP BY ALL ORDER BY ALL", [files]).fetchall()


def spans(tables: Tables, table: str = "payments") -> list[str]:
    return [each.span for each in tables.files if each.table == table]


def test_each_table_is_one_object_a_year(parquet: PublishedParquet) -> None:
    tables = keep(parquet, 1, {"2025-12": AS_AT, **MONTHS})
    assert {table: spans(tables, table) for table in TABLES} == {
        **{table: ["2025", "2026"] for table in TABLES},
        "states": ["all"],
    }
    assert read(parquet, tables, "payments", "tenant, period, count(*), sum(amount_pence)") == [
        ("ilf", "2025-12", 100, 99_000), ("ilf", "2026-10", 100, 99_000), ("ilf", "2026-11", 100, 99_000),
    ]  # fmt: skip
    assert [read(parquet, tables, table) for table in TABLES[1:5]] == [[(3,)], [(3,)], [(3,)], [(0,)]]
    assert sorted(parquet.store.names()) == sorted([POINTER, *(each.name for each in tables.files)])


def test_a_year_of_many_rows_is_an_object_a_period_and_each_is_written_once(parquet: PublishedParquet) -> None:
    large = replace(parquet, most_rows=200)
    assert spans(keep(large, 1, {"2025-12": AS_AT, **MONTHS})) == ["2025", "2026"]
    after = keep(large, 2, {"2025-12": AS_AT, **MONTHS, "2026-12": LATER}, LATER)
    assert spans(after) == ["2025", "2026-10", "2026-11", "2026-12"]
    last = keep(large, 3, {"2025-12": AS_AT, "2026-10": AS_AT, "2026-11": LATER, "2026-12": LATER}, LATER)
    kept = {each.name for each in last.files} & {each.name for each in after.files}
    assert {each.span for each in last.files if each.name not in kept} == {"2026-11"}
    assert read(large, last, "payments") == [(400,)]


def test_what_was_replaced_stays_a_day_for_who_is_still_asking(parquet: PublishedParquet) -> None:
    before = keep(parquet, 1, MONTHS)
    after = keep(parquet, 2, {"2026-10": AS_AT, "2026-11": LATER}, LATER)
    assert read(parquet, before, "payments") == read(parquet, after, "payments") == [(200,)]
    assert {each.name for each in after.replaced} == {each.name for each in before.files if each.span == "2026"}
    keep(parquet, 3, {"2026-10": AS_AT, "2026-11": LATER}, LATER + KEPT)
    assert not {each.name for each in before.files if each.span == "2026"} & set(parquet.store.names())
    assert read(parquet, said(parquet), "payments") == [(200,)]


def test_whoever_comes_before_the_pointer_moves_has_what_was_before(
    parquet: PublishedParquet, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(parquet, 1, {"2026-10": AS_AT})
    found: list[object] = []
    swap = Folder.swap

    def look_and_swap(store: Folder, name: str, data: bytes, seen: Seen | None) -> bool:
        found.append(read(parquet, said(parquet), "payments"))
        done = swap(store, name, data, seen)
        found.append(read(parquet, said(parquet), "payments"))
        return done

    monkeypatch.setattr(Folder, "swap", look_and_swap)
    keep(parquet, 2, MONTHS, LATER)
    assert found == [[(100,)], [(200,)]]


def test_what_a_killed_publication_put_there_is_swept_and_made_good_by_the_next(
    parquet: PublishedParquet, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(parquet, 1, {"2026-10": AS_AT})
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Folder, "swap", killed)
        keep(parquet, 2, MONTHS, LATER)
    left = set(parquet.store.names())
    assert read(parquet, said(parquet), "payments") == [(100,)]
    tables = keep(parquet, 3, MONTHS, LATER)
    assert read(parquet, tables, "payments") == [(200,)]
    named = {POINTER, *(each.name for each in (*tables.files, *tables.replaced))}
    assert set(parquet.store.names()) == named and not left <= named


def killed(*_: object) -> bool:
    raise KeyboardInterrupt


def test_of_two_homes_the_one_that_has_the_other_ones_run_is_what_stands(parquet: PublishedParquet) -> None:
    keep(parquet, 1, {"2026-10": AS_AT})
    seen = parquet.see()
    early = published(parquet.folder, "ilf", 2, {"2026-10": LATER})
    keep(parquet, 3, MONTHS, LATER)
    stands = parquet.store.names()
    parquet.keep(early, LATER, seen)
    assert said(parquet).version == 3 and parquet.store.names() == stands
    assert read(parquet, said(parquet), "payments") == [(200,)]
    late = published(parquet.folder, "ilf", 4, {**MONTHS, "2026-12": LATER})
    parquet.keep(late, LATER, seen)
    assert said(parquet).version == 4
    assert read(parquet, said(parquet), "payments") == [(300,)]


def test_nothing_is_left_of_an_erased_period(parquet: PublishedParquet) -> None:
    keep(parquet, 1, MONTHS)
    keep(parquet, 2, {"2026-10": AS_AT, "2026-11": LATER}, LATER)
    tables = keep(parquet, 3, {"2026-11": LATER + KEPT}, LATER, forget=True)
    assert not tables.replaced
    assert sorted(parquet.store.names()) == sorted([POINTER, *(each.name for each in tables.files)])
    assert read(parquet, tables, "payments", "period") == [("2026-11",)]
    parquet.withdraw()
    assert parquet.store.names() == [] and parquet.see() is None


@pytest.mark.parametrize("left", [True, False], ids=["others are left", "none is left"])
def test_nor_by_a_publication_that_was_paused_across_the_erasure(parquet: PublishedParquet, left: bool) -> None:
    keep(parquet, 1, MONTHS)
    seen, late, looked = parquet.see(), published(parquet.folder, "ilf", 2, MONTHS), list[str]()

    def is_whole() -> bool:
        if looked:
            return False
        looked.append("before the erasure, which comes now")
        if left:
            fresh = replace(parquet, folder=parquet.folder.with_name("elsewhere"))
            keep(fresh, 1, {"2026-11": LATER}, LATER, forget=True)
        else:
            parquet.withdraw()
        return True

    with pytest.raises(NoGo, match="A period was erased while this was about to be published"):
        parquet.keep(late, LATER, seen, is_whole=is_whole)
    assert set(parquet.store.names()) == ({POINTER, *(each.name for each in said(parquet).files)} if left else set())


def test_other_columns_are_other_objects(parquet: PublishedParquet) -> None:
    before = keep(parquet, 1, MONTHS)
    done = published(parquet.folder, "ilf", 2, MONTHS)
    with duckdb.connect(done.path) as connection:
        connection.execute("ALTER TABLE gates ADD COLUMN more VARCHAR")
    parquet.keep(done, LATER, parquet.see())
    assert not {each.name for each in before.files if each.span == "2026"} & {each.name for each in said(parquet).files}


def test_a_pointer_that_somebody_else_wrote_is_refused_by_name(parquet: PublishedParquet) -> None:
    assert parquet.store.swap(POINTER, b'{"version": "much"}', None)
    with pytest.raises(NoGo, match=r"tables\.json in .* is not what siller writes\. Remove it"):
        keep(parquet, 1, MONTHS)


@pytest.mark.parametrize("name", ["SILLER_STORE", "SILLER_OUTBOX", "SILLER_LANDING"])
def test_it_has_a_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("SILLER_PUBLISHED", "s3://siller/all")
    monkeypatch.setenv(name, "s3://siller/all/")
    with pytest.raises(NoGo, match=f"SILLER_PUBLISHED and {name} are the same place"):
        PublishedParquet.of(context(tmp_path))


def test_an_erasure_needs_the_bucket_that_was_published_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ilf = context(tmp_path)
    check_reaches(ilf)
    folder = ilf.paths.published("ilf")
    folder.mkdir(parents=True)
    (folder / "tables-at.txt").write_text("s3://siller/published/rehearsal/ilf/")
    with pytest.raises(NoGo, match=r"were published to s3://siller/published/rehearsal/ilf/, and SILLER_PUBLISHED is"):
        check_reaches(ilf)
    monkeypatch.setenv("SILLER_PUBLISHED", "s3://siller/elsewhere")
    with pytest.raises(NoGo, match=r"SILLER_PUBLISHED now means s3://siller/elsewhere/rehearsal/ilf/"):
        check_reaches(context(tmp_path))
    monkeypatch.setenv("SILLER_PUBLISHED", "s3://siller/published/")
    check_reaches(context(tmp_path))
