"""Each way in which money moves is posted by its codes: several accounts, what is rejected, recalled, never sent.

The same three payments of £2,981.60, £1,900.00 and £1,050.00, but for the body with two accounts.
"""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from flows.demo.rails import copy_contracts
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.exceptions.decisions import Decision
from tasks.postings.stage import post
from tasks.postings.statement import hold_against_statement
from tasks.practice_bank.bank import Rail
from tasks.practice_bank.bank import answer as bank_answers
from tasks.settings import Settings
from tasks.submit.never_sent import take_back
from tasks.tenant_context import TenantContext
from tests.bank_messages import taken_in
from tests.month import HEADER
from tests.month import released as released_by
from tests.people import adopt
from tests.published_table import published_table
from tests.unit.tasks.exceptions.test_settle import OPERATOR as SECOND
from tests.unit.tasks.exceptions.test_settle import SENDER, bank_says, home, settled, two
from tests.unit.tasks.postings.test_postings import AFTER, CODES, PAY_DAY, RUN, asked, lines, with_codes
from tests.unit.tasks.recall.test_recall import recalled
from tests.unit.tasks.reconcile import test_several_accounts as two_accounts

__all__ = ["home"]

TWO_ACCOUNTS = """
postings:
  accounts: [{pays: open, bank: "1010", spending: "5310"}, {pays: fund, bank: "1020", spending: "5320"}]
  returned: "2190"
  rejected: "2191"
"""


@pytest.fixture
def sent(home: Path, tmp_path: Path) -> TenantContext:
    """A released file, with people who can settle what comes of it."""
    return with_codes(shutil.copytree(home, tmp_path / "home"), tmp_path)


def sides(of: TenantContext) -> list[tuple[str, ...]]:
    """Of the latest postings code, debit, credit and what moved."""
    told = (line.split(",", 5) for line in lines(asked(of)[-1])[1:])
    return [(code, debit, credit, said.rpartition("; ")[2].strip('"')) for _, _, code, debit, credit, said in told]


def test_each_account_has_codes_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.month.HEADER", f"{HEADER},Fund")
    of = two_accounts.several(tmp_path)
    agreement = of.settings.contracts / "ilf" / "agreement.yaml"
    agreement.write_text(agreement.read_text() + TWO_ACCOUNTS)
    two_accounts.released(of)
    (payment_file,) = of.paths.outbox("ilf").glob("*18.txt")
    bank_answers(payment_file, of.paths.bank_inbox("ilf"), date(2026, 11, 30))
    taken_in(of, AFTER)
    paid, back = asked(of)
    assert [line.split(",")[2:5] for line in lines(paid)[1:]] == [
        ["5320", "8300.00", ""],  # 1,900.00 + 2,400.00 + 4,000.00
        ["1020", "", "8300.00"],
        ["5310", "9411.60", ""],  # 2,981.60 + 1,050.00 + 3,480.00 + 1,900.00
        ["1010", "", "9411.60"],
    ]
    held = hold_against_statement(of, RUN, [paid.sums, back.sums], AFTER)
    assert held.shown and held.unexplained == 0


def test_what_the_bank_rejected_is_told_from_what_came_back(tmp_path: Path) -> None:
    contracts = copy_contracts(["ilf"], Rail.PAIN001, Settings().contracts, tmp_path)
    agreement = contracts / "ilf" / "agreement.yaml"
    agreement.write_text(agreement.read_text() + CODES)
    of = TenantContext("ilf", Mode.REHEARSAL, Settings(home=tmp_path, contracts=contracts, modulus_table=None))
    released_by(of)
    (message,) = of.paths.outbox("ilf").glob("*.xml")
    bank_answers(message, of.paths.bank_inbox("ilf"), date(2026, 11, 30), rail=Rail.PAIN001)
    taken_in(of, AFTER)
    paid, _ = asked(of)
    assert [line.split(",")[2:5] for line in lines(paid)[1:]] == [["5310", "5931.60", ""], ["1010", "", "5931.60"]]
    assert sides(of) == [
        ("1010", "1050.00", "", "rejected: 1 payment"),
        ("2191", "", "1050.00", "rejected: 1 payment"),
        ("1010", "2981.60", "", "returned: 1 payment"),
        ("2190", "", "2981.60", "returned: 1 payment"),
    ]
    held = hold_against_statement(of, RUN, [each.sums for each in asked(of)], AFTER)
    assert (held.shown, held.unexplained) == (Decimal("1900.00"), 0)


def test_what_came_back_after_a_recall(sent: TenantContext) -> None:
    recalled(sent, f"{RUN}/1")
    bank_says(sent, (1, "returned", "0", 190000), message="arucs")
    assert sides(sent) == [
        ("1010", "1900.00", "", "returned by recall: 1 payment"),
        ("2190", "", "1900.00", "returned by recall: 1 payment"),
    ]


def test_a_file_that_was_never_sent_after_all(sent: TenantContext) -> None:
    asked(sent, PAY_DAY)
    people, at = two(SENDER, SECOND)
    take_back(sent, RUN, "the channel was down, and it was never sent", people, at, PAY_DAY)
    assert sides(sent) == [
        ("1010", "5931.60", "", "paid, taken back: 3 payments"),
        ("5310", "", "5931.60", "paid, taken back: 3 payments"),
    ]


def test_what_two_people_settled_as_not_paid(sent: TenantContext) -> None:
    bank_says(sent, (2, "rejected", "1", 105000), (2, "settled", "1", 105000))
    settled(sent, f"{RUN}/2", Decision.NOT_PAID)
    assert sides(sent) == [
        ("1010", "1050.00", "", "rejected: 1 payment"),
        ("2191", "", "1050.00", "rejected: 1 payment"),
    ]


def test_a_live_run_is_posted_by_codes_that_the_body_has_adopted(tmp_path: Path) -> None:
    published_table(tmp_path / "table")
    settings = Settings(home=tmp_path / "home", modulus_table=tmp_path / "table")
    run_id = released_by(TenantContext("ilf", Mode.LIVE, settings))
    contracts = with_codes(tmp_path / "home", tmp_path).settings.contracts
    live = TenantContext("ilf", Mode.LIVE, settings.model_copy(update={"contracts": contracts}))
    with pytest.raises(NoGo, match=r"agreement.* Nothing was posted\."):
        post(live, run_id, SECOND, PAY_DAY)
    adopt(live)
    [paid] = post(live, run_id, SECOND, PAY_DAY)
    assert f'{run_id}/1,2026-11-30,5310,5931.60,,"Independent Living Fund, November 2026' in paid.path.read_text()
