"""The passwords by which people come to the Prefect server: one a person and body, made by siller and kept as a hash.

A password opens a page; it approves nothing. It is made at random, 192 bits of it, so that nobody guesses it, and each
is taken away alone. Who has two bodies' agreements behind them has a password for each: the people of one body cannot
let somebody in at another's.
"""

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.ledger import audit_log, sha256_of
from tasks.ledger.catalogue.events import Door
from tasks.ledger.journal import entries_since
from tasks.ledger.problem import Problem
from tasks.storage import keys
from tasks.tenant_context import TenantContext

_FILE = "people.json"
_OTHER = (
    "The password of {name} for the Prefect page is not the one by which the ledger let them in: it was changed or put "
    "there by hand, or it is lost. Give them another: siller people door {name}."
)


@dataclass(frozen=True)
class Grant:
    """What a password opens.

    Attributes:
        name: whose it is, as the body's agreement has it.
        tenant: the body.
        mode: live opens its rehearsals too; who was let in by the people of rehearsals sees nothing live opened.
    """

    name: str
    tenant: str
    mode: Mode

    def covers(self, tenant: str, mode: Mode) -> bool:
        """Whether it opens a run of this body and mode."""
        return self.tenant == tenant and self.mode in (Mode.LIVE, mode)


@dataclass(frozen=True)
class Kept(Grant):
    """A password as it stands in the file: what it opens, and what it hashes to."""

    salt: str
    hashed: str

    @property
    def digest(self) -> str:
        """SHA-256 over all of it."""
        return sha256_of(*astuple(self))


def file_of(home: Path) -> Path:
    """Where the hashes stand, mode 0600."""
    return home / "prefect" / _FILE


def let_in(context: TenantContext, name: str, vouched_by: tuple[str, ...], now: datetime) -> str:
    """Give a person a new password, in the place of the one that they had; returns it, to be shown once.

    Args:
        context: the body's, in the mode that it opens.
        name: as the agreement has it.
        vouched_by: who let them be let in.
        now: when.
    """
    password = secrets.token_urlsafe(24)
    salt = secrets.token_hex(16)
    one = Kept(name, context.tenant, context.mode, salt, _hashed(password, salt))
    said = f"let {name} in at the Prefect server, with a password of their own"
    _record(context, Door(" and ".join(vouched_by), said, name, one.digest), now)
    with _changed(context.settings.home) as passwords:
        passwords[:] = [each for each in passwords if not _is_of(each, context, name)] + [one]
    return password


def shut_out(context: TenantContext, name: str, by: str, now: datetime) -> None:
    """Take a person's password away; everybody else's stays.

    Raises:
        NoGo: they have none.
    """
    with _changed(context.settings.home) as passwords:
        left = [each for each in passwords if not _is_of(each, context, name)]
        if len(left) == len(passwords):
            raise NoGo(f"{name} has no password for the Prefect server by {context.tenant}. Nothing was done.")
        passwords[:] = left
    _record(context, Door(by, f"took away the password of {name} for the Prefect server", name), now)


def find_grants(passwords: Sequence[Kept], name: str, password: str) -> frozenset[Grant]:
    """The same, of passwords that have been read."""
    theirs = [each for each in passwords if each.name.casefold() == name.strip().casefold()]
    return frozenset(
        Grant(each.name, each.tenant, each.mode)
        for each in theirs
        if hmac.compare_digest(each.hashed, _hashed(password, each.salt))
    )


def _is_of(one: Kept, context: TenantContext, name: str) -> bool:
    return (one.name, one.tenant, one.mode) == (name, context.tenant, context.mode)


def _hashed(password: str, salt: str) -> str:
    """A hash that costs nothing: nobody guesses 192 random bits, and anybody may send a password to be tried.

    One that is slow on purpose, as for passwords that people think of, kept everybody out for a minute when somebody
    sent some hundred wrong ones.
    """
    return hashlib.blake2b(password.encode(errors="replace"), salt=bytes.fromhex(salt)).hexdigest()


def problems(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> Iterator[Problem]:
    """Hold what is kept of passwords against what the ledger says of who was let in; yield what does not hold.

    Whoever an earlier siller let in is not in question: it noted nothing of the password. Nor is a file that is not
    there: by that nobody comes in.
    """
    if not file_of(context.settings.home).exists():
        return
    try:
        kept = read_passwords(context.settings.home)
    except NoGo as damaged:
        yield Problem(_FILE, str(damaged))
        return
    latest: dict[str | None, str | None] = {}
    for _, entry in entries_since(connection, Door, datetime.min.replace(tzinfo=UTC)):
        latest.setdefault(entry.name, entry.digest)
    of_this = {each.name: each.digest for each in kept if (each.tenant, each.mode) == (context.tenant, context.mode)}
    for name in sorted({*of_this} | {name for name, digest in latest.items() if name and digest}):
        is_earlier = None in latest and name not in latest
        if of_this.get(name) != latest.get(name) and not is_earlier:
            yield Problem(_FILE, _OTHER.format(name=name))


def _record(context: TenantContext, act: Door, now: datetime) -> None:
    with context.ledger.transaction(create=True) as connection:
        audit_log.keep(connection, act, now)


def read_passwords(home: Path) -> list[Kept]:
    """Every password, as it is kept.

    Raises:
        NoGo: the file is damaged.
    """
    try:
        found = json.loads(file_of(home).read_text())
        return [Kept(**each | {"mode": Mode(each["mode"])}) for each in found]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, KeyError):
        raise NoGo(
            f"{file_of(home)} is damaged, so nobody is let in by it. Take the file away and let each person in again: "
            "siller people door NAME."
        ) from None


@contextmanager
def _changed(home: Path) -> Iterator[list[Kept]]:
    """What is kept, to be changed in place and written back in one step; one writer at a time."""
    lock = file_of(home).with_suffix(".lock")
    lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        passwords = read_passwords(home)
        yield passwords
        keys.replace_key(file_of(home), json.dumps([asdict(each) for each in passwords], indent=1))
    finally:
        os.close(descriptor)
