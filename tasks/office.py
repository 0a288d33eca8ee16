"""What every stage of one tenant's runs needs at hand."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from schemas.agreement import Agreement
from schemas.bank_days import BankDays
from schemas.bank_holidays import NONE_ANNOUNCED, Announcements
from schemas.contract.contract import Contract
from schemas.key_dates import BodyCalendar
from schemas.no_go import NoGo
from schemas.pay_run import Mode, PayRun
from tasks.ledger import Ledger
from tasks.places import Places
from tasks.settings import Settings


@dataclass(frozen=True)
class Office:
    """One tenant in one mode: its contract, its agreement, its places and its ledger.

    Attributes:
        tenant: whose payments.
        mode: live or rehearsal.
        settings: of this machine.
    """

    tenant: str
    mode: Mode
    settings: Settings

    @classmethod
    def of_run(cls, run_id: str, settings: Settings) -> "Office":
        """The office that a run belongs to."""
        run = PayRun.of(run_id)
        return cls(run.tenant, run.mode, settings)

    def at(self, home: Path) -> "Office":
        """The same tenant's office with its state in another place."""
        return replace(self, settings=self.settings.model_copy(update={"home": home}))

    @cached_property
    def places(self) -> Places:
        """Where things stand."""
        return Places(self.settings.home, self.mode)

    @cached_property
    def ledger(self) -> Ledger:
        """The tenant's book of record."""
        return Ledger(self.tenant, self.places, self.settings)

    @cached_property
    def contract(self) -> Contract:
        """What the tenant sends."""
        return Contract.load(self._folder / "extract.odcs.yaml")

    @cached_property
    def agreement(self) -> Agreement:
        """How the tenant is paid out."""
        return Agreement.load(self._folder / "agreement.yaml")

    @cached_property
    def bank_days(self) -> BankDays:
        """The Bacs calendar, with the holidays announced since it was published."""
        path = self.settings.announced_holidays
        return BankDays(Announcements.load(path) if path else NONE_ANNOUNCED)

    @cached_property
    def calendar(self) -> BodyCalendar:
        """The Bacs calendar as the tenant lives by it."""
        return BodyCalendar(self.agreement, self.bank_days)

    @cached_property
    def contract_sha256(self) -> str:
        """Which contract: the SHA-256 of its file."""
        return hashlib.sha256((self._folder / "extract.odcs.yaml").read_bytes()).hexdigest()

    @cached_property
    def agreement_sha256(self) -> str:
        """Which agreement: the SHA-256 of its file."""
        return hashlib.sha256((self._folder / "agreement.yaml").read_bytes()).hexdigest()

    @property
    def _folder(self) -> Path:
        known = tenants(self.settings)
        if self.tenant not in known:
            raise NoGo(f"There is no tenant {self.tenant!r}. The tenants are: {', '.join(known) or 'none'}.")
        return self.settings.contracts / self.tenant


def tenants(settings: Settings) -> list[str]:
    """Every tenant that this machine has an agreement with."""
    return sorted(path.parent.name for path in settings.contracts.glob("*/agreement.yaml"))


def every_office(settings: Settings) -> Iterator[Office]:
    """Every tenant that has a ledger on this machine, or something that says that there was one; live ones first."""
    for mode in Mode:
        root = Places(settings.home, mode).root
        left = [*root.glob("ledgers/*.duckdb"), *root.glob("ledgers/*.head.json"), *root.glob("receipts/*")]
        for tenant in sorted({path.name.partition(".")[0] for path in left}):
            yield Office(tenant, mode, settings)


def agreed(settings: Settings) -> Iterator[Office]:
    """Every tenant that this machine has an agreement with, in both modes; then every office left without one."""
    known = tenants(settings)
    yield from (Office(tenant, mode, settings) for mode in Mode for tenant in known)
    yield from (office for office in every_office(settings) if office.tenant not in known)


def openable(settings: Settings) -> Iterator[tuple[Office, str]]:
    """Every office, with a sentence that says why it cannot be looked into; an empty one if it can.

    One that has no agreement, no key or a damaged ledger is said on its own, and stands in nobody else's way.
    """
    for office in every_office(settings):
        try:
            _ = office.agreement
            if not (said := office.ledger.lost):
                with office.ledger.opened():
                    pass
        except NoGo as refused:
            said = str(refused)
        yield office, said or ""
