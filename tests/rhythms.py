"""ILF's agreement as it would be with other pay periods, and three payments of theirs."""

import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tests.month import ROWS

LAST_BANK_DAY = {"rule": "last_bank_day"}
WEEKLY = {"pay_period": {"rhythm": "week"}, "pay_day": {"rule": "weekday", "weekday": "thursday"}}


def agreed_otherwise(contracts: Path, **keys: Any) -> Path:
    """The contracts of the tests in another folder, with some keys of ILF's agreement changed there."""
    shutil.copytree(os.environ["SILLER_CONTRACTS"], contracts, dirs_exist_ok=True)
    path = contracts / "ilf" / "agreement.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")) | keys), "utf-8")
    return contracts


def rows_paid_on(day: date) -> list[str]:
    """The three rows, with another pay date."""
    return [row.replace("30/11/2026", f"{day:%d/%m/%Y}") for row in ROWS]
