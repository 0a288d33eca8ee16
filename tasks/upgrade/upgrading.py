"""Upgrade a tenant's ledger: a backup, a copy that is migrated and verified, and the copy in the ledger's place.

The ledger itself is not touched before the very last step, a rename. Killed anywhere, it stands at the old version or
at the new one, and the upgrade can be started again.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
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
from tasks.storage.paths import Places
from tasks.tenant_context import Office, list_with_ledger, list_without_agreement


@dataclass(frozen=True)
class Due:
    """A ledger that is to be upgraded.

    Attributes:
        office: whose.
        version: that it has.
    """

    office: Office
    version: int

    @property
    def backup(self) -> Path:
        """The backup that is made first."""
        return self.office.places.upgrade_backup(self.office.tenant, self.version)

    def __str__(self) -> str:
        """What is going to be done, step by step."""
        steps = " ".join(f"Version {step.version}: {step.title}." for step in versions.after(self.version))
        return f"{self.office.tenant} ({self.office.mode}), version {self.version} to {versions.VERSION}. {steps}"


def due(settings: Settings) -> tuple[list[Due], list[str]]:
    """The ledgers of this machine that are to be upgraded, and a sentence for each that cannot be looked into."""
    found, refused = [], []
    for office in list_with_ledger(settings):
        try:
            with office.ledger.opened():
                pass
        except versions.OlderVersion as older:
            found.append(Due(office, older.version))
        except NoGo as said:
            refused.append(f"{office.tenant} ({office.mode}): {said}")
        except duckdb.Error:  # its message might hold a row
            refused.append(f"{office.tenant} ({office.mode}): {office.ledger.closed}")
    return found, [*refused, *list_without_agreement(settings)]


def upgrade(which: Due, by: str, now: datetime) -> None:
    """Upgrade a ledger. Stopped at any line, it is started again.

    Args:
        which: the ledger.
        by: the account that does it.
        now: when.

    Raises:
        NoGo: a run is at work, the ledger is in use or does not hold, or the disk is full. Nothing was changed.
    """
    office, ledger = which.office, which.office.ledger
    with _room(office), _turn(office):
        with ledger.as_it_is() as connection:
            if versions.version_of(connection) != which.version:  # somebody else was quicker
                return
            connection.execute("CHECKPOINT ledger")  # what a killed process left in the log, so that a copy has it
        with ledger.held():
            sealing = identities(office.places, office.tenant)[0].to_public()
            which.backup.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            keep(office, which.backup, [sealing], by, now)
            with _nowhere(office) as nowhere:
                copy = ledger.copied_to(nowhere)
                with copy.as_it_is() as connection:
                    migrate(connection, by, now, sha256_of_file(which.backup))
                    connection.execute("CHECKPOINT ledger")
                _prove(copy)
                ledger.replace_by(copy)


def _prove(copy: Ledger) -> None:
    with copy.opened() as connection:
        for problem in verify.problems(connection):
            raise NoGo(
                f"The ledger of {copy.tenant} does not hold, so it was not upgraded, and stands as it was: "
                f"{problem.where}: {problem.what} Find out why with the siller that made it (siller verify)."
            )


@contextmanager
def _nowhere(office: Office) -> Iterator[Places]:
    """A folder for the copy, which a killed upgrade leaves and the next one clears."""
    folder = office.places.upgrading(office.tenant)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield Places(folder, Mode.LIVE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _turn(office: Office) -> Iterator[None]:
    """Let no run of the tenant work meanwhile; one that waits for its approval is at work for nobody."""
    lock = office.places.turn(office.tenant)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise NoGo(
            f"A run of {office.tenant} ({office.mode}) is at work, so its ledger was not upgraded. Try again when it "
            "waits or has ended."
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _room(office: Office) -> Iterator[None]:
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if not is_full(error):
            raise
    else:
        return
    whose = f"{office.tenant} ({office.mode})"
    raise NoGo(
        f"The disk of {office.settings.home} is full, so the ledger of {whose} was not upgraded and stands as it was. "
        "Make room for a backup and a copy of it there, then start again: siller upgrade"
    )
