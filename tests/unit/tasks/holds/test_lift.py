"""What a payment that came back holds is lifted by two people alone, and holds again when one comes back once more."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.period import Period
from tasks.audit.timeline import audit
from tasks.correction_file.stage import write_correction_files
from tasks.holds.lift import lift, list_held
from tasks.ledger.bank_rows import SettlementRow
from tasks.ledger.rows import insert
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import APPROVER, NOVEMBER, approve, assessed, context, deliver
from tests.sampled import one_in
from tests.unit.tasks.exceptions.test_settle import OPERATOR, OWNER, SECOND, enrol, two
from tests.unit.tasks.ledger.test_holds import ACCOUNT, AFTER, FIRST, PAYEE, bank_says, home, left_out

__all__ = ["home"]

PAYMENT = f"{FIRST}/1"


@pytest.fixture
def ilf(home: Path, tmp_path: Path) -> TenantContext:
    of = context(shutil.copytree(home, tmp_path / "home"))
    enrol(of, OPERATOR, OWNER)
    return of


def lifted(of: TenantContext, first: str = OPERATOR, second: str = OWNER, named: str = PAYMENT, **wrong: str) -> str:
    people, at = two(first, second, **wrong)
    return lift(of, named, "the bank confirms it", "letter of 4 November", people, at, AFTER).of


def test_the_account_is_paid_once_two_have_lifted_it(ilf: TenantContext) -> None:
    bank_says(ilf, "arucs", "returned", "B")
    [held] = list_held(ilf, AFTER)
    assert held.subject == PAYMENT
    assert "row 1 (line 3 of ilf.csv), came back, code B: its account is held" in held.said
    assert lifted(ilf) == PAYMENT
    assert list_held(ilf, AFTER) == []
    assert left_out(ilf) == []
    [told] = [step for step in audit(ilf, FIRST, AFTER.date()).steps if "lifted what held" in step.what]
    assert (told.who, f"the account of {PAYMENT}, agreed by {OWNER}" in told.what) == (OPERATOR, True)
    assert not [problem for problem in problems(ilf) if "lift" in str(problem)]


def test_what_comes_back_after_that_holds_again(ilf: TenantContext) -> None:
    bank_says(ilf, "arucs", "returned", "B")
    lifted(ilf)
    bank_says(ilf, "arucs", "returned", "B")
    assert left_out(ilf) == ACCOUNT


def test_what_came_before_and_is_admitted_after_that_holds_again(ilf: TenantContext) -> None:
    """Who lifted it did not know of it."""
    bank_says(ilf, "arucs", "returned", "B", verdict="set_aside")
    bank_says(ilf, "camt053", "statement_credit", "AC04")
    lifted(ilf)
    assert list_held(ilf, AFTER) == []
    with ilf.ledger.transaction() as connection:
        later = AFTER + timedelta(hours=1)
        insert(connection, SettlementRow(1, "admit", 1, None, None, None, None, "", "", None, "", "", 2, later))
    assert [held.subject for held in list_held(ilf, AFTER)] == [PAYMENT]
    people, at = two(OPERATOR, OWNER)
    lift(ilf, PAYMENT, "the bank confirms it", "letter", people, at, AFTER + timedelta(hours=2))
    assert list_held(ilf, AFTER) == []


def test_the_correction_file_names_no_hold_that_was_lifted(ilf: TenantContext) -> None:
    bank_says(ilf, "arucs", "returned", "B")
    deliver(ilf)
    run_id = assessed(ilf, NOVEMBER, flow="flow-2")
    approve(ilf, run_id, NOVEMBER, "flow-2")
    release(ilf, run_id, NOVEMBER)
    for is_held in (True, False):
        [written] = write_correction_files(ilf, Period.parsed("2026-11"), NOVEMBER)
        said = written.path.read_text(encoding="utf-8-sig")
        assert ("of an earlier period came back" in said, "does so no more" in said) == (is_held, not is_held)
        if is_held:
            lifted(ilf)


def test_the_approvers_do_not_lift_that_somebody_may_have_died(ilf: TenantContext) -> None:
    bank_says(ilf, "arucs", "returned", "2")
    with pytest.raises(NoGo, match=f"{SECOND} is no decision owner"):
        lifted(ilf, OPERATOR, SECOND)
    assert left_out(ilf) == PAYEE


def test_the_decision_owner_and_a_second_person_do(ilf: TenantContext) -> None:
    bank_says(ilf, "arucs", "returned", "2")
    lifted(ilf, SECOND, OWNER)
    assert left_out(ilf) == []


@pytest.mark.parametrize(
    ("first", "second", "wrong", "said"),
    one_in(
        2,
        [
            (OWNER, OWNER, {}, "cannot be both"),
            (OPERATOR, APPROVER, {}, "approved ilf-2026-10-rehearsal-1"),
            (OPERATOR, OPERATOR.replace("operator", "sender"), {}, "is no approver or decision owner"),
            (OPERATOR, OWNER, {OWNER: "000000"}, OWNER),
        ],
    ),
    ids=["one person", "its approver", "a sender", "a wrong code"],
)
def test_nobody_else_lifts_it(ilf: TenantContext, first: str, second: str, wrong: dict[str, str], said: str) -> None:
    bank_says(ilf, "arucs", "returned", "B")
    with pytest.raises(NoGo, match=said):
        lifted(ilf, first, second, **wrong)
    assert left_out(ilf) == ACCOUNT


def test_what_holds_nothing_is_not_lifted(ilf: TenantContext) -> None:
    with pytest.raises(NoGo, match="holds nothing"):
        lifted(ilf)
    bank_says(ilf, "arucs", "returned", "B")
    with pytest.raises(NoGo, match="Name the payment"):
        lifted(ilf, named=FIRST)
    lifted(ilf)
    with pytest.raises(NoGo, match="holds nothing, or it was lifted"):
        lifted(ilf)


def test_nobody_lifts_what_payments_hold_that_they_approved_by_naming_another(ilf: TenantContext) -> None:
    """November pays the same account before October's payment has come back; then both come back."""
    deliver(ilf)
    november = assessed(ilf, flow="flow-2")
    approve(ilf, november, flow="flow-2", approver=SECOND)
    release(ilf, november, NOVEMBER)
    bank_says(ilf, "arucs", "returned", "B")
    bank_says(ilf, "arucs", "returned", "B", of_run=november)
    assert [held.subject for held in list_held(ilf, NOVEMBER)] == [PAYMENT, f"{november}/1"]
    for named in (PAYMENT, f"{november}/1"):
        with pytest.raises(NoGo, match=f"{SECOND} approved {november}"):
            lifted(ilf, OPERATOR, SECOND, named)
    lifted(ilf)
    assert list_held(ilf, NOVEMBER) == []
