"""Reconcile: where every pound of November is, from the samples' facts and the bank's answers."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.reconciliation.figures import Outcome, Reconciliation
from tasks.practice_bank.bank import answer
from tasks.reconcile.stage import as_at, reconcile
from tasks.tenant_context import TenantContext
from tests.bank_messages import taken_in
from tests.month import NOVEMBER, SAMPLES, context, deliver, facts, ingest, released_sample

RUN = "ilf-2026-11-rehearsal-1"
ENTRY_DAY = date(2026, 11, 30)
LAST_DAY = NOVEMBER.replace(month=12, day=3)


@pytest.fixture(scope="module")
def november(tmp_path_factory: pytest.TempPathFactory) -> TenantContext:
    of = context(tmp_path_factory.mktemp("november"))
    released_sample(of, "2026-11", NOVEMBER, "£10,708,609.22")
    answer(of.paths.outbox("ilf") / f"{RUN}.REHEARSAL.bacs18.txt", of.paths.bank_inbox("ilf"), ENTRY_DAY)
    assert taken_in(of, LAST_DAY) == ([RUN], [])
    return of


@pytest.fixture(scope="module")
def amounts() -> list[str]:
    with (SAMPLES / "ilf-2026-11.csv").open(encoding="utf-8", newline="") as file:
        return [row["Net Amount"] for row in csv.DictReader(file)]


def all_pounds(found: Reconciliation) -> Decimal:
    return sum((bucket.pounds for bucket in found.buckets), Decimal(0))


def test_every_pound_and_every_row_has_one_place(november: TenantContext, amounts: list[str]) -> None:
    found = as_at(november, RUN, LAST_DAY)
    known = facts("2026-11")
    assert sum(bucket.rows for bucket in found.buckets) == known["rows"]
    assert all_pounds(found) == Decimal(known["total_as_written"])
    readable = set(known["refused_rows"]) - {str(row) for row in known["unreadable_amount_rows"]}
    refused = found.bucket(Outcome.REFUSED)
    assert refused.rows == 40
    assert refused.pounds == sum(Decimal(amounts[int(row)]) for row in readable)
    returned = found.bucket(Outcome.RETURNED)
    assert returned.rows == 2
    credited = found.bucket(Outcome.CREDITED)
    assert credited.rows == known["payable_rows"] - 2
    assert credited.pounds + returned.pounds == Decimal(known["payable_total"])
    assert found.unexplained == ()
    assert all(confirmation.agrees for confirmation in found.confirmations)
    assert found.final


def test_before_the_pay_day_nothing_is_credited(november: TenantContext) -> None:
    found = as_at(november, RUN, NOVEMBER.replace(day=28))
    assert found.bucket(Outcome.CREDITED).rows == 0
    assert found.bucket(Outcome.IN_FLIGHT).rows == 5227
    assert all_pounds(found) == Decimal("10708609.22")
    assert not found.final


def test_the_report_is_written_and_says_so(november: TenantContext) -> None:
    found, written = reconcile(november, RUN, LAST_DAY)
    assert found.unexplained_pounds == 0
    assert written.page.is_file()
    page = written.page.read_text(encoding="utf-8")
    assert "£10,651,415.60" in page
    assert "£0.00" in page


def test_a_run_that_was_only_ingested_has_everything_not_released(tmp_path: Path) -> None:
    of = context(tmp_path)
    deliver(of)
    found = as_at(of, ingest(of), NOVEMBER)
    assert found.sent is None
    assert found.unexplained_pounds == Decimal("5931.60"), "no row has been judged, so none has a place yet"
