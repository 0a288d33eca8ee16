"""Each rail that an agreement can name writes its own file, with its own days, limits and numbers."""

import hashlib
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from schemas.bank_days import BankDays
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.instruct import stage
from tasks.instruct.plan import dates_of
from tasks.instruct.stage import describe_file, instruct, staged_file, write_staged
from tasks.ledger.runs import run_row
from tasks.rails import Dates, rail_of, rail_of_file
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import NOVEMBER, ROWS, deliver, ingest
from tests.positions import OWNER, PAYEES_ACCOUNT, PROCESSING_DAY, SERVICE_USER, SUBMITTER, TRANSACTION_CODE


def office_with(home: Path, *changes: tuple[str, str]) -> TenantContext:
    """ILF's office with another agreement."""
    contracts = home / "contracts"
    shutil.copytree(Settings().contracts, contracts)
    agreement = contracts / "ilf" / "agreement.yaml"
    for before, after in changes:
        assert before in agreement.read_text()
        agreement.write_text(agreement.read_text().replace(before, after))
    return TenantContext("ilf", Mode.REHEARSAL, Settings(home=home / "home", modulus_table=None, contracts=contracts))


def lines_of(of: TenantContext, rows: tuple[str, ...] = ROWS) -> list[str]:
    deliver(of, rows)
    run_id = ingest(of)
    validate(of, run_id, NOVEMBER)
    instruct(of, run_id, NOVEMBER)
    return staged_file(of, run_id).read_bytes().decode("ascii").split("\r\n")


PAYMENTS_AND_CONTRA = slice(4, 8)
"""The lines after the four labels, in a file of three payments."""

FASTER = ("rail: bacs_standard_18", "rail: faster_payments")


def test_faster_payments_names_the_pay_day_itself_and_keeps_the_contra(tmp_path: Path) -> None:
    of = office_with(tmp_path, FASTER)
    lines = lines_of(of)
    assert lines[3][PROCESSING_DAY] == " 26334"  # 30 November 2026, the pay day; Bacs would say the 27th
    assert [line[TRANSACTION_CODE] for line in lines[PAYMENTS_AND_CONTRA]] == ["99", "99", "99", "17"]
    assert staged_file(of, "ilf-2026-11-rehearsal-1").name.endswith(".fps18.txt")


def test_faster_payments_knows_no_holiday_and_no_three_days() -> None:
    christmas = date(2026, 12, 25)
    assert rail_of_file("faster_payments", None).days(christmas, BankDays()) == Dates(christmas, christmas, christmas)
    assert rail_of_file("faster_payments", None).works_on(christmas, BankDays())
    assert not rail_of_file("bacs_standard_18", None).works_on(christmas, BankDays())
    with pytest.raises(NoGo, match="bank day"):
        rail_of_file("bacs_standard_18", None).days(christmas, BankDays())


@pytest.mark.parametrize(
    ("rail", "amount", "most"),
    [
        ("faster_payments", "1000000.01", r"£1,000,000\.00, which Faster Payments"),
        ("bacs_standard_18", "20000.01", r"£20,000\.00, which Bacs"),
    ],
)
def test_an_item_over_the_limit_is_a_no_go_that_names_it(tmp_path: Path, rail: str, amount: str, most: str) -> None:
    lower = ('block_length: "02000"', 'block_length: "02000"\n  largest_item_pence: 2000000')
    of = office_with(
        tmp_path, ("rail: bacs_standard_18", f"rail: {rail}"), *([lower] if rail.startswith("bacs") else [])
    )
    cells = ROWS[1].split(",")
    with pytest.raises(NoGo, match=f"Payment 2 .*amount_pence is to be £0.01 to {most}"):
        lines_of(of, (ROWS[0], ROWS[1].replace(cells[5], amount)))


def test_a_bureau_submits_under_its_own_number(tmp_path: Path) -> None:
    bureau = ('service_user_number: "123456"', 'service_user_number: "123456"\nbureau_number: "654321"')
    lines = lines_of(office_with(tmp_path, bureau))
    assert (lines[0][SUBMITTER], lines[1][SERVICE_USER]) == ("654321", "123456")


@pytest.mark.parametrize("before_it_was_kept", [False, True])
def test_a_file_that_waits_is_held_to_the_wishes_it_was_written_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before_it_was_kept: bool
) -> None:
    """A later siller may write another HDR1 by default; a run from before it is still released, to the byte.

    The file of a siller that did not keep the wishes has blanks there.
    """
    of = office_with(tmp_path, ('block_length: "02000"', 'block_length: "02000"\n  header_owner: blank'))
    if before_it_was_kept:
        recorded = stage.record
        monkeypatch.setattr(
            stage,
            "record",
            lambda *given: recorded(*given[:3], replace(given[3], bank_profile=None), *given[4:]),
        )
    lines = lines_of(of)
    assert lines[1][OWNER] == " " * 6
    agreement = tmp_path / "contracts" / "ilf" / "agreement.yaml"
    agreement.write_text(agreement.read_text().replace("  header_owner: blank\n", ""))
    later = TenantContext("ilf", Mode.REHEARSAL, of.settings)
    assert later.agreement.bank_profile.header_owner == "submitter"
    staged = staged_file(later, "ilf-2026-11-rehearsal-1")
    written = staged.read_bytes()
    with later.ledger.opened() as connection:
        file, totals = describe_file(later, connection, "ilf-2026-11-rehearsal-1")
        run = run_row(connection, "ilf-2026-11-rehearsal-1")
        dates = dates_of(later, connection, run)
    rail_of(later.agreement).check(staged, file, totals)
    assert write_staged(later, run, dates, file) == totals
    assert staged.read_bytes() == written


def test_a_run_that_one_file_cannot_hold_is_one_submission_of_several(tmp_path: Path) -> None:
    limit = ('block_length: "02000"', 'block_length: "02000"\n  most_payments_a_file: 2')
    lines = lines_of(office_with(tmp_path, limit))
    assert [line[:4] for line in lines if not line[:1].isdigit()][:-1] == [
        "VOL1",
        *(["HDR1", "HDR2", "UHL1", "EOF1", "EOF2", "UTL1"] * 2),
    ]


def test_no_two_files_of_a_day_have_the_same_number(tmp_path: Path) -> None:
    """UHL1's number has three digits: the submission after 998 others would have the first one's."""
    of = office_with(tmp_path)
    first = deliver(of)
    run_id = ingest(of)
    validate(of, run_id, NOVEMBER)
    instruct(of, run_id, NOVEMBER)
    with of.ledger.transaction() as connection:
        connection.execute("INSERT INTO submission_serial VALUES ('123456', 999, 0)")
    deliver(of, ROWS[:2], replaces=hashlib.sha256(first.read_bytes()).hexdigest())
    second = ingest(of, flow="flow-2")
    validate(of, second, NOVEMBER)
    with pytest.raises(NoGo, match="submission 1 of 123456 for 2026-11-27 has the file number"):
        instruct(of, second, NOVEMBER)


def test_an_unusual_account_is_paid_by_the_agreed_rule_and_refused_without_one(tmp_path: Path) -> None:
    """Ten digits of a bank whose last eight count, in an extract whose contract asks for eight."""
    rule = (
        "pay_day:\n",
        'accounts:\n  ten_digits_last_eight: ["200000-209999"]\n  roll_number_needed: ["089999"]\npay_day:\n',
    )
    cells = ROWS[0].split(",")
    ten = ROWS[0].replace(f"{cells[2]},{cells[3]}", "200915,1241011166")
    society = ROWS[1].replace(",".join(ROWS[1].split(",")[2:4]), "089999,66374958")
    of = office_with(tmp_path / "agreed", rule)
    lines = lines_of(of, (ten, society, ROWS[2]))
    assert [line[PAYEES_ACCOUNT] for line in lines[4:6]] == ["20091541011166", "".join(ROWS[2].split(",")[2:4])]
    assert "roll number" in of.paths.left_out("ilf-2026-11-rehearsal-1").read_text(encoding="utf-8-sig")
    of = office_with(tmp_path / "not-agreed")
    lines = lines_of(of, (ten, society, ROWS[2]))
    assert "08999966374958" in [line[PAYEES_ACCOUNT] for line in lines]
    assert not any("41011166" in line for line in lines)
