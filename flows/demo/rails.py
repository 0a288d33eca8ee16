"""The demonstration by another rail: a body's agreement with another bank profile."""

import re
import shutil
from collections.abc import Collection
from pathlib import Path


def copy_contracts(tenants: Collection[str], rail: str, contracts: Path, home: Path) -> Path:
    """Put copies of the contracts below a home, where some tenants are paid by this rail; return their folder.

    What a real tenant changes for another rail is its agreement, so the demonstration does the same. Agreements that
    say it already need no copy.

    Args:
        tenants: those who are paid by it; all others stay as they are.
        rail: the way that the money is to go.
        contracts: the contracts and agreements to begin with.
        home: where the copies go, as ``contracts``.
    """
    if all(re.search(f"(?m)^rail: {rail}$", _agreement(contracts, each).read_text("utf-8")) for each in tenants):
        return contracts
    folder = home / "contracts"
    shutil.copytree(contracts, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for agreement in (_agreement(folder, tenant) for tenant in tenants):
        said = agreement.read_text(encoding="utf-8")
        agreement.write_text(re.sub("(?m)^rail: .*$", f"rail: {rail}", said), encoding="utf-8")
    return folder


def _agreement(contracts: Path, tenant: str) -> Path:
    return contracts / tenant / "agreement.yaml"
