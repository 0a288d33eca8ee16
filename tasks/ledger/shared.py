"""A ledger that several homes share: what belongs to it is a working copy of what a store has.

The bucket holds what the tenant's own keys encrypt, and beside it names, hashes and receipts: no payee.
"""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import duckdb

from schemas.no_go import NoGo
from tasks.ledger.erasures import list_erasures
from tasks.ledger.parts.listing import listed
from tasks.ledger.problem import Problem
from tasks.ledger.sealed_files import define_sealed_files
from tasks.settings import Settings
from tasks.storage.bucket_address import shared_store
from tasks.storage.commit import Taken
from tasks.storage.custody import open_bytes, seal_bytes
from tasks.storage.paths import OPENINGS, Paths
from tasks.storage.shared_folders import SharedFolders
from tasks.storage.working_copy import POINTER, WorkingCopy, take_pointer

_SEALED = """
SELECT sha256, bool_or(has_to_be_there) FROM sealed_file ANTI JOIN erased_file USING (sha256) GROUP BY ALL ORDER BY ALL
"""

_GATES = "gates"
"""Of a run's reports what stays where the gates were judged: pages with two dozen pictures and fonts, of verdicts that
the ledger has."""


def working_copy_of(settings: Settings, paths: Paths, tenant: str) -> WorkingCopy | None:
    """What the tenant has in the store; None where the home alone has its ledger.

    Raises:
        NoGo: the setting names no bucket, or the home's ledger is a working copy and no store is set.
    """
    note, store = paths.taken_commit(tenant), shared_store(settings, paths.mode, tenant)
    if store is None:
        if note.exists():
            raise NoGo(
                f"The ledger of {tenant} in {paths.root} is a working copy of a store ({note.name}), and SILLER_STORE "
                "is not set: two would pay from two ledgers. Set it, or use an empty SILLER_HOME."
            )
        return None
    if settings.outbox is None:
        raise NoGo(
            "SILLER_STORE is set, and SILLER_OUTBOX is not: homes that share a ledger would release into a folder "
            "each, where nothing stops a second one. Set SILLER_OUTBOX to a bucket."
        )
    return WorkingCopy(store, paths.root, note, tenant)


def say_commit(settings: Settings, paths: Paths, tenant: str) -> str:
    """At which commit the store is that homes share: another word at each; empty where the home alone has the ledger.

    Raises:
        NoGo: as :func:`working_copy_of` says, or the store cannot be reached.
    """
    copy = working_copy_of(settings, paths, tenant)
    seen = copy.store.see(POINTER) if copy else None
    return seen.version if seen else ""


def refuse_shared(settings: Settings, what: str) -> None:
    """Refuse what one home cannot do for all.

    Args:
        settings: of this machine.
        what: what is refused, as the beginning of a sentence.

    Raises:
        NoGo: homes share the ledger.
    """
    if settings.store is not None:
        raise NoGo(
            f"{what} is not for a ledger that homes share (SILLER_STORE): all of them are given the same keys, and no "
            "home can change those of the others. Nothing was done; take the body out of the store by a backup first."
        )


def say_empty(copy: WorkingCopy | None, paths: Paths, tenant: str) -> str:
    """What to say where a tenant has no ledger: where was looked, and what to do if that cannot be."""
    if copy is None:
        return f"{tenant} has no ledger in {paths.root}: nothing has been run there yet."
    return (
        f"{tenant} has no ledger in {copy.store.address} (SILLER_STORE): nothing has been run there yet. If something "
        "has, SILLER_STORE names another bucket or prefix here than on the machine that ran it. Hold the two against "
        "each other before anything is run."
    )


def take(copy: WorkingCopy, paths: Paths, tenant: str) -> Taken:
    """Take the ledger, what belongs to it, and who opened which continuity file anywhere.

    Raises:
        NoGo: as :meth:`WorkingCopy.take` says.
    """
    taken = copy.take(written_alone(paths, tenant), immutable(paths, tenant))
    take_pointer(copy.store, OPENINGS, paths.continuity_openings(tenant))
    for_people(copy, paths, tenant).fetch()  # what is made here is shared once the ledger has said what is erased
    return taken


class Settled(NamedTuple):
    """What stands here once a ledger is about to be closed.

    Attributes:
        named: the sealed parts and files that it names.
        shown: what people read, of which it has just said what is erased: what is made later is shared another time.
    """

    named: list[Path]
    shown: list[Path]


def commit(copy: WorkingCopy, taken: Taken, paths: Paths, tenant: str, settled: Settled) -> None:
    """Have the store keep a ledger that was closed, with all that belongs to it.

    Args:
        copy: the working copy.
        taken: what the work began with.
        paths: where things stand.
        tenant: whose.
        settled: what it was closed with.

    Raises:
        Fenced: another home has committed meanwhile.
        NoGo: the ledger was not closed cleanly, a file is missing, or the store cannot be reached.
    """
    ledger = paths.ledger(tenant)
    if ledger.with_name(f"{ledger.name}.wal").exists():
        raise NoGo(f"{ledger.name} was not closed cleanly, so nothing of it was committed. Start it again.")
    stands = copy.commit(taken, [*written_alone(paths, tenant), *settled.named], immutable(paths, tenant))
    for_people(copy, paths, tenant).bring_together(settled.shown, lambda: copy.is_last(stands))


def _shown(paths: Paths, tenant: str) -> Iterator[Path]:
    """The files here of what people read of a tenant's runs, and of what goes back to it or to the bank."""
    folders = [paths.to_the_body(tenant)]
    for of_runs in (paths.reports, paths.recalls, paths.payee_checks):
        folders += of_runs("").glob(f"{tenant}-*")
    for folder in folders:
        for path in folder.rglob("*"):
            is_whole = path.is_file() and not path.is_symlink() and not path.name.startswith(".")
            if is_whole and _GATES not in path.relative_to(folder).parts:
                yield path


def for_people(copy: WorkingCopy, paths: Paths, tenant: str) -> SharedFolders:
    """What people read of a tenant's runs, and what goes back to it or to the bank: shared beside the ledger."""
    return SharedFolders(
        copy.store,
        paths.root,
        paths.shared_files(tenant),
        partial(seal_bytes, paths=paths, tenant=tenant),
        partial(open_bytes, paths=paths, tenant=tenant),
    )


def find_changed(settings: Settings, paths: Paths, tenant: str) -> Iterator[Problem]:
    """Read all that homes share of a tenant; yield what is gone or was changed. Nothing where the home has it alone.

    Raises:
        NoGo: the store cannot be reached, or its pointer is not siller's.
    """
    copy = working_copy_of(settings, paths, tenant)
    if copy:
        yield from (Problem("store", said) for said in copy.find_changed())


def immutable(paths: Paths, tenant: str) -> tuple[str, str]:
    """The folders, below the tree, whose files never change: each has a name of its own or that of its bytes."""
    folders = paths.parts(tenant), paths.sealed(tenant, "").parent
    return folders[0].relative_to(paths.root).as_posix(), folders[1].relative_to(paths.root).as_posix()


def written_alone(paths: Paths, tenant: str) -> Iterator[Path]:
    """The files of the ledger that are there and that nobody writes but who holds it."""
    ledger, receipts = paths.ledger(tenant), paths.receipts(tenant)
    yield from sorted(ledger.parent.glob(f"{ledger.name}*"))
    yield from (path for path in [paths.ledger_checkpoint(tenant)] if path.exists())
    yield from sorted(receipts.glob("*.json"))
    for left in ("*.csv.age", "*.how-to-use.txt"):
        yield from sorted(paths.continuity_openings(tenant).parent.glob(left))


def sweep_erased(connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str) -> None:
    """Remove what this home still has of its own of periods that were erased, maybe in another home."""
    for (sha256,) in connection.execute("SELECT sha256 FROM erased_file").fetchall():
        paths.sealed(tenant, sha256).unlink(missing_ok=True)
    for (run_id,) in connection.execute("SELECT run_id FROM run SEMI JOIN erasure USING (period)").fetchall():
        for of_run in (paths.staging, paths.reports, paths.recalls, paths.payee_checks):
            shutil.rmtree(of_run(run_id), ignore_errors=True)
        for path in paths.given_back(run_id):
            path.unlink(missing_ok=True)
    for erasure in list_erasures(connection):
        for path in paths.correction_files(tenant, erasure.period):
            path.unlink(missing_ok=True)


def settle(connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str) -> Settled:
    """Before a ledger is closed: let this home have nothing of what was erased, and say what stands here then."""
    sweep_erased(connection, paths, tenant)
    return Settled(named_by(connection, paths, tenant), list(_shown(paths, tenant)))


def named_by(connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str) -> list[Path]:
    """The sealed parts and the sealed files that an open ledger names."""
    define_sealed_files(connection)
    parts = sorted({paths.parts(tenant) / part.name for part in listed(connection)})
    sealed = {paths.sealed(tenant, sha256): needed for sha256, needed in connection.execute(_SEALED).fetchall()}
    return [*parts, *(path for path, needed in sealed.items() if needed or path.exists())]
