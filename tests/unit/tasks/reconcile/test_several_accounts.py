"""A body with several paying accounts: each payment leaves the one that its row names, and each account is balanced."""

import csv
import io
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.continuity.leave import leave
from tasks.ledger.verify import problems
from tasks.lineage.trace import trace
from tasks.practice_bank.bank import answer
from tasks.reconcile.stage import as_at
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.age_reader import decrypted
from tests.bank_messages import taken_in
from tests.by_hand import parts_beside
from tests.month import HEADER, NOVEMBER, SAMPLES, approve, assessed, deliver
from tests.positions import ACCOUNT, AMOUNT, COUNTS, PAYING_ACCOUNT, RECORDS, TRANSACTION_CODE
from tests.sampled import one_in
from tests.unit.tasks.reconcile.test_several_files import LAST_DAY, PENCE

RUN = "ilf-2026-11-rehearsal-1"
ROWS = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()[1:8]
OPEN, FUND = "10799988837491", "20295963748472"
OPEN_PENCE, FUND_PENCE = 298160 + 105000 + 348000 + 190000, 190000 + 240000 + 400000
"""What the first, third, fifth and seventh rows come to, and the three between them."""
AGREED = f"""
paying_account: {{sort_code: "{OPEN[:6]}", account_number: "{OPEN[6:]}", name: ILF OPEN, pays: open}}
further_accounts:
  - {{sort_code: "{FUND[:6]}", account_number: "{FUND[6:]}", name: ILF FUND, pays: fund}}
"""
ONE = AGREED.partition("further_accounts")[0].replace(", pays: open", "")
COLUMN = """
      - name: paying_account
        physicalName: Fund
        description: The fund that the award is paid from.
        logicalType: string
        physicalType: VARCHAR
        required: true
        quality:
          - type: library
            metric: missingValues
            arguments: {missingValues: [null, ""]}
            mustBe: 0
"""


def several(home: Path, agreed: str = AGREED, column: str = COLUMN, rail: str = "bacs_standard_18") -> TenantContext:
    """ILF's office with these accounts and this further column."""
    contracts = home / "contracts"
    shutil.copytree(Settings().contracts, contracts)
    agreement, contract = contracts / "ilf" / "agreement.yaml", contracts / "ilf" / "extract.odcs.yaml"
    before, _, after = agreement.read_text().partition("paying_account:")
    rest = after[after.index("bank_profile:") :]
    agreement.write_text((before + agreed + rest).replace("rail: bacs_standard_18", f"rail: {rail}"))
    contract.write_text(contract.read_text().rstrip() + column)
    return TenantContext("ilf", Mode.REHEARSAL, Settings(home=home / "home", modulus_table=None, contracts=contracts))


@pytest.fixture(autouse=True)
def with_a_fund(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.month.HEADER", f"{HEADER},Fund")


def named(words: Sequence[str] = ("open", "fund")) -> list[str]:
    return [f"{row},{words[place % len(words)]}" for place, row in enumerate(ROWS)]


def released(of: TenantContext) -> list[str]:
    """The payment file's lines."""
    deliver(of, named())
    run_id = assessed(of)
    approve(of, run_id, control_total=f"{PENCE / 100:,.2f}")
    release(of, run_id, NOVEMBER)
    (payment_file,) = of.paths.outbox("ilf").glob("*18.txt")
    return payment_file.read_text().splitlines()


def test_each_account_has_its_payments_and_its_contra(tmp_path: Path) -> None:
    lines = released(several(tmp_path))
    records = [(line[TRANSACTION_CODE], line[PAYING_ACCOUNT], int(line[AMOUNT])) for line in lines[RECORDS]]
    assert [kind for kind, *_ in records] == ["99"] * 3 + ["17"] + ["99"] * 4 + ["17"]
    assert [account for _, account, _ in records] == [FUND] * 4 + [OPEN] * 5
    assert (records[3][2], records[8][2]) == (FUND_PENCE, OPEN_PENCE)
    assert sum(pence for kind, _, pence in records if kind == "99") == PENCE
    assert lines[-1][COUNTS] == "0000002" + "0000007"


@pytest.mark.parametrize("profile", ["", "\n  most_payments_a_file: 2"], ids=["one file", "several files"])
def test_the_run_goes_the_whole_way_round(tmp_path: Path, profile: str) -> None:
    of = several(tmp_path)
    agreement = of.settings.contracts / "ilf" / "agreement.yaml"
    agreement.write_text(agreement.read_text().replace('block_length: "02000"', f'block_length: "02000"{profile}'))
    released(of)
    (payment_file,) = of.paths.outbox("ilf").glob("*18.txt")
    answers = answer(payment_file, of.paths.bank_inbox("ilf"), date(2026, 11, 30))
    assert len([path for path in answers if "camt053" in path.name]) == 2, "a statement for each account"
    assert taken_in(of, LAST_DAY) == ([RUN], [])
    found = as_at(of, RUN, LAST_DAY)
    assert (found.unexplained, found.unexplained_pounds) == ((), 0)
    assert all(told.agrees for told in found.confirmations)
    with of.ledger.opened() as connection:
        assert list(problems(connection, parts_beside(connection))) == []


@pytest.mark.parametrize(("line", "row"), one_in(2, [(1, 1), (3, 5), (4, 0), (7, 6)]))
def test_a_line_of_the_file_leads_to_its_row_and_back(tmp_path: Path, line: int, row: int) -> None:
    of = several(tmp_path)
    lines = [text for text in released(of)[RECORDS] if text[TRANSACTION_CODE] == "99"]
    assert lines[line - 1][ACCOUNT] == ROWS[row].split(",")[3]
    for asked in (f"{RUN}/line/{line}", f"{RUN}/{row}"):
        found = trace(of.ledger, asked, LAST_DAY.date())
        assert found.payment_id == f"{RUN}/{row}"
        assert any(step.detail.startswith(f"payment line {line} of 7") for step in found.steps)


def test_a_row_that_names_no_agreed_account_is_refused(tmp_path: Path) -> None:
    of = several(tmp_path)
    deliver(of, [*named()[:6], f"{ROWS[6]},other"])
    run_id = assessed(of)
    with of.ledger.opened() as connection:
        found = connection.execute("SELECT row_number, column_name, rule FROM core_left_out").fetchall()
    assert found == [(6, "paying_account", "paying_account_is_agreed")]
    assert "Fund names no account" in of.paths.left_out(run_id).read_text(encoding="utf-8-sig")


def test_accounts_without_a_column_are_a_no_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.month.HEADER", HEADER)
    without_a_column = several(tmp_path, column="\n")
    deliver(without_a_column, ROWS)
    with pytest.raises(NoGo, match="names several paying accounts, and its contract has no column paying_account"):
        assessed(without_a_column)


def test_a_column_without_accounts_is_a_no_go(tmp_path: Path) -> None:
    without_accounts = several(tmp_path, agreed=ONE)
    deliver(without_accounts, named())
    with pytest.raises(NoGo, match="has a column paying_account, and the agreement one paying account"):
        assessed(without_accounts)


FIRST, _, _ = AGREED.partition("further_accounts")


@pytest.mark.parametrize(
    ("agreed", "rail", "said"),
    [
        (AGREED.replace("pays: fund", "pays: open"), "bacs_standard_18", "needs a word of its own"),
        (AGREED.replace(", pays: fund", ""), "bacs_standard_18", "needs a word of its own"),
        (AGREED.replace(FUND[:6], OPEN[:6]).replace(FUND[6:], OPEN[6:]), "bacs_standard_18", "stands twice"),
        (FIRST, "bacs_standard_18", "there is one"),
        (AGREED, "pain001_bacs", "is paid from one account alone"),
    ],
)
def test_an_agreement_that_does_not_tell_its_accounts_apart_is_refused(
    tmp_path: Path, agreed: str, rail: str, said: str
) -> None:
    with pytest.raises(NoGo, match=said):
        _ = several(tmp_path, agreed=agreed, rail=rail).agreement


def test_a_ledger_that_was_made_for_other_columns_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = several(tmp_path / "before", agreed=ONE, column="\n")
    monkeypatch.setattr("tests.month.HEADER", HEADER)
    deliver(before, ROWS)
    assessed(before)
    monkeypatch.setattr("tests.month.HEADER", f"{HEADER},Fund")
    after = several(tmp_path / "after")
    moved = TenantContext("ilf", Mode.REHEARSAL, after.settings.model_copy(update={"home": before.settings.home}))
    deliver(moved, named(), kind="arrears")
    with pytest.raises(NoGo, match=r"was made for the columns .*; its contract now has .*paying_account"):
        assessed(moved, flow="flow-2")


def test_on_a_fall_back_day_the_file_says_from_which_account_each_payment_goes(tmp_path: Path) -> None:
    of = several(tmp_path)
    released(of)
    leave(of, RUN, NOVEMBER)
    key = of.paths.key("ilf", "continuity").read_text().strip()
    plain = decrypted(of.paths.continuity_file(RUN).read_bytes(), key).decode()
    found = [(row["account_number"], row["paying_account"]) for row in csv.DictReader(io.StringIO(plain))]
    assert sorted(found) == sorted((row.split(",")[3], row.rpartition(",")[2]) for row in named())
