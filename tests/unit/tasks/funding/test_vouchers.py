"""The money for vouchers is confirmed as that of transfers is: the body itself pays it to the provider.

A transfer of £20.81 and vouchers of £100.00, £11.66 and £28.50: £160.97 in all, of which £140.16 go by voucher. The pay
day is Monday 30 November 2026; by Bacs the file goes two bank days before, on Thursday the 26th.
"""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.funding.confirm import Asked, Confirmed, confirm, list_funding
from tasks.instruct.stage import instruct
from tasks.ledger import entry_of
from tasks.ledger.catalogue.funding import FundingConfirmed
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.journal import list_events
from tasks.people.credentials import Kind, keep
from tasks.people.two_people import Given
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.people import ENROLLED, STEP, code_at, secret_of
from tests.unit.tasks.vouchers.month import ALL, NOVEMBER, RUN, validated

OWNER = "director@strathlinn.example"
KEY = "two_approvers_above:"
ONE = "£160.97 from VISIT EXPENSES (820000 ****8637) on 30 November 2026, of which the body itself pays £140.16 to the "
GRANTS = (
    "£140.16 from GRANTS (820000 ****8637) on 26 November 2026, which the body itself pays to the provider of vouchers"
)
PAID_IN = """  paid_in:
    account: {sort_code: "820000", account_number: "12348637", name: GRANTS}
    day: last_input_day
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose two files are written; nobody changes anything there."""
    home = tmp_path_factory.mktemp("vouchers")
    contracts = shutil.copytree(PROJECT / "data_contracts", home / "contracts")
    agreement = contracts / "cash" / "agreement.yaml"
    agreement.write_text(agreement.read_text().replace(KEY, f"funding_confirmed_by: decision_owner\n{KEY}"))
    of = opened_at(home)
    validated(of, ALL)
    instruct(of, RUN, NOVEMBER)
    with of.ledger.transaction() as connection:
        keep(connection, OWNER, Kind.ONE_TIME_CODE, secret_of(OWNER), ("operator@siller.example",), ENROLLED)
    return home


def opened_at(home: Path) -> TenantContext:
    return TenantContext("cash", Mode.REHEARSAL, Settings(home=home, contracts=home / "contracts", modulus_table=None))


@pytest.fixture
def cash(written: Path, tmp_path: Path) -> TenantContext:
    return opened_at(shutil.copytree(written, tmp_path / "home", symlinks=True))


def confirmed(of: TenantContext, number: int, amount: str, account: str = "") -> Confirmed:
    at = NOVEMBER + timedelta(seconds=STEP * 3 * number)
    return confirm(of, Asked(RUN, amount, account), Given(OWNER, code_at(OWNER, at)), at, NOVEMBER)


def test_what_goes_by_voucher_is_confirmed_with_the_rest_for_the_very_files(cash: TenantContext) -> None:
    [needed] = list_funding(cash, RUN)
    assert str(needed) == f"{ONE}provider of vouchers: not confirmed."
    assert "£140.16 too little" in confirmed(cash, 1, "20.81").lacks
    assert confirmed(cash, 2, "160.97").lacks == ""
    with cash.ledger.opened() as connection:
        instructed = entry_of(connection, RUN, Instruct)
        *_, (_, said, _) = list_events(connection, FundingConfirmed)
    # Of other vouchers beside the same payment file the word says nothing.
    assert said.file_sha256 == instructed.all_sha256 != instructed.file_sha256


def test_from_another_account_and_before_anybody_can_cash(cash: TenantContext) -> None:
    agreement = cash.settings.contracts / "cash" / "agreement.yaml"
    agreement.write_text(agreement.read_text().replace("  templates:", f"{PAID_IN}  templates:"))
    of = opened_at(cash.settings.home)
    transfers, vouchers = list_funding(of, RUN)
    assert (transfers.pence, transfers.voucher_pence, transfers.pay_day) == (2081, 0, date(2026, 11, 30))
    assert str(vouchers) == f"{GRANTS}: not confirmed."
    with pytest.raises(
        NoGo, match=r"--account 73688637 --day 2026-11-30: £20\.81; --account 12348637 --day 2026-11-26"
    ):
        confirmed(of, 1, "140.16")
    assert confirmed(of, 2, "140.16", "12348637").lacks.startswith(f"The money for {RUN} is not confirmed. £20.81 from")
    assert confirmed(of, 3, "20.81", "73688637").lacks == ""
