"""Whoever is paid by voucher can be paid by hand too, and is not paid again by siller once it is back."""

import csv
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.continuity.leave import leave
from tasks.manual_payments.stage import record_paid_elsewhere
from tasks.people.account import account
from tasks.people.credentials import Kind, keep
from tasks.tenant_context import TenantContext
from tests.age_reader import decrypted
from tests.people import ENROLLED
from tests.unit.tasks.vouchers.month import (
    ALL,
    APPROVER,
    NOVEMBER,
    OPERATOR,
    POST,
    RUN,
    approved,
    body,
    held,
    validated,
)

LEFT = """\
payee_reference,pay_period,kind,sort_code,account_number,roll_number,amount,paid_on,payee_name,payment_reference,\
means_of_payment,contact
SV-1001,2026-11,full,089999,66374958,,20.81,,Aisha Müller,VISIT 1001,transfer,
SV-1002,2026-11,full,,,,100.00,,Mhairi Bell,VISIT 1002,voucher_by_text,07700 900101
SV-1003,2026-11,full,,,,11.66,,Samira Paterson,VISIT 1003,voucher_by_post,"4 Shore Road, Inverbeg, IV99 9ZZ"
SV-1004,2026-11,full,,,,28.50,,Ruaridh McKay,VISIT 1004,voucher_by_email,claimant@people.example
"""


@pytest.fixture(scope="module")
def left_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An approved run that left its continuity file; nobody changes anything there."""
    home = tmp_path_factory.mktemp("left")
    approved(body(home), ALL)
    left = leave(body(home), RUN, NOVEMBER).figures
    assert (left.payments, left.pence) == (4, 16097)
    return home


def _opened(of: TenantContext) -> str:
    """What the file says, read by the format's own specification."""
    key = of.paths.key("cash", "continuity").read_text().strip()
    return decrypted(of.paths.continuity_file(RUN).read_bytes(), key).decode("utf-8-sig").replace("\r\n", "\n")


def test_vouchers_stand_in_the_file_and_the_page_says_what_to_do_with_them(left_home: Path) -> None:
    of = body(left_home)
    assert list(csv.reader(_opened(of).splitlines())) == list(csv.reader(LEFT.splitlines()))
    page = of.paths.continuity_file(RUN).with_name(f"{RUN}.how-to-use.txt").read_text()
    assert "4 approved payments, £160.97" in page
    assert "The last 3 payments, £140.16, are by voucher" in page
    assert "If the file of vouchers can reach the practice provider" in page


def test_a_voucher_that_was_issued_by_hand_is_held_in_the_next_run(left_home: Path, tmp_path: Path) -> None:
    of = body(shutil.copytree(left_home, tmp_path / "home", symlinks=True))
    with of.ledger.transaction() as connection:
        for name in (OPERATOR, APPROVER):
            keep(connection, name, Kind.ACCOUNT, account(), (OPERATOR,), ENROLLED)
    header, _, by_text, *_ = LEFT.splitlines()
    file, evidence = tmp_path / "payments.csv", tmp_path / "evidence.pdf"
    cells = [line.split(",")[:8] for line in (header, by_text)]
    cells[1][7] = "26/11/2026"
    file.write_text("".join(f"{','.join(each)}\n" for each in cells))
    evidence.write_bytes(b"what the provider shows of it")
    assert record_paid_elsewhere(of, file, evidence, OPERATOR, APPROVER, NOVEMBER).pence == 10000
    again = NOVEMBER + timedelta(hours=1)
    run_id = validated(of, (*ALL[:-1], POST.replace("1003", "1005")), again, replaces=_sent_sha256(of))
    assert held(of, run_id)[1] == {"paid_elsewhere"}


def _sent_sha256(of: TenantContext) -> str:
    with of.ledger.opened() as connection:
        [(sha256,)] = connection.execute("SELECT extract_sha256 FROM run WHERE run_id = ?", [RUN]).fetchall()
    return str(sha256)
