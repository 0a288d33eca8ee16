"""A body that has payees checked and pays by voucher: no bank knows whose telephone it is, so its payee is called."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from schemas.pay_run import Mode
from schemas.payee_checks.spoke_to import SpokeTo
from tasks.payee_checks.call_back import Call, record_call
from tasks.payee_checks.request import write_requests
from tasks.people.credentials import Kind, keep
from tasks.people.two_people import Given
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.people import ENROLLED, code_at, secret_of
from tests.unit.tasks.payee_checks.month import AGREED, matched
from tests.unit.tasks.vouchers.month import (
    DECEMBER,
    NOVEMBER,
    OPERATOR,
    POST,
    TEXT,
    TRANSFER,
    answered,
    held,
    released,
    says,
    validated,
)

WHO = "helpdesk@strathlinn.example"
CALL = Call("claims.assistant", date(2026, 11, 20), SpokeTo.PAYEE, "award file of 2024", date(2024, 3, 1))
LATER = NOVEMBER + timedelta(hours=2)
ARREARS = {"kind": "arrears", "pay_date": "2026-12-11"}
AWAITED, TO_BE_CALLED, CHANGED = (
    {f"payee_check_{finding}"} for finding in ("awaited", "cannot_be_checked", "changed_details")
)
NINETY = TEXT.replace("100.00", "90.00")


def checked(folder: Path) -> TenantContext:
    """The body with vouchers whose home and contracts stand in a folder; its agreement has payee checks too."""
    contracts = folder / "contracts"
    if not contracts.exists():
        others = shutil.ignore_patterns("samples", "ilf", "kirkmuir", "rowan", "__pycache__")
        shutil.copytree(PROJECT / "data_contracts", contracts, ignore=others)
        with (contracts / "cash" / "agreement.yaml").open("a") as agreement:
            agreement.write(AGREED)
    return TenantContext(
        "cash", Mode.REHEARSAL, Settings(home=folder / "home", contracts=contracts, modulus_table=None)
    )


def call(of: TenantContext, row: str) -> None:
    """Let the helpdesk say that the payee confirmed the details."""
    with of.ledger.transaction() as connection:
        keep(connection, WHO, Kind.ONE_TIME_CODE, secret_of(WHO), (OPERATOR,), ENROLLED)
    record_call(of, row, CALL, Given(WHO, code_at(WHO, NOVEMBER)), NOVEMBER, NOVEMBER)


def test_the_bank_is_asked_of_accounts_alone_and_who_is_paid_by_voucher_is_called(tmp_path: Path) -> None:
    of = checked(tmp_path)
    first = validated(of, (TRANSFER, TEXT, POST))
    assert held(of, first) == {0: AWAITED, 1: TO_BE_CALLED, 2: TO_BE_CALLED}
    [request] = write_requests(of, first, OPERATOR, NOVEMBER)
    asked = request.path.read_text()
    assert "66374958" in asked and len(asked.splitlines()) == 2
    assert not any(part in asked for part in ("900101", "Shore", "voucher"))
    call(of, f"{first}/1")
    assert held(of, validated(of, (TRANSFER, TEXT, POST), LATER)) == {0: AWAITED, 2: TO_BE_CALLED}


@pytest.fixture(scope="module")
def cashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One payee was called, and has cashed the voucher of a run that pays by voucher alone: it has no payment file."""
    folder = tmp_path_factory.mktemp("cashed")
    of = checked(folder)
    call(of, f"{validated(of, (TEXT,))}/0")
    paid = released(of, (TEXT,), LATER)
    answered(of, [says(0, "CASHED", "100.00", "100.00", run_id=paid)])
    return folder


@pytest.mark.parametrize(
    ("row", "wanted"),
    [(NINETY.replace("07700", "+44 7700"), {}), (NINETY.replace("900101", "900199"), {0: TO_BE_CALLED})],
    ids=["the same telephone", "another"],
)
def test_a_voucher_that_was_cashed_proves_its_contact(
    cashed: Path, tmp_path: Path, row: str, wanted: dict[int, set[str]]
) -> None:
    of = checked(shutil.copytree(cashed, tmp_path / "place", symlinks=True))
    assert held(of, validated(of, (row,), DECEMBER, **ARREARS)) == wanted


def test_an_account_in_the_place_of_a_telephone_is_a_change_whatever_the_bank_says(
    cashed: Path, tmp_path: Path
) -> None:
    of = checked(shutil.copytree(cashed, tmp_path / "place", symlinks=True))
    row = "SV-1002,Mhairi Bell,transfer,089999,66374958,,90.00,VISIT 1002"
    first = validated(of, (row,), DECEMBER, **ARREARS)
    assert held(of, first) == {0: AWAITED}
    matched(of, first, DECEMBER)
    assert held(of, validated(of, (row,), DECEMBER + timedelta(hours=2), **ARREARS)) == {0: CHANGED}
