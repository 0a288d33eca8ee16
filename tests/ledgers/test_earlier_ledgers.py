"""What an earlier siller has paid: this one upgrades it, finds it whole, and pays nobody in it again."""

import csv
import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from schemas.approval import Outcome
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.approve.stage import judge_once
from tasks.instruct.stage import instruct
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue import row_of
from tasks.ledger.catalogue.stages import Instruct
from tasks.practice_bank.bank import RETURN_CODES
from tasks.publish.stage import publish
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tasks.verify import problems
from tests.ledgers import earlier
from tests.ledgers.two_months import ARREARS, CORRECTION, NOVEMBER, OCTOBER, OPENED, PAID, pseudonyms
from tests.month import answer, assess, deliver, ingest, naive_payments
from tests.sampled import one_in

DECEMBER = datetime(2026, 12, 15, 9, 30, tzinfo=LONDON)
SERIALS_GIVEN = 4
"""To October, to November's extract, to the correction that took its place, and to the arrears."""


@pytest.fixture(params=earlier.PAID, ids=earlier.commit_of)
def paid(request: pytest.FixtureRequest, upgraded_home: Callable[[Path], Path], tmp_path: Path) -> TenantContext:
    """A home as an earlier siller left it, upgraded."""
    return earlier.of_home(shutil.copytree(upgraded_home(request.param), tmp_path / "home", symlinks=True))


def in_december(rows: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(row.replace("30/11/2026", "24/12/2026") for row in rows)


def december(of: TenantContext) -> str:
    """Pay December to everybody whom November paid; returns the run."""
    deliver(of, in_december(NOVEMBER[:200]), name="december.csv", pay_period="2026-12", pay_date="2026-12-24")
    run_id = ingest(of, DECEMBER, "flow-december")
    validate(of, run_id, DECEMBER)
    instruct(of, run_id, DECEMBER)
    assess(of, run_id, DECEMBER)
    with of.ledger.opened() as connection:
        total = runs.run_row(connection, run_id).declared_total
    given = answer(control_total=f"{total:.2f}", answered_at=DECEMBER)
    verdict = judge_once(of, run_id, "flow-december", "approval-1-1", given, DECEMBER)
    assert verdict.outcome is Outcome.APPROVED, verdict.cause
    release(of, run_id, DECEMBER)
    publish(of, run_id, DECEMBER)
    return run_id


def test_there_are_eight() -> None:
    assert len(earlier.PAID) == 8


def test_nothing_in_it_has_changed(paid: TenantContext) -> None:
    assert list(problems(paid)) == []


def test_every_entry_is_read_and_written_again_as_it_stands(paid: TenantContext) -> None:
    """Hashes are made over entries: whatever an earlier siller did not keep is not there when it is written again."""
    with paid.ledger.opened() as connection:
        entries = connection.execute("SELECT stage, figures FROM journal").fetchall()
    assert len(entries) > 30
    for stage, figures in entries:
        row = row_of(stage)
        assert row and row.entry, stage
        assert row.entry.read(json.loads(figures)).as_json() == figures


@pytest.mark.parametrize(
    ("period", "rows", "kind"),
    [("2026-10", OCTOBER, "full"), ("2026-11", NOVEMBER, "full"), ("2026-11", CORRECTION, "correction")],
)
def test_what_was_paid_is_not_begun_again(paid: TenantContext, period: str, rows: tuple[str, ...], kind: str) -> None:
    corrects = {"corrects": "0" * 64} if kind == "correction" else {}
    deliver(paid, rows, pay_period=period, pay_date=PAID[period].isoformat(), kind=kind, **corrects)
    files = sorted(paid.paths.outbox("ilf").iterdir())
    with pytest.raises(NoGo):
        ingest(paid, OPENED[period].replace(hour=17), "again")
    assert sorted(paid.paths.outbox("ilf").iterdir()) == files


@pytest.mark.parametrize("paid", one_in(3, earlier.PAID), indirect=True, ids=earlier.commit_of)
@pytest.mark.parametrize(("rows", "kind"), [(ARREARS, "arrears"), (NOVEMBER[:200], "supplementary")])
def test_who_was_paid_is_held(paid: TenantContext, rows: tuple[str, ...], kind: str) -> None:
    """Also in an extract of other bytes, for another day: all but those whose payments the practice bank gave back."""
    again = tuple(row.replace("30/11/2026", "10/12/2026") for row in rows)
    deliver(paid, again, name="again.csv", kind=kind, pay_date="2026-12-10")
    now = datetime(2026, 11, 30, 9, tzinfo=LONDON)
    run_id = ingest(paid, now, "again")
    validate(paid, run_id, now)
    with paid.ledger.opened() as connection:
        run_no = runs.run_row(connection, run_id).run_no
        left_out = connection.execute(
            "SELECT outcome, count(DISTINCT row_number) FROM core_left_out WHERE run_no = ? GROUP BY ALL", [run_no]
        ).fetchall()
    assert left_out == [("held", len(rows) - len(RETURN_CODES))]


@pytest.mark.parametrize("paid", one_in(3, earlier.PAID), indirect=True, ids=earlier.commit_of)
def test_life_goes_on(paid: TenantContext) -> None:
    """The next serial follows, the people who are enrolled approve, and everybody keeps their pseudonym.

    All are paid but those whose account October's or November's money came back from.
    """
    run_id = december(paid)
    with paid.ledger.opened() as connection:
        serial = entry_of(connection, run_id, Instruct).serial
        back = connection.execute(
            "SELECT DISTINCT sort_code, account_number FROM core_bank_answer WHERE message = 'arucs'"
        ).fetchall()
    assert serial == SERIALS_GIVEN + 1
    file = next(path for path in paid.paths.outbox("ilf").glob(f"{run_id}*.txt"))
    held = [fields for fields in csv.reader(NOVEMBER[:200]) if tuple(fields[2:4]) in back]
    assert len(held) >= len(RETURN_CODES)
    assert len(naive_payments(file.read_bytes())) == 200 - len(held)
    before = json.loads((paid.settings.home / "pseudonyms.json").read_text())
    now = pseudonyms(paid)
    assert {row: now[row] for row in before} == before
    # December's rows are those of November, in the same order.
    corrected = "ilf-2026-11-rehearsal-2"
    assert [now[f"{run_id}/{row}"] for row in range(200)] == [before[f"{corrected}/{row}"] for row in range(200)]
    assert list(problems(paid)) == []
