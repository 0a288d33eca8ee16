"""Upgrade a tenant's ledger: a backup, a copy that is migrated and verified, and the copy in the ledger's place.

The ledger itself is not touched before the very last step, a rename. Killed anywhere, it stands at the old version or
at the new one, and the upgrade can be started again.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.backup.making import keep
from tasks.error_boundary import is_full
from tasks.ledger import Ledger, verify, versions
from tasks.ledger.migrating import migrate
from tasks.settings import Settings
from tasks.storage.custody import identities, sha256_of_file
from tasks.storage.paths import Paths
from tasks.tenant_context import TenantContext, list_with_ledger, list_without_agreement


@dataclass(frozen=True)
class Due:
    """A ledger that is to be upgraded.

    Attributes:
        context: whose.
        version: that it has.
    """

    context: TenantContext
    version: int

    @property
    def backup(self) -> Path:
        """The backup that is made first."""
        return self.context.paths.upgrade_backup(self.context.tenant, self.version)

    def __str__(self) -> str:
        """What is going to be done, step by step."""
        steps = " ".join(f"Version {step.version}: {step.title}." for step in versions.after(self.version))
        return f"{self.context.tenant} ({self.context.mode}), version {self.version} to {versions.VERSION}. {steps}"


def due(settings: Settings, look: Callable[[TenantContext], int | None]) -> tuple[list[Due], list[str]]:
    """The ledgers of this machine that are to be upgraded, and a sentence for each that cannot be looked into.

    Args:
        settings: of this machine.
        look: looks into one, as :func:`due_version` does.
    """
    found, refused = [], []
    for context in list_with_ledger(settings):
        try:
            if version := look(context):
                found.append(Due(context, version))
        except NoGo as said:
            refused.append(f"{context.tenant} ({context.mode}): {said}")
    return found, [*refused, *list_without_agreement(settings)]


def due_version(context: TenantContext) -> int | None:
    """The version of a ledger that is to be upgraded; None for one that is not.

    Raises:
        NoGo: it cannot be looked into.
    """
    try:
        with context.ledger.opened():
            return None
    except versions.OlderVersion as older:
        return older.version
    except duckdb.Error:  # its message might hold a row
        said = context.ledger.closed
    raise NoGo(str(said))


def upgrade(which: Due, by: str, now: datetime) -> None:
    """Upgrade a ledger. Stopped at any line, it is started again.

    Args:
        which: the ledger.
        by: the account that does it.
        now: when.

    Raises:
        NoGo: a run is at work, the ledger is in use or does not hold, or the disk is full. Nothing was changed.
    """
    context, ledger = which.context, which.context.ledger
    with _room(context), _turn(context):
        with ledger.as_it_is() as connection:
            if versions.version_of(connection) != which.version:  # somebody else was quicker
                return
            connection.execute("CHECKPOINT ledger")  # what a killed process left in the log, so that a copy has it
        with ledger.held() as taken:
            sealing = identities(context.paths, context.tenant)[0].to_public()
            which.backup.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            keep(context, which.backup, [sealing], by, now)
            with _nowhere(context) as nowhere:
                copy = ledger.copied_to(nowhere)
                with copy.as_it_is() as connection:
                    migrate(connection, by, now, sha256_of_file(which.backup))
                    connection.execute("CHECKPOINT ledger")
                _prove(copy)
                ledger.replace_by(copy)
            if taken:  # homes share it: from here on all of them have the new one
                with ledger.worked_on(taken):
                    pass


def _prove(copy: Ledger) -> None:
    with copy.opened() as connection:
        for problem in verify.problems(connection, copy.paths.parts(copy.tenant)):
            raise NoGo(
                f"The ledger of {copy.tenant} does not hold, so it was not upgraded, and stands as it was: "
                f"{problem.where}: {problem.what} Find out why with the siller that made it (siller verify)."
            )


@contextmanager
def _nowhere(context: TenantContext) -> Iterator[Paths]:
    """A folder for the copy, which a killed upgrade leaves and the next one clears."""
    folder = context.paths.upgrading(context.tenant)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield Paths(folder, Mode.LIVE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _turn(context: TenantContext) -> Iterator[None]:
    """Let no run of the tenant work meanwhile; one that waits for its approval is at work for nobody."""
    lock = context.paths.turn(context.tenant)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise NoGo(
            f"A run of {context.tenant} ({context.mode}) is at work, so its ledger was not upgraded. Try again when it "
            "waits or has ended."
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _room(context: TenantContext) -> Iterator[None]:
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if not is_full(error):
            raise
    else:
        return
    whose = f"{context.tenant} ({context.mode})"
    raise NoGo(
        f"The disk of {context.settings.home} is full, so the ledger of {whose} was not upgraded and stands as it was. "
        "Make room for a backup and a copy of it there, then start again: siller upgrade"
    )
