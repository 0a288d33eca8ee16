"""The connection to a ledger: the one door to it.

Every stage, command and status look goes through :meth:`Ledger.opened`, which lets one process in at a time.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from stat import S_IMODE

import duckdb

from schemas.no_go import NoGo
from tasks.ledger import checkpoint, checksum, engine, rekey, shared, versions
from tasks.ledger.attaching import NotAttachedError, attach
from tasks.ledger.exclusive import exclusive
from tasks.ledger.parts import views
from tasks.ledger.payment_kind import define_payment_kind
from tasks.settings import Settings
from tasks.storage import keys
from tasks.storage.atomic_write import flush
from tasks.storage.commit import Taken
from tasks.storage.paths import Paths
from tasks.storage.working_copy import WorkingCopy

_PRIVATE = 0o600
_DDL = Path(__file__).with_name("ddl.sql")


@contextmanager
def all_or_nothing(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Run everything inside as one transaction of an open ledger: all of it or nothing."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


@dataclass(frozen=True)
class Ledger:
    """One tenant's book of record.

    Attributes:
        tenant: whose.
        paths: where it stands, and with that its mode.
        settings: DuckDB's memory, threads.
        patience: seconds to wait for another holder before giving up.
        key: what opens it, where that does not stand with it: a copy to try something out on has none beside it.
    """

    tenant: str
    paths: Paths
    settings: Settings
    patience: float = 60.0
    key: str | None = field(default=None, repr=False)

    @property
    def exists(self) -> bool:
        """Whether anything was ever recorded: here, or in the store that homes share."""
        return self._shared.exists if self._shared else self._file.exists()

    @property
    def lost(self) -> str | None:
        """Say in a sentence that there was a ledger and is none any more; None if that is not so.

        Of a ledger that homes share, opening it says that.
        """
        return None if self.exists or self._shared else checkpoint.alone(self.paths, self.tenant)

    @property
    def closed(self) -> str | None:
        """Say in a sentence why nobody can open it: gone, without its key, broken, or in use; None if it opens."""
        try:
            if self.exists or self.lost:
                with self.opened():
                    pass
        except NoGo as said:
            return str(said)
        except duckdb.Error:  # its message might hold a row
            return f"The ledger of {self.tenant} cannot be read: its bytes have changed. Restore the newest backup."
        return None

    @property
    def changed(self) -> str | None:
        """Say in a sentence that the ledger's bytes are not what its last holder left, every one of them read."""
        with self.held():
            return self._not_as_left if self._file.exists() and checksum.differs(self._file, surely=True) else None

    @contextmanager
    def opened(self, create: bool = False, beside: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the ledger for one stage, alone; a few hundredths of a second.

        Never hold it across a suspend, a child process or the writing of a file. SQL reaches no file but the
        ledger's own, and no setting.

        Args:
            create: make the ledger if there is none, as ingest does.
            beside: a folder in which other databases may be attached.

        Raises:
            LedgerBusy: another process held it for longer than ``patience``.
            Fenced: another home has written meanwhile, so that nothing of this was kept.
            NoGo: there is no ledger or no longer one, or the ledger or its key is not what it was.
        """
        if said := self.lost:
            raise NoGo(said)
        if not create and not self.exists:
            raise NoGo(shared.say_empty(self._shared, self.paths, self.tenant))
        with self.held() as taken, self.worked_on(taken, beside) as connection:
            yield connection

    @contextmanager
    def put_into_store(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Make what stands in this home alone the first that homes share, and run what records that as a transaction.

        Raises:
            LedgerBusy: another process held it for longer than ``patience``.
            NoGo: the store has a ledger of the tenant, or the one here is not what it was.
        """
        assert self._shared
        with (
            exclusive(self.paths.ledger_lock(self.tenant), self.tenant, self.patience),
            self.worked_on(self._shared.begin()) as connection,
            all_or_nothing(connection),
        ):
            yield connection

    @contextmanager
    def worked_on(self, taken: Taken | None, beside: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the ledger that is :meth:`held`; where homes share it, have the store keep what stands there then."""
        settled: shared.Settled | None = None
        try:
            with self._connection(beside) as connection:
                views.define(connection, self.paths.parts(self.tenant))
                try:
                    yield connection
                    checkpoint.advance(connection, self.paths.ledger_checkpoint(self.tenant))
                finally:
                    settled = shared.settle(connection, self.paths, self.tenant) if taken else None
        finally:
            if self._shared and taken and settled:
                shared.commit(self._shared, taken, self.paths, self.tenant, settled)

    @contextmanager
    def transaction(self, create: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the ledger and run everything inside as one transaction: all of it or nothing.

        Args:
            create: make the ledger if there is none.
        """
        with self.opened(create) as connection, all_or_nothing(connection):
            yield connection

    @contextmanager
    def as_it_is(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a ledger of whatever version, alone: to ask for its version, or to bring it to this siller's.

        Raises:
            LedgerBusy: another process held it for longer than ``patience``.
            NoGo: the ledger or its key is not what it was.
        """
        with self.held(), self._attached() as (connection, _):
            yield connection

    def copied_to(self, paths: Paths) -> "Ledger":
        """Copy the ledger to another place, to try something out on; it opens with the same key.

        A ledger that is open must never be copied by its path: call it while the ledger is :meth:`held`.

        Raises:
            NoGo: its key is gone, or its bytes have changed.
        """
        copy = paths.ledger(self.tenant)
        self._check_bytes()
        key = self._key()
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(self._file, copy)
        if self._log.exists():  # a killed process leaves its last transactions there
            shutil.copyfile(self._log, copy.with_name(self._log.name))
        parts = self.paths.parts(self.tenant)
        if parts.exists():
            shutil.copytree(parts.absolute(), paths.parts(self.tenant), copy_function=os.symlink)
        return replace(self, paths=paths, key=key, settings=self.settings.model_copy(update={"store": None}))

    @contextmanager
    def held(self) -> Iterator[Taken | None]:
        """Keep everybody out for as long as the block runs; inside, the ledger may be copied by its path.

        Other homes that share the ledger are not kept out: the store keeps the work of one of them, as
        :meth:`opened` says.

        Yields:
            what was taken from the store; None where the home alone has the ledger.

        Raises:
            LedgerBusy: another process held it for longer than ``patience``.
            NoGo: the store cannot be reached, or is not what it was.
        """
        with exclusive(self.paths.ledger_lock(self.tenant), self.tenant, self.patience):
            taken = shared.take(self._shared, self.paths, self.tenant) if self._shared else None
            rekey.settle(self._file, self._key_file)
            yield taken

    @cached_property
    def _shared(self) -> WorkingCopy | None:
        return shared.working_copy_of(self.settings, self.paths, self.tenant)

    def rekey(self, last: Callable[[duckdb.DuckDBPyConnection], object], anew: bool = True) -> None:
        """Copy the whole ledger, encrypted with a new key. Call it while the ledger is :meth:`held`.

        However it is interrupted, the ledger opens afterwards, with the old key or with the new one.

        Args:
            last: what is still to be recorded in the copy.
            anew: whether the key is a new one; else it stays, and the copy alone has nothing of what was deleted.

        Raises:
            NoGo: the copy is not the ledger, or the environment gives the key.
        """
        key = keys.other_key(self._key_file) if anew else self._key()
        with self._connection(beside=self._file.parent) as connection:
            rekey.copy_under_key(connection, self._file, key, last)
        was = checksum.lift(self._file)
        rekey.swap(self._file, self._key_file, key if anew else None)
        checksum.keep(self._file, was)

    @property
    def _file(self) -> Path:
        return self.paths.ledger(self.tenant)

    @property
    def _log(self) -> Path:
        return self._file.with_name(f"{self._file.name}.wal")

    def replace_by(self, copy: "Ledger") -> None:
        """Let a closed copy take the ledger's place, in one step. Call it while the ledger is :meth:`held`.

        Raises:
            NoGo: the last process that worked with one of them did not close it, so what it wrote would be lost.
        """
        if self._log.exists() or copy._log.exists():
            raise NoGo(f"{self._file.name} was not closed cleanly, so it stays as it is. Try again.")
        flush(copy._file)
        was = checksum.lift(self._file)
        copy._file.replace(self._file)
        flush(self._file.parent)
        checksum.keep(self._file, was)

    @property
    def _not_as_left(self) -> str:
        return (
            f"The ledger of {self.tenant} is not the file that siller closed last, as {checksum.beside(self._file)} "
            "has it: its bytes have changed, or another ledger stands in its place. It was not opened. Restore the "
            "newest backup, and release nothing until then."
        )

    def _check_bytes(self) -> None:
        if self._file.exists() and checksum.differs(self._file):
            raise NoGo(self._not_as_left)

    @contextmanager
    def _connection(self, beside: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._attached(beside) as (connection, version):
            if version is None:
                self._make(connection)
            else:
                versions.check(self.tenant, version)
            define_payment_kind(connection)
            yield connection

    @contextmanager
    def _attached(self, beside: Path | None = None) -> Iterator[tuple[duckdb.DuckDBPyConnection, int | None]]:
        self._check_bytes()
        was = checksum.lift(self._file)
        leave: Callable[[Path, checksum.State | None], object] = checksum.put_back
        try:
            with self._started(beside) as connection:
                version = versions.version_of(connection)
                # Not of what did not open, nor of what an earlier siller may go on with.
                leave = checksum.keep if version in (None, versions.VERSION) else checksum.forget
                yield connection, version
        finally:
            leave(self._file, was)

    @contextmanager
    def _started(self, beside: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
        spill = self.paths.spill(self.tenant)
        # A killed process leaves its spill behind, and DuckDB then refuses to encrypt the next one. The lock says
        # that nobody else works on this tenant.
        shutil.rmtree(spill, ignore_errors=True)
        spill.mkdir(parents=True, mode=0o700)
        connection = engine.start(self.settings, spill)
        try:
            self._attach(connection)
            engine.lock(connection, [beside] if beside else [])
            yield connection
        finally:
            connection.close()

    @property
    def _key_file(self) -> Path:
        return self.paths.key(self.tenant, "ledger")

    def _key(self) -> str:
        return self.key or keys.load_or_create(self._key_file, keys.random_key, in_use=self._file.exists())

    def _attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        try:
            attach(connection, self._file, "ledger", self._key())
        except NotAttachedError as failed:
            raise NoGo(
                f"The ledger of {self.tenant} does not open with the key in {self._key_file}. {failed} Release nothing "
                "until then."
            ) from None
        connection.execute("USE ledger")
        if S_IMODE(self._file.stat().st_mode) != _PRIVATE:
            self._file.chmod(_PRIVATE)

    def _make(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.begin()
        connection.execute(_DDL.read_text())
        connection.execute(f"CREATE TABLE ledger_version AS SELECT {versions.VERSION} AS version")
        connection.commit()
