"""The homes that earlier sillers left, unpacked and upgraded."""

import tarfile
from datetime import datetime
from pathlib import Path

from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.upgrade.upgrading import due, due_version, upgrade
from tests.month import context

FOLDER = Path(__file__).parent
PAID = sorted(FOLDER.glob("[0-9a-f]*.tar.xz"))
WAITING = FOLDER / "waiting-75280fa.tar.xz"
WITH_FORM, WITHOUT_FILE = "ilf-2026-11-rehearsal-1", "ilf-2026-11-rehearsal-2"
"""The runs of the home that waits: before its form, and before its payment file."""
UPGRADED = datetime(2026, 11, 20, 11, tzinfo=LONDON)
ACCOUNT = "an.operator"


def commit_of(file: Path) -> str:
    """The commit of the siller that left a home, as the name of its file has it."""
    return file.name.partition(".")[0]


def unpacked(file: Path, home: Path) -> TenantContext:
    """A home as an earlier siller left it, with the agreement that it brought along."""
    with tarfile.open(file) as archive:
        archive.extractall(home, filter="data")
    return of_home(home)


def of_home(home: Path) -> TenantContext:
    """Such a home that is unpacked."""
    contracts = home / "contracts"
    if contracts.exists():
        return TenantContext("ilf", Mode.REHEARSAL, Settings(home=home, contracts=contracts, modulus_table=None))
    return context(home)


def upgraded(of: TenantContext) -> TenantContext:
    """The same home once ``siller upgrade`` has been there; the latest siller's tables may be this one's still."""
    ledgers, refused = due(of.settings, due_version)
    assert not refused
    for ledger in ledgers:
        upgrade(ledger, ACCOUNT, UPGRADED)
    return of
