"""The service's own copy of all bodies' published tables, in DuckLake: for those who may ask across bodies.

It is made of what the bodies' pointers name and of nothing else, whenever somebody asks for it, so it is never the
truth of anything: dropped, it is made again. Whoever may read its catalogue sees every body's metadata, so no body's
own analyst is given it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import boto3
import duckdb

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.ledger.attaching import quote
from tasks.ledger.engine import extension_file
from tasks.publish.tables import POINTER, TABLES
from tasks.settings import Settings

VIEWS = Path(__file__).with_name("views.sql")
_ONE_AT_A_TIME = "SELECT * FROM postgres_query('catalog', 'SELECT pg_try_advisory_lock(7355608)')"
_IN_ORDER = {"states": "state"}
_BY_BODY = "tenant, run_id"
"""So that a question about one body reads a part of a file."""


class Rebuilt(NamedTuple):
    """What a rebuild came to.

    Attributes:
        bodies: how many have published.
        rows: in all tables.
    """

    bodies: int
    rows: int


def rebuild(settings: Settings, mode: Mode) -> Rebuilt:
    """Make the copy again of what is published now; nothing is left of what was in it before, in no snapshot.

    Args:
        settings: of this machine; the way to the buckets is the AWS SDK's own settings.
        mode: live or rehearsal.

    Raises:
        NoGo: a setting is missing, nothing is published, or catalogue or bucket cannot be used.
    """
    published, lake, catalog = _addresses(settings)
    with _started(settings) as connection:
        with _told("The catalogue SILLER_LAKE_CATALOG cannot be reached, or not used"):
            connection.execute(f"ATTACH {quote(catalog)} AS catalog (TYPE postgres)")
        with _alone(connection):
            with _told(f"What is published ({mode}) cannot be read, or nothing is there yet"):
                connection.execute("SET VARIABLE published = ?", [[f"{published}/{mode}/*/{POINTER}"]])
                connection.execute(VIEWS.read_text())
            with _told("SILLER_LAKE or SILLER_LAKE_CATALOG cannot be written to, or what is published was replaced"):
                _attach(connection, catalog, lake, mode)
                rows = _replace_tables(connection)
                _forget_before(connection)
        (bodies,) = connection.execute("SELECT count(DISTINCT tenant) FROM published_file").fetchall()[0]
    return Rebuilt(bodies, rows)


def _addresses(settings: Settings) -> tuple[str, str, str]:
    catalog = settings.lake_catalog.get_secret_value() if settings.lake_catalog else ""
    named = {
        "SILLER_PUBLISHED": settings.published,
        "SILLER_LAKE": settings.lake,
        "SILLER_LAKE_CATALOG": catalog,
    }
    missing = [name for name, value in named.items() if not value]
    if missing:
        raise NoGo(
            f"Not set: {', '.join(missing)}. They say what is published, and where its copy and catalogue stand."
        )
    for name in ("SILLER_PUBLISHED", "SILLER_LAKE"):
        if not str(named[name]).startswith("s3://"):
            raise NoGo(f"{name} is {named[name]!r}, which is no bucket: write it s3://BUCKET/PREFIX.")
    published, lake = str(settings.published).rstrip("/"), str(settings.lake).rstrip("/")
    if f"{lake}/".startswith(f"{published}/") or f"{published}/".startswith(f"{lake}/"):
        raise NoGo("SILLER_LAKE and SILLER_PUBLISHED lie in each other. Give the copy a prefix of its own.")
    if urlsplit(catalog).scheme != "postgresql":
        raise NoGo("SILLER_LAKE_CATALOG is no address of PostgreSQL: postgresql://USER:PASSWORD@HOST:PORT/DATABASE.")
    return published, lake, catalog


@contextmanager
def _started(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with its extensions from their wheels, whose signature it checks itself, and the way to S3."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
    }
    with duckdb.connect(config=config) as connection:
        for name in ("httpfs", "postgres_scanner", "ducklake"):
            connection.execute(f"LOAD {quote(str(extension_file(name)))}")
        session = boto3.Session()
        given, way = session.get_credentials(), urlsplit(session.client("s3").meta.endpoint_url)
        if given is None:
            raise NoGo("No credentials for the bucket are set. Give them as the AWS SDK takes them.")
        own = given.get_frozen_credentials()
        secret = {
            "KEY_ID": own.access_key,
            "SECRET": own.secret_key,
            "SESSION_TOKEN": own.token,
            "REGION": session.region_name,
            "ENDPOINT": way.netloc,
            "URL_STYLE": "path",
            "USE_SSL": str(way.scheme == "https").lower(),
        }
        said = ", ".join(f"{name} {quote(value)}" for name, value in secret.items() if value)
        connection.execute(f"CREATE SECRET (TYPE s3, {said})")
        yield connection


def _attach(connection: duckdb.DuckDBPyConnection, catalog: str, lake: str, mode: Mode) -> None:
    # A row that is inlined stands in PostgreSQL itself, so none is.
    connection.execute(
        f"ATTACH {quote(f'ducklake:postgres:{catalog}')} AS lake "
        f"(DATA_PATH {quote(f'{lake}/{mode}/')}, METADATA_SCHEMA {quote(f'lake_{mode}')}, DATA_INLINING_ROW_LIMIT 0)"
    )


@contextmanager
def _alone(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let no other rebuild be at work: each takes away files that no catalogue names, as the other's do not yet."""
    with connection.cursor() as holder:
        holder.execute("BEGIN")  # one session of PostgreSQL, which has the lock until it ends
        if not holder.execute(_ONE_AT_A_TIME).fetchall()[0][0]:
            raise NoGo("Somebody rebuilds it at this moment. Nothing was done here.")
        yield


def _replace_tables(connection: duckdb.DuckDBPyConnection) -> int:
    """Put what the views see in the place of what is there, in one transaction; returns how many rows that are."""
    rows = 0
    connection.execute("BEGIN")
    for table in TABLES:
        order = _IN_ORDER.get(table, _BY_BODY)
        connection.execute(f"DROP TABLE IF EXISTS lake.{table}")
        connection.execute(f"CREATE TABLE lake.{table} AS FROM temp.{table} ORDER BY {order}")
        rows += connection.execute(f"SELECT count(*) FROM lake.{table}").fetchall()[0][0]
    connection.execute("COMMIT")
    return rows


def _forget_before(connection: duckdb.DuckDBPyConnection) -> None:
    """Have nothing left of earlier snapshots, nor of a rebuild that was killed: a body may have erased a period."""
    connection.execute("CALL ducklake_expire_snapshots('lake', older_than => now())")
    connection.execute("CALL ducklake_cleanup_old_files('lake', cleanup_all => true)")
    connection.execute("CALL ducklake_delete_orphaned_files('lake', cleanup_all => true)")


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Say what went wrong without DuckDB's own words: they repeat statements, with passwords in them."""
    try:
        yield
    except duckdb.Error as error:
        raise NoGo(
            f"{what} ({type(error).__name__}). The copy was not rebuilt. Put that right, and give the command again."
        ) from None
