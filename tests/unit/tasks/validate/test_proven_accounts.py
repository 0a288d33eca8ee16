"""An account that fails the table is paid and referred if the same payee had money in it; every other is refused."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from schemas.bank_days import LONDON
from tasks.assess.stage import thresholds
from tasks.ledger.verify import problems
from tasks.practice_bank.bank import answer as bank_answers
from tasks.reconcile.receive import inbox, receive_all
from tasks.release.stage import release
from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.by_hand import parts_beside
from tests.month import NOVEMBER, ROWS, approve, assessed, context, deliver, ingest
from tests.unit.tasks.validate.test_stage import left_out, payable

RULE = ("refused", "account_number", "account_passes_modulus_check")
NOVEMBER_PAY_DAY = "30/11/2026"
LAST = date(2026, 10, 30)


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    return context(tmp_path / "home")


@pytest.fixture
def stale(ilf: TenantContext, tmp_path: Path) -> TenantContext:
    """The same office with another table, in which no account of the three payees' sort codes passes."""
    folder = copytree(PROJECT / "data_contracts" / "practice_modulus", tmp_path / "table")
    with (folder / "valacdos-practice.txt").open("a") as table:
        for sort_code, account in (row.split(",")[2:4] for row in ROWS):
            # MOD10 over the last digit alone; a zero there would pass, so its weight falls on another digit.
            place = next(place for place in reversed(range(8)) if account[place] != "0")
            weights = ["0"] * 14
            weights[6 + place] = "1"
            table.write(f"{sort_code} {sort_code} MOD10 {' '.join(weights)}\n")
    return replace(ilf, settings=ilf.settings.model_copy(update={"modulus_table": folder}))


def paid(of: TenantContext, pay_day: date = LAST, answered: bool = True, returned: tuple[str, ...] = ()) -> None:
    """The three payments of ``ROWS``, paid on a day, and what the bank said of them."""
    rows = [row.replace(NOVEMBER_PAY_DAY, f"{pay_day:%d/%m/%Y}") for row in ROWS]
    deliver(of, rows, pay_period=f"{pay_day:%Y-%m}", pay_date=pay_day.isoformat())
    now = datetime.combine(pay_day, NOVEMBER.timetz().replace(tzinfo=None), LONDON) - timedelta(days=10)
    run_id = assessed(of, now, flow=f"flow-{pay_day}")
    approve(of, run_id, now, flow=f"flow-{pay_day}")
    release(of, run_id, now)
    if answered:
        (file,) = of.paths.outbox(of.tenant).glob(f"{run_id}*.txt")
        bank_answers(file, of.paths.bank_inbox(of.tenant), pay_day, return_codes=returned)
        receive_all(of, inbox(of), now + timedelta(days=20))


def november(of: TenantContext, *rows: str) -> str:
    deliver(of, rows)
    run_id = ingest(of, flow="flow-november")
    validate(of, run_id, NOVEMBER)
    return run_id


def referred(of: TenantContext, run_id: str) -> list[tuple[int, str, str]]:
    with of.ledger.opened() as connection:
        return connection.execute(
            "SELECT row_number, column_name, rule FROM core_referred JOIN run USING (run_no) WHERE run_id = ? "
            "ORDER BY ALL",
            [run_id],
        ).fetchall()


def test_without_a_past_every_account_that_fails_is_refused(stale: TenantContext):
    run_id = november(stale, *ROWS)
    assert left_out(stale) == [(row, *RULE) for row in range(3)]
    assert payable(stale) == {} and referred(stale, run_id) == []


def test_who_had_money_in_the_account_is_paid_and_referred(ilf: TenantContext, stale: TenantContext):
    paid(ilf)
    run_id = november(stale, *ROWS)
    assert left_out(stale, 2) == []
    assert payable(stale, 2) == {0: 298160, 1: 190000, 2: 105000}
    assert referred(stale, run_id) == [(row, *RULE[1:]) for row in range(3)]
    with stale.ledger.opened() as connection:
        assert list(problems(connection, parts_beside(connection))) == []


def test_new_and_changed_details_are_refused(ilf: TenantContext, stale: TenantContext):
    """A payee who is new with a known account; a known payee whose account, or amount alone, is another."""
    paid(ilf)
    reference, account = ROWS[0].split(",")[0], ROWS[0].split(",")[3]
    other = f"{(int(account) + 10_000_000) % 100_000_000:08d}"
    rows = (
        ROWS[0].replace(reference, "ILF999999"),
        ROWS[0].replace(account, other),
        ROWS[1].replace("1900.00", "7.00"),
    )
    run_id = november(stale, *rows)
    assert left_out(stale, 2) == [(row, *RULE) for row in (0, 1)]
    assert payable(stale, 2) == {2: 700}
    assert [row for row, *_ in referred(stale, run_id)] == [2]


def test_whose_money_came_back_is_refused(ilf: TenantContext, stale: TenantContext):
    paid(ilf, returned=("0", "B", "2"))
    november(stale, *ROWS)
    assert left_out(stale, 2) == [(row, *RULE) for row in range(3)]


def test_an_earlier_success_does_not_outweigh_a_later_return(ilf: TenantContext, stale: TenantContext):
    paid(ilf, date(2026, 9, 30))
    paid(ilf, LAST, returned=("0", "B", "2"))
    november(stale, *ROWS)
    assert left_out(stale, 3) == [(row, *RULE) for row in range(3)]


def test_what_the_bank_has_not_answered_proves_nothing(ilf: TenantContext, stale: TenantContext):
    paid(ilf, answered=False)
    november(stale, *ROWS)
    assert left_out(stale, 2) == [(row, *RULE) for row in range(3)]


@pytest.mark.parametrize(("pay_day", "known"), [(date(2025, 11, 28), False), (date(2025, 12, 31), True)])
def test_a_year_is_how_far_it_looks_back(ilf: TenantContext, stale: TenantContext, pay_day: date, known: bool):
    paid(ilf, pay_day)
    november(stale, *ROWS)
    assert (left_out(stale, 2) == []) is known
    assert len(payable(stale, 2)) == (3 if known else 0)


def test_another_reason_is_kept_and_a_proven_account_does_not_outweigh_it(ilf: TenantContext, stale: TenantContext):
    paid(ilf)
    run_id = november(stale, ROWS[0].replace("2981.60", "0.00"), ROWS[1], ROWS[1])
    assert left_out(stale, 2) == [
        (0, "refused", "amount", "is_not_zero"),
        (2, "held", "payee_reference", "identical_copy_in_extract"),
    ]
    assert [row for row, *_ in referred(stale, run_id)] == [1]


def test_the_agreement_has_the_gates_thresholds(ilf: TenantContext):
    assert thresholds(ilf)["account_table_age_days"] == (180, 730)
