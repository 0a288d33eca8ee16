"""That somebody has held siller's packages against the published advisories: siller itself has no internet to do it."""

from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.ledger import audit_log
from tasks.ledger.catalogue.carrying import AdvisoriesLooked
from tasks.ledger.journal import latest_of
from tasks.people.two_people import check_said
from tasks.settings import PROJECT
from tasks.storage.custody import sha256_of_file
from tasks.tenant_context import TenantContext

LOCK = PROJECT / "requirements.lock"


@dataclass(frozen=True)
class Look:
    """A look that was recorded.

    Attributes:
        by: who looked.
        on: the day.
        lock_sha256: of the list of packages then.
    """

    by: str
    on: date
    lock_sha256: str


def record_look(context: TenantContext, found: str, by: str, now: datetime) -> AdvisoriesLooked:
    """Record that the packages of this siller were held against the advisories.

    Args:
        context: the tenant's, in whose ledger it is kept.
        found: what came of it, in a sentence.
        by: an operator, who has proved who they are.
        now: the time that counts.

    Raises:
        NoGo: nothing is said of what was found, or the list of packages does not stand beside siller.
    """
    found, sha256 = check_said(found, "what was found"), hash_lock()
    if not sha256:
        raise NoGo(f"{LOCK.name} does not stand beside siller, so nobody knows what was looked up. Nothing was done.")
    look = AdvisoriesLooked(by, f"held siller's packages against the advisories: {found}", sha256)
    with context.ledger.transaction() as connection:
        audit_log.keep(connection, look, now)
    return look


def find_look(connection: duckdb.DuckDBPyConnection) -> Look | None:
    """The look that a tenant's ledger has last; None if it has none."""
    latest = latest_of(connection, AdvisoriesLooked)
    if latest is None:
        return None
    _, look, at = latest
    return Look(look.by, at.astimezone(LONDON).date(), look.lock_sha256)


def hash_lock() -> str:
    """SHA-256 of this siller's list of packages; empty where it does not stand beside siller."""
    return sha256_of_file(LOCK) if LOCK.exists() else ""
