"""The demonstration by another rail: the sample tenant's agreement, with another bank profile."""

import re
import shutil
from pathlib import Path

from tasks.practice_bank.bank import Rail


def copy_contracts(rail: Rail, contracts: Path, home: Path) -> Path:
    """Put copies of the contracts below a home, whose tenants are paid by this rail; return their folder.

    What a real tenant changes for another rail is its agreement, so the demonstration does the same. Agreements that
    say it already need no copy.

    Args:
        rail: the way that the money is to go.
        contracts: the contracts and agreements to begin with.
        home: where the copies go, as ``contracts``.
    """
    if all(re.search(f"(?m)^rail: {rail}$", each.read_text(encoding="utf-8")) for each in _agreements(contracts)):
        return contracts
    folder = home / "contracts"
    shutil.copytree(contracts, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for agreement in _agreements(folder):
        said = agreement.read_text(encoding="utf-8")
        agreement.write_text(re.sub("(?m)^rail: .*$", f"rail: {rail}", said), encoding="utf-8")
    return folder


def _agreements(contracts: Path) -> list[Path]:
    return sorted(contracts.glob("*/agreement.yaml"))
