"""What a supplementary extract or arrears come beside: who was paid already, and which rows are made good."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from tasks.assess.beside import Beside, MadeGood
from tasks.assess.measure import measure
from tasks.assess.stage import gather_context
from tasks.ingest.stage import ingest, open_run
from tasks.instruct.stage import instruct
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Ingest, Validate
from tasks.ledger.file_days import days_of
from tasks.rails import Dates
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import NOVEMBER, OCTOBER, ROWS, approve, assessed, context, deliver

FIRST = "ilf-2026-11-rehearsal-1"
DECEMBER = NOVEMBER.replace(month=12, day=7)


def beside(
    of: TenantContext, rows: Sequence[str], kind: str, now: datetime = NOVEMBER, pay_date: str = "2026-12-04"
) -> Beside:
    """Take another extract of November as far as its payment file, and measure what it comes beside."""
    day = f"{pay_date[8:]}/{pay_date[5:7]}/{pay_date[:4]}"
    deliver(of, [row.replace("30/11/2026", day) for row in rows], name=f"{kind}.csv", kind=kind, pay_date=pay_date)
    run, arrived = open_run(of, "2026-11", "flow-2", now)
    assert arrived
    ingest(of, run, arrived, "flow-2", now)
    validate(of, run.run_id, now)
    instruct(of, run.run_id, now)
    with of.ledger.opened() as connection:
        row = runs.run_row(connection, run.run_id)
        kept = [entry_of(connection, row.run_id, kind) for kind in (Ingest, Validate)]
        told = gather_context(of, *kept, [*map(Dates.kept, days_of(connection, row.run_id))], True, now)
        found = measure(connection, row, told, of.agreement.accounts).beside
    assert found is not None
    return found


@pytest.fixture
def released(tmp_path: Path) -> TenantContext:
    """Two payments of November released, and a third refused because it has no name."""
    of = context(tmp_path)
    deliver(of, (*ROWS[:2], ROWS[2].replace(ROWS[2].split(",")[1], "", 1)))
    run_id = assessed(of)
    approve(of, run_id)
    release(of, run_id, NOVEMBER)
    return of


def test_a_supplementary_extract_makes_good_what_was_refused(released: TenantContext) -> None:
    assert beside(released, [ROWS[2]], "supplementary") == Beside(2, 0, (MadeGood(FIRST, "refused", (2,)),))


def test_and_what_came_back_which_nobody_was_paid_by(ilf: TenantContext) -> None:
    """Of three payments two came back after the release; the fourth row was refused."""
    found = beside(ilf, ROWS, "supplementary", DECEMBER, "2026-12-11")
    (good,) = found.made_good
    assert (good.run_id, good.state, len(good.rows)) == (FIRST, "returned", 2)
    assert (found.payees_paid, found.of_them_here, found.missing) == (1, 0, 0)


def test_arrears_are_on_top_of_what_was_paid(released: TenantContext) -> None:
    assert beside(released, ROWS[1:], "arrears") == Beside(2, 1)


def test_who_was_missing_is_counted(tmp_path: Path) -> None:
    """Paid in October, in no extract of November."""
    of = context(tmp_path)
    october = [row.replace("30/11/2026", "30/10/2026") for row in ROWS[:2]]
    deliver(of, october, pay_period="2026-10", pay_date="2026-10-30")
    run_id = assessed(of, OCTOBER, flow="flow-october")
    approve(of, run_id, OCTOBER, flow="flow-october", control_total="4881.60")
    release(of, run_id, OCTOBER)
    deliver(of, [ROWS[2]])
    run_id = assessed(of)
    approve(of, run_id, control_total="1050.00")
    release(of, run_id, NOVEMBER)
    assert beside(of, ROWS[:1], "supplementary") == Beside(1, 0, (), 1)
