"""The tenant context: what every stage of one tenant's runs needs at hand."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from schemas.agreement import Agreement
from schemas.bank_days import BankDays
from schemas.bank_holidays import NONE_ANNOUNCED, Announcements
from schemas.contract.contract import Contract
from schemas.contract.due import Due
from schemas.documents import Draft
from schemas.incoming import Incoming, read
from schemas.key_dates import BodyCalendar
from schemas.no_go import NoGo
from schemas.pay_run import Mode, PayRun, is_tenant
from schemas.payee_checks.profile import PROFILES, PayeeCheckProfile
from schemas.period import Period
from schemas.rails.channel import Channels
from schemas.sanitise import sanitise
from schemas.vouchers.channel import FOLDER as VOUCHER_CHANNELS
from schemas.vouchers.channel import VoucherChannel
from tasks.ledger import Ledger
from tasks.settings import Settings
from tasks.storage.paths import Paths

_CONTRACT, _AGREEMENT = "extract.odcs.yaml", "agreement.yaml"


@dataclass(frozen=True)
class TenantContext:
    """One tenant in one mode: its contract, its agreement, its paths and its ledger.

    Attributes:
        tenant: whose payments.
        mode: live or rehearsal.
        settings: of this machine.

    Raises:
        NoGo: there is no agreement with such a tenant. So nothing is ever looked for, locked or made under a name
            that came from outside and that nobody agreed on.
    """

    tenant: str
    mode: Mode
    settings: Settings

    def __post_init__(self) -> None:
        if not (is_tenant(self.tenant) and (self._folder / _AGREEMENT).exists()):
            known = ", ".join(tenants(self.settings)) or "none"
            raise NoGo(f"There is no tenant {sanitise(self.tenant)!r}. The tenants are: {known}.")

    @classmethod
    def of_run(cls, run_id: str, settings: Settings) -> "TenantContext":
        """The tenant context that a run belongs to."""
        run = PayRun.of(run_id)
        return cls(run.tenant, run.mode, settings)

    def at(self, home: Path) -> "TenantContext":
        """The same tenant's context with its state in another place, and there alone."""
        return replace(self, settings=self.settings.model_copy(update={"home": home, "store": None, "published": None}))

    @cached_property
    def paths(self) -> Paths:
        """Where things stand."""
        return Paths(self.settings.home, self.mode)

    @cached_property
    def ledger(self) -> Ledger:
        """The tenant's book of record."""
        return Ledger(self.tenant, self.paths, self.settings)

    @cached_property
    def contract(self) -> Contract:
        """What the tenant sends."""
        return Contract.parsed(self._contract, _CONTRACT)

    @cached_property
    def agreement(self) -> Agreement:
        """How the tenant is paid out."""
        return Agreement.parsed(self._agreement, _AGREEMENT, self.channels)

    @cached_property
    def channels(self) -> Channels:
        """Which channels a rail may be, as they were when they were read."""
        return Channels.read(self.settings.contracts)

    @cached_property
    def bank_days(self) -> BankDays:
        """The Bacs calendar, with the holidays announced since it was published."""
        path = self.settings.announced_holidays
        return BankDays(Announcements.load(path) if path else NONE_ANNOUNCED)

    @cached_property
    def calendar(self) -> BodyCalendar:
        """The Bacs calendar as the tenant lives by it."""
        return BodyCalendar(self.agreement, self.bank_days)

    def due(self, pay_date: date, period: Period) -> Due:
        """What the rows of a run are due for.

        Args:
            pay_date: when payees have their money, by the run's manifest.
            period: the run's.

        Raises:
            NoGo: rows name one of the period's pay days, and it is none of the body's, or has none.
        """
        several = self.contract.has_several_pay_days
        return Due(pay_date, period, self.agreement.pay_days_of(period, self.bank_days) if several else ())

    @cached_property
    def contract_sha256(self) -> str:
        """Which contract: the SHA-256 of its file, as it was when it was read."""
        return hashlib.sha256(self._contract).hexdigest()

    @cached_property
    def agreement_sha256(self) -> str:
        """Which agreement: the SHA-256 of its file, as it was when it was read."""
        return hashlib.sha256(self._agreement).hexdigest()

    @cached_property
    def payee_check_profile(self) -> PayeeCheckProfile | None:
        """How the bank takes requests to check payees; None where the agreement has no such checks.

        Raises:
            NoGo: there is no such profile, it is not the one that was agreed, or it does not fit.
        """
        agreed = self.agreement.payee_checks
        if agreed is None:
            return None
        if (found := self.payee_check_profile_sha256) != agreed.sha256:
            raise NoGo(
                f"{agreed.profile}.yaml in {PROFILES} has the SHA-256 {found}, and the agreement has {agreed.sha256}. "
                "Put the agreed profile back, or agree on this one. Nothing was done."
            )
        profile = PayeeCheckProfile.parsed(self._payee_check_profile, f"{agreed.profile}.yaml")
        if profile.name != agreed.profile:
            raise NoGo(f"{agreed.profile}.yaml in {PROFILES} is called {profile.name} inside: one of the two is wrong.")
        return profile

    @cached_property
    def payee_check_profile_sha256(self) -> str:
        """Which profile: the SHA-256 of its file, as it was when it was read."""
        return hashlib.sha256(self._payee_check_profile).hexdigest()

    @cached_property
    def voucher_channel(self) -> VoucherChannel | None:
        """How the provider takes vouchers and answers for them; None where the agreement has none.

        Raises:
            NoGo: there is no such channel, it is not the one that was agreed, or it does not fit.
        """
        agreed = self.agreement.vouchers
        if agreed is None:
            return None
        file = f"{agreed.channel}.yaml"
        content = read(self.settings.contracts / VOUCHER_CHANNELS / file, Incoming.DOCUMENT)
        if (found := hashlib.sha256(content).hexdigest()) != agreed.sha256:
            raise NoGo(
                f"{file} in {VOUCHER_CHANNELS} has the SHA-256 {found}, and the agreement has {agreed.sha256}. Put the "
                "agreed channel back, or agree on this one. Nothing was done."
            )
        channel = VoucherChannel.parsed(content, file)
        if channel.name != agreed.channel:
            raise NoGo(f"{file} in {VOUCHER_CHANNELS} is called {channel.name} inside: one of the two is wrong.")
        return channel

    @property
    def agreement_text(self) -> str:
        """The agreement's file, as it was when it was read."""
        return self._agreement.decode("utf-8")

    @cached_property
    def closed(self) -> str | None:
        """Say in a sentence why nobody can work with it: its agreement, ledger or key; None if somebody can."""
        try:
            _ = self.agreement
        except NoGo as said:
            return str(said)
        return self.ledger.closed

    @property
    def is_draft(self) -> bool:
        """Whether nobody has finished the agreement yet and nothing was ever recorded: it concerns nobody else."""
        try:
            _ = self.agreement
        except Draft:
            return not self.ledger.exists
        except NoGo:
            return False
        return False

    # Read once: a file that somebody changes while a stage works would give another hash than what the stage works by.
    @cached_property
    def _contract(self) -> bytes:
        return read(self._folder / _CONTRACT, Incoming.DOCUMENT)

    @cached_property
    def _agreement(self) -> bytes:
        return read(self._folder / _AGREEMENT, Incoming.DOCUMENT)

    @cached_property
    def _payee_check_profile(self) -> bytes:
        assert self.agreement.payee_checks
        name = f"{self.agreement.payee_checks.profile}.yaml"
        return read(self.settings.contracts / PROFILES / name, Incoming.DOCUMENT)

    def beside_the_agreement(self, name: str) -> Path:
        """Where a file stands that the agreement names."""
        return self._folder / name

    @property
    def _folder(self) -> Path:
        return self.settings.contracts / self.tenant


def period_around(tenant: str, day: date, settings: Settings) -> Period | None:
    """The pay period of a tenant in which a day lies; None where no agreement says how long its periods are."""
    with suppress(NoGo):  # whoever works with this one is told
        return TenantContext(tenant, Mode.LIVE, settings).agreement.periods.around(day)
    return None


def tenants(settings: Settings) -> list[str]:
    """Every tenant that this machine has an agreement with."""
    agreements = settings.contracts.glob("*/agreement.yaml")
    return sorted(path.parent.name for path in agreements if is_tenant(path.parent.name))


def list_agreed(mode: Mode, settings: Settings) -> Iterator[TenantContext]:
    """Every tenant's context, where its agreement can be read."""
    for tenant in tenants(settings):
        context = TenantContext(tenant, mode, settings)
        with suppress(NoGo):  # whoever works with this one is told
            _ = context.agreement
            yield context


def list_agreed_in_both_modes(settings: Settings) -> list[TenantContext]:
    """Every tenant's contexts, live ones first, whether anything was ever recorded there or not; no drafts."""
    contexts = (TenantContext(tenant, mode, settings) for mode in Mode for tenant in tenants(settings))
    return [context for context in contexts if not context.is_draft]


def list_with_ledger(settings: Settings) -> Iterator[TenantContext]:
    """Every tenant that has a ledger on this machine, or something that says that there was one; live ones first.

    Where homes share ledgers, every one that has a ledger there.

    Raises:
        NoGo: the store cannot be reached.
    """
    known = tenants(settings)
    if settings.store is not None:
        every = (TenantContext(tenant, mode, settings) for mode in Mode for tenant in known)
        return (context for context in every if context.ledger.exists)
    return (TenantContext(tenant, mode, settings) for tenant, mode in _left_here(settings) if tenant in known)


def list_openable(settings: Settings) -> tuple[list[TenantContext], list[str]]:
    """The tenants of this machine whose contexts can be opened, live ones first, and a sentence for each that cannot.

    One that cannot be opened makes the others none the worse.
    """
    contexts = list(list_with_ledger(settings))
    closed = [f"{context.tenant} ({context.mode}): {context.closed}" for context in contexts if context.closed]
    return [context for context in contexts if not context.closed], [*closed, *list_without_agreement(settings)]


def list_without_agreement(settings: Settings) -> list[str]:
    """A sentence for each ledger, or what is left of one, of a tenant that nobody has an agreement with."""
    known = tenants(settings)
    return [
        f"{tenant} ({mode}): there is a ledger or what is left of one, and no agreement. Put the agreement back into "
        f"{settings.contracts / tenant}, or keep the files of {tenant} for the auditor elsewhere."
        for tenant, mode in _left_here(settings)
        if tenant not in known
    ]


def _left_here(settings: Settings) -> Iterator[tuple[str, Mode]]:
    """Of whom there is a ledger, its head or receipts; a stray file is nobody's."""
    for mode in Mode:
        root = Paths(settings.home, mode).root
        left = [*root.glob("ledgers/*.duckdb"), *root.glob("ledgers/*.head.json"), *root.glob("receipts/*/")]
        for tenant in sorted({path.name.partition(".")[0] for path in left}):
            if is_tenant(tenant):
                yield tenant, mode
