"""A period that is not the body's, a change of rhythm, and periods off the cycle: what is let in, and what is held."""

from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.ingest.stage import ingest, open_run
from tasks.people.credentials import Kind, keep
from tasks.people.identity import account
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import APPROVER, NOVEMBER, ROWS, deliver, released
from tests.rhythms import LAST_BANK_DAY, WEEKLY, agreed_otherwise, rows_paid_on
from tests.unit.tasks.manual_payments.test_stage import came_back, line_of, recorded

BEFORE = {"rhythm": "month", "until": date(2026, 11, 22), "pay_day": LAST_BANK_DAY}
THURSDAY = date(2026, 11, 26)
WEEK_48 = {"pay_period": "2026-W48", "pay_date": "2026-11-26"}
THANKS = {"2026-thank-you": {"pay_day": date(2026, 12, 11), "highest_sum": "6000.00"}}
_FLOWS = count()
THANKED = {"pay_period": "2026-thank-you", "pay_date": "2026-12-11"}


def office(beside: Path, **keys: Any) -> TenantContext:
    contracts = agreed_otherwise(beside / "contracts", **keys)
    return TenantContext("ilf", Mode.REHEARSAL, Settings(home=beside / "home", modulus_table=None, contracts=contracts))


def taken_in(of: TenantContext, period: str, now: datetime = NOVEMBER) -> str:
    flow = f"flow {next(_FLOWS)}"
    run, arrived = open_run(of, period, flow, now)
    if arrived:
        ingest(of, run, arrived, flow, now)
    return run.run_id


def left_out(of: TenantContext, run_id: str) -> dict[int, str]:
    with of.ledger.opened() as connection:
        return dict(
            connection.execute(
                "SELECT row_number, rule FROM core_left_out JOIN run USING (run_no) WHERE run_id = ? ORDER BY ALL",
                [run_id],
            ).fetchall()
        )


@pytest.mark.parametrize("kind", ["full", "arrears"])
def test_a_period_of_another_rhythm_is_refused(tmp_path: Path, kind: str) -> None:
    of = office(tmp_path)
    deliver(of, rows_paid_on(THURSDAY), kind=kind, **WEEK_48)
    with pytest.raises(
        NoGo, match=r"^2026-W48 is none of the body's pay periods, which are written like 2026-11 \(month"
    ):
        taken_in(of, "2026-W48")


def test_the_period_of_the_day_is_the_body_s_own(tmp_path: Path) -> None:
    of = office(tmp_path, **WEEKLY)
    deliver(of, rows_paid_on(THURSDAY), **WEEK_48)
    run, _ = open_run(of, None, "flow", datetime(2026, 11, 23, 9, tzinfo=LONDON))
    assert run.run_id == "ilf-2026-W48-rehearsal-1"


def test_a_change_of_rhythm_is_declared_and_then_nobody_is_paid_twice(tmp_path: Path) -> None:
    assert released(office(tmp_path, pay_day=LAST_BANK_DAY)) == "ilf-2026-11-rehearsal-1"
    of = office(tmp_path, **WEEKLY)
    same, other, third = rows_paid_on(THURSDAY)
    rows = [same, other.replace("1900.00", "475.00"), third.replace("ILF100004", "ILF100009")]
    deliver(of, rows, name="week.csv", **WEEK_48)
    with pytest.raises(
        NoGo, match="for 2026-W48, which shares days with 2026-11, and the agreement does not have both"
    ):
        taken_in(of, "2026-W48")
    of = office(tmp_path, **WEEKLY, earlier_pay_periods=[BEFORE])
    run_id = taken_in(of, "2026-W48")
    validate(of, run_id, NOVEMBER)
    # The same payment is held; another amount, and another payee with the same account and amount, are not.
    assert left_out(of, run_id) == {0: "paid_in_overlapping_period"}


def test_what_was_paid_outside_in_such_a_period_is_held_until_it_has_come_back(tmp_path: Path) -> None:
    of = office(tmp_path, **WEEKLY, earlier_pay_periods=[BEFORE])
    with of.ledger.transaction(create=True) as connection:
        keep(connection, APPROVER, Kind.ACCOUNT, account(), ("operator@siller.example",), NOVEMBER)
    recorded(of, [line_of(ROWS[0]), line_of(ROWS[1])])
    came_back(of, line_of(ROWS[1], paid_on="26/11/2026"))
    deliver(of, rows_paid_on(THURSDAY), name="week.csv", **WEEK_48)
    run_id = taken_in(of, "2026-W48")
    validate(of, run_id, NOVEMBER)
    assert left_out(of, run_id) == {0: "paid_in_overlapping_period"}


def test_what_waits_in_a_period_that_shares_days_is_held_too(tmp_path: Path) -> None:
    of = office(tmp_path, pay_day=LAST_BANK_DAY)
    deliver(of)
    validate(of, taken_in(of, "2026-11"), NOVEMBER)
    of = office(tmp_path, **WEEKLY, earlier_pay_periods=[BEFORE])
    deliver(of, rows_paid_on(THURSDAY), name="week.csv", **WEEK_48)
    run_id = taken_in(of, "2026-W48")
    validate(of, run_id, NOVEMBER)
    assert left_out(of, run_id) == dict.fromkeys(range(3), "overlapping_in_another_run")


def test_an_off_cycle_period_needs_a_name_that_is_agreed_on(tmp_path: Path) -> None:
    of = office(tmp_path)
    deliver(of, rows_paid_on(date(2026, 12, 11)), **THANKED)
    with pytest.raises(NoGo, match="names no off-cycle period 2026-thank-you"):
        taken_in(of, "2026-thank-you")


def test_an_off_cycle_period_stands_beside_the_month_up_to_its_sum(tmp_path: Path) -> None:
    """The rows come to £5,931.60, and £6,000.00 is agreed on."""
    assert released(office(tmp_path)) == "ilf-2026-11-rehearsal-1"
    of = office(tmp_path, off_cycle=THANKS)
    rows = rows_paid_on(date(2026, 12, 11))
    deliver(of, [row.replace("1900.00", "1968.41") for row in rows], name="thanks.csv", **THANKED)
    with pytest.raises(NoGo, match=r"2026-thank-you comes to £6,000\.01; the agreement lets it be £6,000\.00 at most"):
        taken_in(of, "2026-thank-you")
    deliver(of, rows, name="thanks.csv", **THANKED)
    run_id = taken_in(of, "2026-thank-you")
    validate(of, run_id, NOVEMBER)
    assert (run_id, left_out(of, run_id)) == ("ilf-2026-thank-you-rehearsal-1", {})
    deliver(of, [rows[0].replace("2981.60", "68.41")], name="more.csv", kind="arrears", **THANKED)
    with pytest.raises(NoGo, match=r"With more\.csv, 2026-thank-you comes to £6,000\.01"):
        taken_in(of, "2026-thank-you")
