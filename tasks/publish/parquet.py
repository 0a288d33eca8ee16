"""A body's published tables as Parquet in a bucket, for analysts who ask about many bodies, or from another machine.

It is the analysts' file once more, so nothing is in it that is not in that. Each table has an object a year, or a
period where the year has many rows. An object is never written over; ``tables.json`` says which objects are the
tables, and is moved last: who follows it has one publication, whole.
"""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from schemas.no_go import NoGo
from tasks.ledger.attaching import quote
from tasks.publish.analytics import Published
from tasks.publish.shared_file import ERASED_MEANWHILE
from tasks.publish.tables import POINTER, TABLES, Object, Replaced, Tables
from tasks.settings import Settings
from tasks.storage.atomic_write import write_atomic
from tasks.storage.bucket_address import bucket_at
from tasks.storage.custody import sha256_of_file
from tasks.storage.store import Seen, Store
from tasks.tenant_context import TenantContext

MOST_ROWS = 250_000
"""Of a year that stands in one object a table: about what is written anew in a second."""
KEPT = timedelta(days=1)
"""How long an object that was replaced stays, for who has read the pointer before and still asks."""

_OF_ALL = "all"
"""The span of a table that is the same for every period."""
_OWN = {
    "runs": "SELECT runs.* FROM published.runs SEMI JOIN of_span USING (run_id) ORDER BY ALL",
    "states": "SELECT state, meaning FROM published.states ORDER BY ALL",
}
_OF_A_SPAN = "SELECT of_span.tenant, found.* FROM published.{table} AS found JOIN of_span USING (run_id) ORDER BY ALL"
_SPANS = Path(__file__).with_name("spans.sql")
_WHERE = "tables-at.txt"


@dataclass(frozen=True)
class PublishedParquet:
    """A body's tables in the bucket of published tables.

    Attributes:
        store: where, for this body and mode alone.
        tenant: whose.
        mode: live or rehearsal.
        folder: where the body's analysts' file stands in this home.
        settings: of this machine.
        most_rows: of a year that stands in one object a table.
    """

    store: Store
    tenant: str
    mode: str
    folder: Path
    settings: Settings
    most_rows: int = MOST_ROWS

    @classmethod
    def of(cls, context: TenantContext) -> "PublishedParquet | None":
        """The tenant's; None where nothing is published beside the analysts' file.

        Raises:
            NoGo: the setting names no bucket, or the place of something else; or what was published before stands in
                another one.
        """
        settings, folder = context.settings, context.paths.published(context.tenant)
        if settings.published is None:
            return None
        others = {"SILLER_STORE": settings.store, "SILLER_OUTBOX": settings.outbox, "SILLER_LANDING": settings.landing}
        for name, other in others.items():
            if other and other.rstrip("/") == settings.published.rstrip("/"):
                raise NoGo(f"SILLER_PUBLISHED and {name} are the same place. Give what analysts read one of its own.")
        store = bucket_at(
            settings.published, "SILLER_PUBLISHED", "bucket of published tables", context.mode, context.tenant
        )
        before = _noted(folder)
        if before and before != store.address:
            raise NoGo(
                f"What was published of {context.tenant} stands in {before}, and SILLER_PUBLISHED now means "
                f"{store.address}. Take away what stands there, then {folder / _WHERE}, and publish again."
            )
        return cls(store, context.tenant, context.mode, folder, settings)

    def see(self) -> Seen | None:
        """The pointer as it stands, to be seen before the publication begins that is to follow it.

        Raises:
            NoGo: the store cannot be reached.
        """
        return self.store.see(POINTER)

    def keep(
        self,
        done: Published,
        as_at: datetime,
        seen: Seen | None,
        forget: bool = False,
        is_whole: Callable[[], bool] = lambda: True,
    ) -> None:
        """Bring the tables to what a version of the analysts' file says.

        Args:
            done: the version.
            as_at: when it was made.
            seen: the pointer, as it was seen before that version was begun.
            forget: take away at once what is none of the tables any more: a period was erased.
            is_whole: whether nothing was erased since the version was made; an erasure's own is.

        Raises:
            NoGo: a period was erased meanwhile, the pointer says what siller does not say, or the store cannot be
                reached.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomic(self.folder / _WHERE, self.store.address.encode())
        put: list[Object] = []
        with self._reading(done.path) as (connection, apart):
            while True:
                before = self._said(seen)
                files = tuple(self._files(connection, apart, done.version, (*put, *before.files), put))
                names = {each.name for each in files}
                gone = [Replaced(name=each.name, since=as_at) for each in before.files if each.name not in names]
                over = {each.name for each in before.replaced if forget or as_at - each.since >= KEPT}
                still = [each for each in before.replaced if each.name not in over]
                replaced = () if forget else (*still, *gone)
                tables = Tables(
                    tenant=self.tenant, mode=self.mode, version=done.version, published_at=as_at,
                    files=files, replaced=replaced,
                )  # fmt: skip
                if not is_whole():
                    self._remove(put)
                    raise NoGo(ERASED_MEANWHILE)
                if self.store.swap(POINTER, tables.model_dump_json().encode(), seen):
                    break
                seen = self.see()
                if not forget and self._said(seen).version >= done.version:
                    self._remove(put)
                    return  # another home's, which carried on from this one, or has less since something was erased
        self._sweep(tables, over, forget)

    def _remove(self, put: list[Object]) -> None:
        for each in put:
            self.store.remove(each.name)

    def withdraw(self) -> None:
        """Take everything away, the pointer first.

        Raises:
            NoGo: the store cannot be reached.
        """
        self.store.remove(POINTER)
        for name in self.store.names():
            self.store.remove(name)
        (self.folder / _WHERE).unlink(missing_ok=True)

    @contextmanager
    def _reading(self, path: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
        """Open a version of the analysts' file, and a folder for what is made of it."""
        apart = self.folder / ".tables"
        shutil.rmtree(apart, ignore_errors=True)  # of a process that was killed
        apart.mkdir(mode=0o700)
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self.settings.memory_limit,
            "threads": self.settings.threads,
            "temp_directory": str(apart),
        }
        try:
            with duckdb.connect(config=config) as connection:
                connection.execute(f"ATTACH {quote(str(path))} AS published (READ_ONLY)")
                connection.execute("SET VARIABLE most_rows = ?", [self.most_rows])
                connection.execute(_SPANS.read_text())
                yield connection, apart
        finally:
            shutil.rmtree(apart, ignore_errors=True)

    def _files(
        self,
        connection: duckdb.DuckDBPyConnection,
        apart: Path,
        version: int,
        there: tuple[Object, ...],
        put: list[Object],
    ) -> Iterator[Object]:
        """Every object of the tables: what is there of them as it is, else put there now."""
        known = {(each.table, each.span, each.made_of): each for each in there}
        states = "SELECT sha256(string_agg(state || ' ' || meaning, ',' ORDER BY state)) FROM published.states"
        spans = [(_OF_ALL, *connection.execute(states).fetchall()[0]), *connection.execute("FROM span").fetchall()]
        for span, made_of in spans:
            for table in TABLES:
                if (table == "states") is not (span == _OF_ALL):
                    continue
                found = known.get((table, span, made_of))
                if found is None:
                    name = f"{version:06d}-{table}-{span}-{secrets.token_hex(8)}.parquet"
                    rows = self._put(connection, table, span, apart / name)
                    found = Object(table=table, span=span, name=name, rows=rows, made_of=made_of)
                    put.append(found)
                yield found

    def _put(self, connection: duckdb.DuckDBPyConnection, table: str, span: str, path: Path) -> int:
        connection.execute("SET VARIABLE span = ?", [span])
        connection.execute(
            "CREATE OR REPLACE TEMP VIEW of_span AS "
            "SELECT run_id, tenant FROM run_span WHERE span = getvariable('span')"
        )
        query = _OWN.get(table, _OF_A_SPAN.format(table=table))
        counted = connection.execute(
            f"COPY ({query}) TO {quote(str(path))} (FORMAT parquet, COMPRESSION zstd)"
        ).fetchone()
        self.store.copy(path.name, path, sha256_of_file(path))
        path.unlink()
        assert counted is not None
        return int(counted[0])

    def _said(self, seen: Seen | None) -> Tables:
        return Tables.read(seen.data, self.store.address) if seen else Tables.none(self.tenant, self.mode)

    def _sweep(self, tables: Tables, over: set[str], forget: bool) -> None:
        """Remove what the pointer does not name any more, but for what a later publication may be putting there now."""
        named = {POINTER, *(each.name for each in tables.files), *(each.name for each in tables.replaced)}
        for name in self.store.names():
            number = name.partition("-")[0]
            is_earlier = number.isdecimal() and int(number) <= tables.version
            if name not in named and (forget or name in over or is_earlier):
                self.store.remove(name)


def check_reaches(context: TenantContext) -> None:
    """See that an erasure comes to what was published of a body.

    Raises:
        NoGo: its tables stand in a bucket that this machine's settings do not name.
    """
    before = _noted(context.paths.published(context.tenant))
    if PublishedParquet.of(context) is None and before:
        raise NoGo(
            f"Tables of {context.tenant} were published to {before}, and SILLER_PUBLISHED is not set. Set it as it "
            "was: what is erased has to go from there too. Nothing was erased."
        )


def _noted(folder: Path) -> str:
    note = folder / _WHERE
    return note.read_text() if note.exists() else ""
