"""What publishing and asking costs over many bodies: ``make bench-published``.

Bodies of four months each, at a SeaweedFS server with a disk, once with an object a table and period and once
compacted to one a table and year, as siller does it; then the same questions to the copy of all bodies in DuckLake, its
catalogue in PostgreSQL. Processor seconds are this process's own: analysts pay those, and wait the others.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import duckdb
from pydantic import SecretStr
from rich.table import Table

from schemas.pay_run import Mode
from tasks.ledger.engine import extension_file
from tasks.publish import lake
from tasks.publish.parquet import MOST_ROWS, PublishedParquet
from tasks.publish.tables import POINTER
from tasks.settings import Settings
from tasks.storage.bucket_address import bucket_at
from tests import postgresql
from tests.benchmarks.measuring import wide_console
from tests.e2e.s3 import BUCKET, CREDENTIALS
from tests.published import AS_AT, published
from tests.scale.seaweedfs import seaweedfs

MONTHS = [f"2026-{month:02d}" for month in range(8, 12)]
ASKED = 5
"""How often each question is asked; the median counts."""
OF_ONE = "SELECT period, sum(amount_pence) FROM payments WHERE tenant = 'body0' GROUP BY ALL ORDER BY ALL"
OF_ALL = "SELECT tenant, period, sum(amount_pence) FROM payments GROUP BY ALL ORDER BY ALL"
LAYOUTS = {"an object a period": 0, "an object a year": MOST_ROWS}


@dataclass(frozen=True)
class Took:
    """What something took, by the clock and of this process's processor time, in seconds."""

    seconds: float
    processor: float


def main() -> None:
    """Publish, ask, rebuild, and show the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bodies", type=int, default=200)
    parser.add_argument("--rows", type=int, default=100, help="rows of each body's month")
    asked = parser.parse_args()
    with _servers() as (folder, server, catalog):
        took = {name: _layout(folder, server, most, asked.bodies, asked.rows) for name, most in LAYOUTS.items()}
        took["DuckLake"] = _lake(folder, server, catalog)
    wide_console().print(_table(took, asked.bodies, asked.rows))


@contextmanager
def _servers() -> Iterator[tuple[Path, str, str]]:
    with (
        tempfile.TemporaryDirectory(prefix="siller-bench-") as folder,
        seaweedfs(Path(folder) / "weed") as server,
        postgresql.running() as database,
    ):
        os.environ.update({**CREDENTIALS, "AWS_ENDPOINT_URL_S3": server})
        yield Path(folder), server, database.url


def _prefix(most_rows: int) -> str:
    return f"s3://{BUCKET}/published-{most_rows}"


def _layout(folder: Path, server: str, most_rows: int, bodies: int, rows: int) -> dict[str, Took]:
    later, earlier = AS_AT + timedelta(hours=1), dict.fromkeys(MONTHS[:-1], AS_AT)
    before = published(folder / f"{most_rows}", "body", 1, earlier, rows)
    after = published(folder / f"{most_rows}", "body", 2, {**earlier, MONTHS[-1]: later}, rows)
    publications = []
    for number in range(bodies):
        tenant = f"body{number}"
        for each in (before, after):
            with duckdb.connect(each.path) as connection:
                connection.execute("UPDATE runs SET tenant = ?", [tenant])
        here = folder / f"{most_rows}" / tenant
        store = bucket_at(_prefix(most_rows), "", "bucket", Mode.LIVE, tenant)
        of = PublishedParquet(store, tenant, Mode.LIVE, here, Settings(home=folder), most_rows)
        of.keep(before, AS_AT, None)
        seen = of.see()
        publications.append(_timed(partial(of.keep, after, later, seen)))
    with _connected(server) as connection:
        one, everybody = (f"{_prefix(most_rows)}/live/{each}/{POINTER}" for each in ("body0", "*"))
        return {
            "a publication": _median(publications),
            "one body: views": _often(lambda: _views(connection, one)),
            "one body: its months": _often(lambda: connection.execute(OF_ONE).fetchall()),
            "all bodies: views": _often(lambda: _views(connection, everybody)),
            "all bodies: their months": _often(lambda: connection.execute(OF_ALL).fetchall()),
        }


def _lake(folder: Path, server: str, catalog: str) -> dict[str, Took]:
    settings = Settings(
        home=folder, published=_prefix(MOST_ROWS), lake=f"s3://{BUCKET}/lake", lake_catalog=SecretStr(catalog)
    )
    rebuilt = _timed(lambda: lake.rebuild(settings, Mode.LIVE))
    with _connected(server) as connection:
        for name in ("postgres_scanner", "ducklake"):
            connection.execute(f"LOAD '{extension_file(name)}'")
        connection.execute(f"ATTACH 'ducklake:postgres:{catalog}' AS lake (METADATA_SCHEMA 'lake_live', READ_ONLY)")
        connection.execute("USE lake")
        return {
            "a rebuild": rebuilt,
            "one body: its months": _often(lambda: connection.execute(OF_ONE).fetchall()),
            "all bodies: their months": _often(lambda: connection.execute(OF_ALL).fetchall()),
        }


@contextmanager
def _connected(server: str) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"autoinstall_known_extensions": False, "threads": 2}) as connection:
        connection.execute(f"LOAD '{extension_file('httpfs')}'")
        own = f"KEY_ID '{CREDENTIALS['AWS_ACCESS_KEY_ID']}', SECRET '{CREDENTIALS['AWS_SECRET_ACCESS_KEY']}'"
        way = f"ENDPOINT '{server.removeprefix('http://')}', USE_SSL false, URL_STYLE 'path'"
        connection.execute(f"CREATE SECRET (TYPE s3, {own}, {way}, REGION 'eu-west-2')")
        yield connection


def _views(connection: duckdb.DuckDBPyConnection, pointers: str) -> None:
    connection.execute("SET VARIABLE published = ?", [[pointers]])
    connection.execute(lake.VIEWS.read_text())


def _timed(act: Callable[[], object]) -> Took:
    started, used = time.perf_counter(), time.process_time()
    act()
    return Took(time.perf_counter() - started, time.process_time() - used)


def _often(act: Callable[[], object]) -> Took:
    act()
    return _median([_timed(act) for _ in range(ASKED)])


def _median(of: list[Took]) -> Took:
    return Took(statistics.median(each.seconds for each in of), statistics.median(each.processor for each in of))


def _table(took: dict[str, dict[str, Took]], bodies: int, rows: int) -> Table:
    table = Table(
        title=f"{bodies} bodies, {len(MONTHS)} months of {rows:,} rows: seconds (processor seconds)",
        title_justify="left",
        box=None,
    )
    for column in ("", *took, "periods × years"):
        table.add_column(column, justify="left" if not column else "right")
    by_period, by_year, _ = took.values()
    for what in dict.fromkeys(what for each in took.values() for what in each):
        found = [each.get(what) for each in took.values()]
        cells = [f"{each.seconds:.3f} ({each.processor:.3f})" if each else "" for each in found]
        ratio = f"{by_period[what].processor / by_year[what].processor:.1f}" if what in by_year else ""
        table.add_row(what, *cells, ratio)
    return table


if __name__ == "__main__":
    main()
