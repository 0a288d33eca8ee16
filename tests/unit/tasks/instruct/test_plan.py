"""A holiday that is announced while a run is under way: what moves, what stops, and how it goes on."""

from datetime import date
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.approve.decision import undecided_until
from tasks.instruct.plan import Move, moves
from tasks.instruct.stage import instruct
from tasks.ledger import entry_of
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import days_of
from tasks.ledger.overview import overview
from tasks.ledger.rows import FileDayRow
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import NOVEMBER, ROWS, approve, assessed, context, deliver, ingest, released
from tests.unit.tasks.rails.test_rails import office_with

RUN = "ilf-2026-11-rehearsal-1"
THURSDAY, FRIDAY, MONDAY = date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 30)
"""November's input day, processing date and pay day; 1 December is a Tuesday."""


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    return context(tmp_path / "home")


def announced(of: TenantContext, *days: date, version: int = 2) -> TenantContext:
    """The same office once these days have become English bank holidays."""
    path = of.settings.home.parent / "bank_holidays.yaml"
    path.write_text(
        f"version: {version}\nannouncements:\n  - announced_on: 2026-11-19\n    source: https://www.gov.uk/bank-holidays\n"
        f"    divisions: [england-and-wales]\n    holidays: [{', '.join(day.isoformat() for day in days)}]\n"
    )
    return TenantContext(of.tenant, of.mode, of.settings.model_copy(update={"bank_holidays": path}))


def all_moves(of: TenantContext, today: date = date(2026, 11, 20)) -> list[Move]:
    with of.ledger.opened() as connection:
        return list(moves(of, connection, overview(connection), today))


def days(of: TenantContext, run_id: str) -> FileDayRow:
    with of.ledger.opened() as connection:
        return days_of(connection, run_id)[0]


def test_a_run_says_which_calendar_it_was_planned_by(approved_month: TenantContext):
    with approved_month.ledger.opened() as connection:
        kept = entry_of(connection, RUN, Instruct)
    assert days(approved_month, RUN).returns_closed == date(2026, 12, 2)
    assert "announcements 1" in kept.bank_holidays
    assert all_moves(approved_month) == []


def test_a_holiday_that_touches_nothing_moves_nothing(approved_month: TenantContext):
    assert all_moves(announced(approved_month, date(2026, 12, 7))) == []


def test_a_run_whose_processing_day_is_gone_is_stopped_and_planned_again(approved_month: TenantContext):
    """Processed on Thursday in place of Friday: the same extract opens the next run, with the same pay day."""
    changed = announced(approved_month, FRIDAY)
    (move,) = all_moves(changed)
    assert (move.run_id, move.has_left) == (RUN, False)
    assert (move.now.input_day, move.now.processing_date) == (date(2026, 11, 25), THURSDAY)
    assert (move.now.entry_date, move.now.returns_closed) == (MONDAY, date(2026, 12, 2))
    assert "processing date Fri 27 Nov 2026 to Thu 26 Nov 2026" in str(move) and "Start it again" in str(move)
    with pytest.raises(NoGo, match=r"cannot be released, because the calendar has changed.*Nothing was released"):
        instruct(changed, RUN, NOVEMBER)
    again = assessed(changed, NOVEMBER, flow="flow-2")
    assert again == "ilf-2026-11-rehearsal-2"
    assert undecided_until(changed, again, "flow-2", "approval-1")
    assert all_moves(changed) == []
    with pytest.raises(NoGo, match="has taken the place of"):
        release(changed, RUN, NOVEMBER)
    approve(changed, again, flow="flow-2")
    release(changed, again, NOVEMBER)
    assert days(changed, again).processing_date == THURSDAY


def test_a_run_whose_pay_day_is_gone_waits_for_another_extract(approved_month: TenantContext):
    changed = announced(approved_month, MONDAY)
    (move,) = all_moves(changed)
    assert (move.now.entry_date, move.now.processing_date) == (FRIDAY, THURSDAY)
    assert "The body sends its extract again" in str(move)
    with pytest.raises(NoGo, match="Nothing was released"):
        instruct(changed, RUN, NOVEMBER)
    with pytest.raises(NoGo, match="the agreement pays it on 27 November 2026"):
        ingest(changed, flow="flow-2")


def test_a_run_that_has_left_is_moved_by_the_bank(released_month: TenantContext):
    """As on 19 September 2022: what was to be processed on the new holiday is processed on the next bank day."""
    changed = announced(released_month, FRIDAY)
    (move,) = all_moves(changed)
    assert (move.run_id, move.has_left) == (RUN, True)
    assert (move.now.processing_date, move.now.entry_date) == (MONDAY, date(2026, 12, 1))
    assert move.now.returns_closed == date(2026, 12, 3)
    assert "no word of the file by 30 November, no debit by 1 December" in str(move)
    assert instruct(changed, RUN, NOVEMBER).run_id == RUN
    assert all_moves(changed, date(2026, 12, 3)) == [move]
    assert all_moves(changed, date(2026, 12, 4)) == []


def test_a_run_that_has_left_and_whose_pay_day_is_gone_is_paid_on_the_next(released_month: TenantContext):
    (move,) = all_moves(announced(released_month, MONDAY))
    assert (move.now.processing_date, move.now.entry_date) == (FRIDAY, date(2026, 12, 1))
    assert move.now.returns_closed == date(2026, 12, 3)
    (later,) = all_moves(announced(released_month, date(2026, 12, 1)))
    assert "returns closed Wed 2 Dec 2026 to Thu 3 Dec 2026" in str(later) and "entry date" not in str(later)


def test_a_run_that_is_over_does_not_move(ilf: TenantContext):
    deliver(ilf, ROWS[:1])
    assessed(ilf, verdict="no-go")
    assert all_moves(announced(ilf, FRIDAY)) == []


def test_a_run_without_a_payment_file_is_planned_by_the_new_calendar(ilf: TenantContext):
    deliver(ilf)
    run_id = ingest(ilf)
    validate(ilf, run_id, NOVEMBER)
    changed = announced(ilf, FRIDAY)
    instruct(changed, run_id, NOVEMBER)
    assert days(changed, run_id).processing_date == THURSDAY


def test_arrears_by_faster_payments_may_be_paid_on_a_sunday(tmp_path: Path):
    by_faster_payments = office_with(tmp_path, ("rail: bacs_standard_18", "rail: faster_payments"))
    rows = [row.replace("30/11/2026", "29/11/2026") for row in ROWS]
    deliver(by_faster_payments, rows, kind="arrears", pay_date="2026-11-29")
    run_id = assessed(by_faster_payments)
    approve(by_faster_payments, run_id)
    assert all_moves(by_faster_payments) == []
    release(by_faster_payments, run_id, NOVEMBER)
    assert all_moves(announced(by_faster_payments, date(2026, 11, 23))) == []


def test_a_holiday_on_the_day_of_a_chaps_payment_moves_it_to_the_next_bank_day(tmp_path: Path):
    by_chaps = office_with(tmp_path, ("rail: bacs_standard_18", "rail: pain001_chaps"))
    released(by_chaps)
    (move,) = all_moves(announced(by_chaps, MONDAY))
    tuesday = date(2026, 12, 1)
    assert (move.has_left, move.now.processing_date, move.now.entry_date) == (True, tuesday, tuesday)
    assert "no debit by 1 December" in str(move)
