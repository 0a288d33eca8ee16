"""The way back that the docs give for a run that nobody approved in time: another pay day, and each is paid once."""

import hashlib
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.approve.decision import undecided_until
from tasks.approve.limits import time_left
from tasks.release.stage import release
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.month import ROWS, approve, assessed, context, deliver, naive_payments

TOO_LATE = datetime(2026, 11, 26, 15, 0, tzinfo=LONDON)
"""Processing would be on Friday the 27th: the agreement's hour is 15:00 of the day before."""


def agreed_anew(tmp_path: Path) -> TenantContext:
    """The same home, with another pay day in the agreement."""
    contracts = shutil.copytree(PROJECT / "data_contracts", tmp_path / "contracts")
    agreement = contracts / "ilf" / "agreement.yaml"
    text = agreement.read_text()
    agreement.write_text(text.replace("  exceptions:\n", '  exceptions:\n    "2026-11": 2026-12-02\n'))
    return TenantContext(
        "ilf", Mode.REHEARSAL, Settings(home=tmp_path / "home", contracts=contracts, modulus_table=None)
    )


def test_another_pay_day_pays_everybody_once(tmp_path: Path) -> None:
    of = context(tmp_path / "home")
    extract = deliver(of)
    first = assessed(of)
    latest = undecided_until(of, first, "flow-1", "approval-1")
    assert latest
    with pytest.raises(NoGo, match="had to be approved by 15:00 on 26 November 2026"):
        time_left(first, latest, TOO_LATE)

    of = agreed_anew(tmp_path)
    sha256 = hashlib.sha256(extract.read_bytes()).hexdigest()
    rows = [row.replace("30/11/2026", "02/12/2026") for row in ROWS]
    deliver(of, rows, pay_date="2026-12-02", replaces=sha256)
    second = assessed(of, TOO_LATE, flow="flow-2")
    assert second == "ilf-2026-11-rehearsal-2"
    approve(of, second, TOO_LATE, flow="flow-2")
    release(of, second, TOO_LATE)

    with pytest.raises(NoGo):
        release(of, first, TOO_LATE)
    (file,) = of.paths.outbox("ilf").glob("*.txt")
    assert sorted(pence for _, _, pence in naive_payments(file.read_bytes())) == [105000, 190000, 298160]
