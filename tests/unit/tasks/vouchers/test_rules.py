"""A row has what its means of payment needs, and nothing that it cannot have; each fault has a sentence."""

import shutil
from pathlib import Path

import pytest

from schemas.contract.explain import message
from schemas.pay_run import Mode
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.unit.tasks.vouchers.month import TEXT, TRANSFER, body, held, validated


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        (TRANSFER.replace("089999,66374958", ","), "sort_code", "transfer_without_an_account"),
        (TRANSFER.replace("66374958", ""), "account_number", "transfer_without_an_account"),
        (TEXT.replace(",,,", ",089999,66374958,"), "sort_code", "voucher_with_an_account"),
        (TEXT.replace("07700 900101", ""), "contact", "voucher_without_a_contact"),
        (TEXT.replace("07700 900101", "0131 496 0000"), "contact", "voucher_without_a_contact"),
        (TEXT.replace("by_text", "by_email"), "contact", "voucher_without_a_contact"),
        (TEXT.replace("by_text", "by_post"), "contact", "voucher_without_a_contact"),
        (TEXT.replace("voucher_by_text", "cheque"), "means_of_payment", "is_one_of"),
        (TEXT.replace("voucher_by_text", ""), "means_of_payment", "is_present"),
        (TEXT.replace("100.00", "500.01"), "amount", "is_at_most"),
    ],
    ids=[
        "no account",
        "no number",
        "an account",
        "no contact",
        "no mobile",
        "no e-mail",
        "no address",
        "means",
        "none",
        "sum",
    ],
)
def test_each_fault_is_refused_and_told(tmp_path: Path, row: str, column: str, rule: str) -> None:
    of = body(tmp_path)
    run_id = validated(of, (row, TEXT.replace("1002", "1008").replace("900101", "900108")))
    assert rule in held(of, run_id)[0]
    assert 1 not in held(of, run_id)
    said = message(of.contract, column, rule)
    assert said.endswith(".")
    assert "{" not in said


@pytest.mark.parametrize(
    "contact", ["07700900101", "07700 900 101", "+44 7700 900101", "00447700900101", "+447700-900101"]
)
def test_a_mobile_may_be_written_as_people_do(tmp_path: Path, contact: str) -> None:
    of = body(tmp_path)
    run_id = validated(of, (TEXT.replace("07700 900101", contact),))
    assert not held(of, run_id)


def test_a_contact_that_cannot_be_read_puts_that_of_a_copy_in_doubt(tmp_path: Path) -> None:
    # As of an account: it may be the payee's new number with a slip, and the copy's is one that the payee has left.
    contracts = shutil.copytree(PROJECT / "data_contracts", tmp_path / "contracts")
    contract = contracts / "cash" / "extract.odcs.yaml"
    contract.write_text(contract.read_text().replace("        unique: true\n", ""))
    of = TenantContext("cash", Mode.REHEARSAL, Settings(home=tmp_path, contracts=contracts, modulus_table=None))
    run_id = validated(of, (TEXT, TEXT.replace("07700 900101", "07700 90019")))
    assert held(of, run_id)[0] == {"account_in_doubt_by_a_copy"}
