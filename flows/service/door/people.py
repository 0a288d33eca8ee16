"""Who asks: siller itself, or a person by name and password, and what their bodies' agreements let them do."""

import base64
import binascii
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from prefect.logging import get_logger

from flows.service import environment
from schemas.agreement import Agreement, Role
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.people import door
from tasks.people.door import Grant, Kept
from tasks.settings import Settings

Read = TypeVar("Read")


class Unchanged(Generic[Read]):
    """What was read of a file, until the file is another.

    Args:
        file: which.
        read: how it is read.
    """

    def __init__(self, file: Path, read: Callable[[], Read]) -> None:
        self._file, self._read = file, read
        self._seen: tuple[int, ...] | None = None

    def get(self) -> Read:
        """What stands there."""
        seen = _look_of(self._file)
        if seen != self._seen:
            self._known, self._seen = self._read(), seen
        return self._known


def _look_of(file: Path) -> tuple[int, ...]:
    try:
        found = file.stat()
    except FileNotFoundError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


@dataclass(frozen=True)
class Caller:
    """A person at the door.

    Attributes:
        name: who they are; ``siller`` for the operator of the installation.
        grants: what their password opens; None for the operator's, which opens every body.
        roles_at: what a body's agreement lets somebody do, by body and name.
    """

    name: str
    grants: frozenset[Grant] | None
    roles_at: Callable[[str, str], frozenset[Role]]

    @property
    def tags(self) -> list[str] | None:
        """The tag of what they may see, none once the agreement names them no more; None for everything.

        A password is for one body, so there is never a second tag.
        """
        if self.grants is None:
            return None
        return sorted({f"tenant:{g.tenant}" for g in self.grants if self.roles_at(g.tenant, g.name)})

    def sees(self, tenant: str, mode: Mode) -> bool:
        """Whether they may see a body's runs of a mode; nobody's once the agreement names them no more."""
        if self.grants is None:
            return True
        return any(g.covers(tenant, mode) and self.roles_at(tenant, g.name) for g in self.grants)

    def acting_for(self, tenant: str, mode: Mode, roles: Iterable[Role]) -> str | None:
        """Who they are to a body, if they have one of these roles there; None if they may not act for it."""
        if self.grants is None:
            return self.name
        names = (g.name for g in self.grants if g.covers(tenant, mode))
        return next((name for name in names if self.roles_at(tenant, name) & set(roles)), None)


class People:
    """Everybody who may come.

    Args:
        settings: of this machine.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        home = settings.home
        self._operator = Unchanged(environment.password_file(home), lambda: environment.password(home))
        self._passwords = Unchanged(door.file_of(home), self._kept)
        self._agreements: dict[str, Unchanged[Agreement]] = {}

    def caller(self, given: str) -> Caller | None:
        """Who it is that gave this name and password; None if they are not those of anybody."""
        if hmac.compare_digest(given.encode(), self._operator.get().encode()):
            return Caller(environment.OPERATOR, None, self.roles_at)
        name, _, password = given.partition(":")
        grants = door.find_grants(self._passwords.get(), name, password)
        return Caller(next(iter(grants)).name, grants, self.roles_at) if grants else None

    def _kept(self) -> list[Kept]:
        try:
            return door.read_passwords(self._settings.home)
        except NoGo as damaged:
            get_logger("door").error(str(damaged))
            return []

    def roles_at(self, tenant: str, name: str) -> frozenset[Role]:
        """What a body's agreement, as it is now, lets somebody do; nothing where it cannot be read."""
        file = self._settings.contracts / tenant / "agreement.yaml"
        agreed = self._agreements.setdefault(tenant, Unchanged(file, lambda: Agreement.load(file)))
        try:
            agreement = agreed.get()
        except NoGo:
            return frozenset()
        return frozenset(role for person in agreement.people if person.name == name for role in person.roles)


def read_credentials(header: bytes) -> str | None:
    """The name and password of an ``Authorization`` header; None if it brings none."""
    scheme, _, encoded = header.partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True)
    except binascii.Error:
        return None
    try:
        return decoded.decode()
    except UnicodeDecodeError:
        return decoded.decode("latin-1")  # as Prefect's page sends a name with letters such as ë
