"""Analysts of many bodies: what an identity of the bucket may read, the page's own SQL, and the copy of all bodies."""

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from botocore.exceptions import ClientError
from pydantic import SecretStr

from flows.cli.rebuild_lake import rebuild_lake
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.payment_state import PaymentState
from tasks.ledger.engine import extension_file
from tasks.publish.lake import Rebuilt, rebuild
from tasks.publish.parquet import KEPT, PublishedParquet
from tasks.publish.stage import publish
from tasks.settings import PROJECT, Settings
from tasks.storage.bucket_address import bucket_at
from tests import postgresql
from tests.e2e.s3 import BUCKET, CREDENTIALS, client
from tests.month import context
from tests.published import AS_AT, published
from tests.scale.seaweedfs import OF_ILF, PUBLISHED
from tests.unit.tasks.retention.test_erase import ERASED, erased, october_home, settled_home

PAGE = (PROJECT / "docs" / "operating" / "analysts-of-many-bodies.md").read_text()
BLOCKS = re.findall(r"```sql\n([\s\S]+?)```", PAGE)
OPENING, WAY, VIEWS, *QUESTIONS, LAKE = BLOCKS
MONTHS = {"2025-12": AS_AT, "2026-10": AS_AT, "2026-11": AS_AT}
BODIES = ("ilf", "kirkmuir", "rowan")
LIVE = f"s3://{BUCKET}/{PUBLISHED}/live"
FOR_DUCKDB = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}

__all__ = ["october_home", "settled_home"]


@pytest.fixture(scope="module")
def bodies(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three bodies have published, each below a prefix of its own."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL_S3": server}.items():
            patched.setenv(name, value)
        for number, tenant in enumerate(BODIES):
            folder = tmp_path_factory.mktemp(tenant)
            store = bucket_at(f"s3://{BUCKET}/{PUBLISHED}", "", "bucket", Mode.LIVE, tenant)
            of = PublishedParquet(store, tenant, Mode.LIVE, folder, Settings(home=folder))
            of.keep(published(folder, tenant, 1, MONTHS, 100 * (number + 1)), AS_AT, of.see())
        yield server


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgresql.running() as server:
        yield server.url


def connected(server: str, identity: dict[str, str], *named: str) -> duckdb.DuckDBPyConnection:
    """DuckDB as the page opens it, as somebody; the extensions are those of the wheels, and the server has no TLS."""
    connection = duckdb.connect(config=FOR_DUCKDB)
    said = {
        "endpoint": server.removeprefix("http://"),
        "region": CREDENTIALS["AWS_DEFAULT_REGION"],
        "key_id": identity["AWS_ACCESS_KEY_ID"],
        "secret": identity["AWS_SECRET_ACCESS_KEY"],
        "published": [*named],
    }
    assert set(re.findall(r"SET VARIABLE (\w+)", OPENING)) == set(said)
    for name, value in said.items():
        connection.execute(f"SET VARIABLE {name} = ?", [value])
    connection.execute(loading(WAY).replace("URL_STYLE 'path'", "URL_STYLE 'path', USE_SSL false"))
    return connection


def loading(sql: str) -> str:
    return re.sub(r"LOAD (\w+);", lambda named: f"LOAD '{extension_file(named[1])}';", sql)


def opened(server: str, identity: dict[str, str], *named: str) -> duckdb.DuckDBPyConnection:
    """The same with the views of what is named."""
    connection = connected(server, identity, *named)
    connection.execute(VIEWS)
    return connection


def test_the_pages_views_are_those_of_the_copy() -> None:
    assert (PROJECT / "tasks" / "publish" / "views.sql").read_text() == VIEWS


def test_the_pages_questions_are_answered_over_all_bodies(bodies: str) -> None:
    connection = opened(bodies, CREDENTIALS, f"{LIVE}/*/tables.json")
    paid, became, rules, as_at = (connection.execute(each).fetchall() for each in QUESTIONS)
    assert [(tenant, period, int(rows)) for tenant, period, rows, _ in paid] == [
        (tenant, period, 100 * (number + 1) - 1) for number, tenant in enumerate(BODIES) for period in MONTHS
    ]
    assert [(row[0], row[1], row[2]) for row in became[:2]] == [("ilf", "credited", 297), ("ilf", "refused", 3)]
    assert rules == [("amount", "is_a_number", 3, 9)]
    assert [row[0] for row in as_at] == [*BODIES]


def test_an_identity_of_one_body_reads_and_lists_that_and_nothing_else(bodies: str) -> None:
    own = f"{LIVE}/ilf/*.json"
    assert opened(bodies, OF_ILF, own).execute("SELECT DISTINCT tenant FROM payments").fetchall() == [("ilf",)]
    for other in (f"{LIVE}/kirkmuir/tables.json", f"{LIVE}/*/tables.json", f"{LIVE}/kirkmuir/*.json"):
        with pytest.raises(duckdb.HTTPException, match="403"):
            opened(bodies, OF_ILF, other)
    everything = client(bodies)
    names = [each["Key"] for each in everything.list_objects_v2(Bucket=BUCKET)["Contents"]]
    analyst = client(bodies, identity=OF_ILF)
    ours = f"{PUBLISHED}/live/ilf/"
    assert any(name.startswith(ours) for name in names) and not all(name.startswith(ours) for name in names)
    assert analyst.list_objects_v2(Bucket=BUCKET, Prefix=ours)["KeyCount"] == 6 + 5 + 1
    for asked in (
        *(lambda name=name: analyst.get_object(Bucket=BUCKET, Key=name) for name in names if not name.startswith(ours)),
        lambda: analyst.list_objects_v2(Bucket=BUCKET, Prefix=f"{PUBLISHED}/live/"),
        lambda: analyst.list_objects_v2(Bucket=BUCKET),
        lambda: analyst.put_object(Bucket=BUCKET, Key=f"{ours}tables.json", Body=b"{}"),
        lambda: analyst.delete_object(Bucket=BUCKET, Key=f"{ours}tables.json"),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            asked()


@pytest.mark.long
def test_who_asks_while_a_body_publishes_has_one_publication_whole(bodies: str, tmp_path: Path) -> None:
    """Version N has N months of N hundred rows: whatever a reader finds has to be that, in every table."""
    store = bucket_at(f"s3://{BUCKET}/moving", "", "bucket", Mode.LIVE, "ilf")
    of = PublishedParquet(store, "ilf", Mode.LIVE, tmp_path, Settings(home=tmp_path))
    versions = [
        published(tmp_path, "ilf", number, {f"2026-{month:02d}": AS_AT for month in range(1, number + 1)}, 100 * number)
        for number in range(1, 7)
    ]
    of.keep(versions[0], AS_AT, None)
    found = []
    with ThreadPoolExecutor(1) as other:
        publishing = other.submit(
            lambda: [of.keep(each, AS_AT + each.version * KEPT / 10, of.see()) for each in versions]
        )
        while not publishing.done() or not found:
            connection = opened(bodies, CREDENTIALS, f"s3://{BUCKET}/moving/live/ilf/tables.json")
            found += connection.execute(
                "SELECT (SELECT max(version) FROM published_file), (SELECT count(*) FROM payments), "
                "(SELECT sum(extract_rows) FROM runs), (SELECT count(*) FROM gates)"
            ).fetchall()
        publishing.result()
    assert {(version, 100 * version**2, 100 * version**2, version) for version, *_ in found} == set(found)
    assert len(found) > 1


def copy_of(postgres: str, name: str) -> Settings:
    return Settings(published=f"s3://{BUCKET}/{name}", lake=f"s3://{BUCKET}/lake-of-{name}", lake_catalog=postgres)


def copied(server: str, postgres: str, mode: Mode) -> duckdb.DuckDBPyConnection:
    """The copy as the page opens it."""
    connection = connected(server, CREDENTIALS)
    at = loading(LAKE).replace("postgresql://USER:PASSWORD@HOST:PORT/DATABASE", postgres)
    connection.execute(at.replace("lake_live", f"lake_{mode}"))
    return connection


def ask_copy(server: str, postgres: str, mode: Mode, *questions: str) -> list[list[tuple[object, ...]]]:
    with copied(server, postgres, mode) as connection:
        return [connection.execute(each).fetchall() for each in questions]


def test_the_copy_of_all_bodies_is_made_dropped_and_made_again_to_the_same_figures(
    bodies: str, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = copy_of(postgres, PUBLISHED)
    with pytest.raises(NoGo, match=r"Not set: SILLER_LAKE_CATALOG\."):
        rebuild(settings.model_copy(update={"lake_catalog": None}), Mode.LIVE)
    assert rebuild(settings, Mode.LIVE) == Rebuilt(bodies=3, rows=1800 + 9 + 9 + 9 + len(PaymentState))
    views = opened(bodies, CREDENTIALS, f"{LIVE}/*/tables.json")
    expected = [views.execute(each).fetchall() for each in QUESTIONS[:3]]
    assert ask_copy(bodies, postgres, Mode.LIVE, *QUESTIONS[:3]) == expected
    drop(postgres, Mode.LIVE)
    for name, value in {
        "SILLER_PUBLISHED": settings.published, "SILLER_LAKE": settings.lake, "SILLER_LAKE_CATALOG": postgres,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    left = objects(bodies, f"lake-of-{PUBLISHED}/")
    rebuild_lake(rehearsal=False)
    assert ask_copy(bodies, postgres, Mode.LIVE, *QUESTIONS[:3]) == expected
    assert not left & objects(bodies, f"lake-of-{PUBLISHED}/"), "what a dropped catalogue had is left"
    assert ask_while_it_is_rebuilt(bodies, postgres, settings) == {1800}


def ask_while_it_is_rebuilt(server: str, postgres: str, settings: Settings) -> set[int]:
    """How many payments whoever asks finds; a question whose files are taken away meanwhile ends with an error."""
    found = set()
    with copied(server, postgres, Mode.LIVE) as connection, ThreadPoolExecutor(1) as other:
        rebuilding = other.submit(rebuild, settings, Mode.LIVE)
        while not rebuilding.done():
            with suppress(duckdb.HTTPException):
                found.update(*connection.execute("SELECT count(DISTINCT payment_id) FROM payments").fetchall())
        rebuilding.result()
    return found


def drop(postgres: str, mode: Mode) -> None:
    with duckdb.connect(config=FOR_DUCKDB) as connection:
        connection.execute(
            f"LOAD '{extension_file('postgres_scanner')}'; ATTACH '{postgres}' AS catalog (TYPE postgres)"
        )
        connection.execute(f"CALL postgres_execute('catalog', 'DROP SCHEMA lake_{mode} CASCADE')")


def objects(server: str, prefix: str) -> set[str]:
    found = client(server).list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", ())
    return {each["Key"] for each in found}


def test_one_rebuild_is_at_work_at_a_time(bodies: str, postgres: str) -> None:
    with duckdb.connect(config=FOR_DUCKDB) as other:
        other.execute(loading(f"LOAD postgres_scanner; ATTACH '{postgres}' AS catalog (TYPE postgres)"))
        other.execute("BEGIN")
        assert other.execute("FROM postgres_query('catalog', 'SELECT pg_try_advisory_lock(7355608)')").fetchall() == [
            (True,)
        ]
        with pytest.raises(NoGo, match="Somebody rebuilds it at this moment"):
            rebuild(copy_of(postgres, PUBLISHED), Mode.LIVE)


def test_what_goes_wrong_is_said_without_a_password(bodies: str, postgres: str) -> None:
    nobody = copy_of(f"postgresql://{postgresql.ACCOUNT}:{postgresql.PASSWORD}@127.0.0.1:9/postgres", PUBLISHED)
    with pytest.raises(NoGo, match="The catalogue SILLER_LAKE_CATALOG cannot be reached") as said:
        rebuild(nobody, Mode.LIVE)
    assert postgresql.PASSWORD not in str(said.value) and said.value.__suppress_context__
    with pytest.raises(NoGo, match=r"What is published \(live\) cannot be read, or nothing is there yet"):
        rebuild(copy_of(postgres, "nobody"), Mode.LIVE)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"published": "/srv/published"}, r"SILLER_PUBLISHED is '/srv/published', which is no bucket"),
        ({"published": "s3://b/lake/published", "lake": "s3://b/lake"}, "SILLER_LAKE and SILLER_PUBLISHED lie in each"),
        ({"lake_catalog": SecretStr("mysql://there/lake")}, r"SILLER_LAKE_CATALOG is no address of PostgreSQL"),
    ],
)
def test_a_setting_that_cannot_be_is_named(changed: dict[str, object], said: str) -> None:
    with pytest.raises(NoGo, match=said):
        rebuild(copy_of("postgresql://u@there/lake", PUBLISHED).model_copy(update=changed), Mode.LIVE)


@pytest.mark.long
def test_an_erased_period_is_gone_from_what_is_published_and_from_the_copy(
    bodies: str, postgres: str, settled_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    settings = copy_of(postgres, "erased")
    monkeypatch.setenv("SILLER_PUBLISHED", str(settings.published))
    monkeypatch.setenv("SILLER_LAKE", str(settings.lake))
    ilf = context(shutil.copytree(settled_home, tmp_path / "home", symlinks=True))
    publish(ilf, "ilf-2026-11-rehearsal-1", AS_AT)
    rebuild(settings, Mode.REHEARSAL)
    periods = "SELECT DISTINCT period FROM payments ORDER BY ALL"
    assert ask_copy(bodies, postgres, Mode.REHEARSAL, periods) == [[("2026-10",), ("2026-11",)]]
    assert found(bodies, postgres) == {"erased", "lake-of-erased", "catalogue"}
    erased(ilf)
    assert found(bodies, postgres) == {"lake-of-erased", "catalogue"}
    rebuild(settings, Mode.REHEARSAL)
    assert ask_copy(bodies, postgres, Mode.REHEARSAL, periods) == [[("2026-11",)]]
    assert found(bodies, postgres) == set()


def found(server: str, postgres: str) -> set[str]:
    """Where October's runs are found: in objects, read by DuckDB alone, and in every table of the catalogue."""
    run = f"ilf-{ERASED}-"
    content = dict.fromkeys(("erased", "lake-of-erased", "catalogue"), "")
    with connected(server, CREDENTIALS) as connection:
        for place in ("erased", "lake-of-erased"):
            for key in objects(server, f"{place}/"):
                reader = "read_parquet" if key.endswith(".parquet") else "read_text"
                content[place] += repr(connection.execute(f"FROM {reader}('s3://{BUCKET}/{key}')").fetchall())
        connection.execute(f"LOAD '{extension_file('postgres_scanner')}'")
        connection.execute(f"ATTACH '{postgres}' AS catalog (TYPE postgres, READ_ONLY)")
        tables = (
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'catalog' AND schema_name = 'lake_rehearsal'"
        )
        for (table,) in connection.execute(tables).fetchall():
            content["catalogue"] += repr(connection.execute(f"FROM catalog.lake_rehearsal.{table}").fetchall())
    assert all(content.values())
    return {place for place, said in content.items() if run in said}
