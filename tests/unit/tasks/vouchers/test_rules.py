"""A row has what its means of payment needs, and nothing that it cannot have; each fault has a sentence."""

from pathlib import Path

import pytest

from schemas.contract.explain import message
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
