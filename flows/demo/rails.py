"""The demonstration by another rail: the sample tenant's agreement, with another bank profile."""

import re
import shutil
from pathlib import Path

from tasks.practice_bank.bank import Rail


def copy_contracts(rail: Rail, contracts: Path, home: Path) -> Path:
    """Put copies of the contracts below a home, whose tenants are paid by this rail; return their folder.

    What a real tenant changes for another rail is its agreement, so the demonstration does the same. Bacs is
    what the shipped agreements say, and needs no copy.

    Args:
        rail: the way that the money is to go.
        contracts: the contracts and agreements to begin with.
        home: where the copies go, as ``contracts``.
    """
    if rail is Rail.BACS:
        return contracts
    folder = home / "contracts"
    shutil.copytree(contracts, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for agreement in folder.glob("*/agreement.yaml"):
        said = agreement.read_text(encoding="utf-8")
        agreement.write_text(re.sub("(?m)^rail: .*$", f"rail: {rail}", said), encoding="utf-8")
    return folder
