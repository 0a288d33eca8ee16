"""What paid a row that was refused or came back: told from both ends, by the page, the items and the trace."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from lxml import html

from tasks.instruct.stage import instruct
from tasks.ledger import runs
from tasks.lineage.same_payment import paid_since
from tasks.lineage.trace import trace
from tasks.reconcile.receive import put_away
from tasks.reconcile.stage import reconcile
from tasks.reconcile.wording import sentence
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests import bank_messages as bank
from tests.month import NOVEMBER, ROWS, SAMPLES, approve, assess, context, deliver, ingest

FIRST, SECOND = (f"ilf-2026-11-rehearsal-{number}" for number in (1, 2))
GOOD = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()[4]
SPOILT = GOOD.replace(GOOD.split(",")[2], "1234", 1)
"""A sort code of four digits."""
LATER = NOVEMBER.replace(month=12, day=7)
AFTER = NOVEMBER.replace(month=12, day=15)


def paid(of: TenantContext, rows: Sequence[str], flow: str, now=NOVEMBER, **declared: object) -> str:
    """From the landing folder to the outbox."""
    deliver(of, rows, name=f"{flow}.csv", **declared)
    run_id = ingest(of, flow=flow)
    validate(of, run_id, now)
    instruct(of, run_id, now)
    assess(of, run_id, now)
    total = sum(Decimal(row.split(",")[5]) for row in rows)
    approve(of, run_id, now, flow=flow, control_total=f"{total}")
    release(of, run_id, now)
    return run_id


def says(of: TenantContext, now, *documents: str) -> None:
    folder = of.paths.bank_inbox("ilf")
    folder.mkdir(parents=True, exist_ok=True)
    for number, document in enumerate(documents):
        (folder / f"{now:%d}-{number}.xml").write_text(document)
    assert bank.taken_in(of, now)[1] == []
    put_away(of)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> TenantContext:
    """Three payments and a refused row; the second comes back, and a supplementary pays both."""
    of = context(tmp_path_factory.mktemp("month"))
    assert paid(of, [*ROWS, SPOILT], "full") == FIRST
    says(of, LATER - timedelta(days=3), bank.input_report(), bank.statement([bank.debit(), bank.credit()]))
    again = [row.replace("30/11/2026", "10/12/2026") for row in (GOOD, ROWS[1])]
    assert paid(of, again, "again", LATER, kind="supplementary", pay_date="2026-12-10") == SECOND
    pounds = f"{sum(Decimal(row.split(',')[5]) for row in again)}"
    days = ("2026-12-10", "2026-12-14")
    says(of, AFTER, bank.statement([bank.debit("2026-12-10", pounds)], days=days))
    return of


def test_each_row_names_the_payment_that_paid_it(month: TenantContext) -> None:
    with month.ledger.opened() as connection:
        first, second = (runs.run_row(connection, run_id) for run_id in (FIRST, SECOND))
        found = paid_since(connection, first, AFTER.date())
        assert paid_since(connection, second, AFTER.date()).is_empty()
        assert paid_since(connection, first, LATER.date()).select("row_number", "paid_state").rows() == [
            (1, "accepted"),
            (3, "accepted"),
        ]
    assert found.select("row_number", "state", "paid_by", "paid_state").rows() == [
        (1, "returned", f"{SECOND}/1", "credited"),
        (3, "refused", f"{SECOND}/0", "credited"),
    ]


def test_the_report_says_it_from_both_ends(month: TenantContext) -> None:
    found, written = reconcile(month, FIRST, AFTER)
    assert sentence(found) == (
        "2 of 4 payments asked for were paid; 1 came back (£1,900.00); 0 still wait; "
        "2 paid since by a later run (1 that waited, 1 that did not arrive); £0.00 unexplained"
    )
    told = " ".join(html.fromstring(written.page.read_bytes()).text_content().split())
    assert f"2 rows paid since by {SECOND}" in told
    assert f"{FIRST}/3 (line 5): {SECOND}/0" in told
    items = pl.read_parquet(written.items)
    assert dict(items.select("payment", "paid_since_by").iter_rows()) == {
        f"{FIRST}/1": f"{SECOND}/1",
        f"{FIRST}/3": f"{SECOND}/0",
    }
    later, written = reconcile(month, SECOND, AFTER)
    assert sentence(later).startswith("2 of 2 payments asked for were paid; 0 came back; 0 still wait; £0.00")
    told = " ".join(html.fromstring(written.page.read_bytes()).text_content().split())
    assert f"2 rows of {FIRST} paid here" in told
    assert f"{SECOND}/0 (refused): {FIRST}/3 (line 5)" in told


@pytest.mark.parametrize(("row", "other"), [("3", "0"), ("1", "1")], ids=["refused", "came back"])
def test_the_trace_leads_from_either_to_the_other(month: TenantContext, row: str, other: str) -> None:
    after = date(2026, 12, 15)
    forwards = {step.what: step.detail for step in trace(month.ledger, f"{FIRST}/{row}", after).steps}
    line = int(other) + 2
    assert forwards["paid since"] == f"by {SECOND}/{other}, line {line} of again.csv: credited"
    backwards = {step.what: step.detail for step in trace(month.ledger, f"{SECOND}/{other}", after).steps}
    state = "refused" if row == "3" else "returned"
    assert backwards["asked for before"] == f"by {FIRST}/{row}, line {int(row) + 2} of full.csv: {state}"
    alone = trace(month.ledger, f"{FIRST}/0", after).steps
    assert not {"paid since", "asked for before", "asked for again"} & {step.what for step in alone}


def test_no_name_stands_in_what_is_written(month: TenantContext) -> None:
    folder = Path(reconcile(month, FIRST, AFTER)[1].page).parent
    written = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    assert written
    for row in (*ROWS, GOOD):
        assert row.split(",")[1].encode() not in written
