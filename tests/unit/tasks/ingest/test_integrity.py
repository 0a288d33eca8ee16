"""Whether an extract has what its manifest declares: both figures are told."""

import json
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from schemas.manifest import Manifest
from schemas.no_go import NoGo
from tasks.ingest.integrity import Found, check_declared, check_hash, check_pay_day, check_uploader
from tests.month import SAMPLES, facts


@pytest.fixture
def manifest() -> Manifest:
    return Manifest.load(SAMPLES / "ilf-2026-11.manifest.json", "ilf")


def found(*amounts: str) -> Found:
    return Found.of(pl.DataFrame({"amount": amounts}, schema={"amount": pl.String}))


def test_what_is_declared_may_pass(manifest: Manifest) -> None:
    check_hash(manifest, manifest.sha256)
    check_pay_day(manifest, date(2026, 11, 30))
    check_declared(manifest, Found(5269, Decimal("10708609.22"), 4))


def test_only_an_uploader_of_the_agreement_submits(manifest: Manifest) -> None:
    check_uploader(manifest, ["Finance.Officer@ILF.example"])
    with pytest.raises(NoGo, match=r"finance\.officer@ilf\.example submitted it, who is no uploader"):
        check_uploader(manifest, ["first.approver@ilf.example"])


def test_another_hash_is_told_with_both(manifest: Manifest) -> None:
    with pytest.raises(NoGo) as said:
        check_hash(manifest, "0" * 64)
    assert manifest.sha256 in str(said.value)
    assert "0" * 64 in str(said.value)


def test_another_pay_day_is_told_with_both(manifest: Manifest) -> None:
    with pytest.raises(NoGo, match="30 November 2026; the agreement pays it on 27 November 2026"):
        check_pay_day(manifest, date(2026, 11, 27))


def test_another_number_of_rows_is_told_with_both(manifest: Manifest) -> None:
    with pytest.raises(NoGo, match="has 5,268 rows, its manifest declares 5,269"):
        check_declared(manifest, Found(5268, Decimal("10708609.22"), 4))


@pytest.mark.parametrize(
    ("total", "said"),
    [
        ("10709609.22", "£10,709,609.22, its manifest declares £10,708,609.22: a difference of £1,000.00"),
        ("10708609.21", "£10,708,609.21, its manifest declares £10,708,609.22: a difference of £0.01"),
        ("10708609.221", "£10,708,609.221, its manifest declares £10,708,609.22: a difference of £0.001"),
    ],
)
def test_another_total_is_told_with_both_however_little_it_is_off(manifest: Manifest, total: str, said: str) -> None:
    with pytest.raises(NoGo) as refused:
        check_declared(manifest, Found(5269, Decimal(total), 4))
    assert said in str(refused.value)


def test_amounts_add_up_exactly_as_they_are_written() -> None:
    assert found("0.10", "0.20").total == Decimal("0.30")
    assert found("10.005", "-3.00", "0.00").total == Decimal("7.005")
    assert found(*["0.01"] * 30).total == Decimal("0.30")


def test_an_amount_that_cannot_be_read_counts_as_a_row_and_not_as_pounds() -> None:
    assert found("1.00", "£2.00", "", "three", "1,000.00") == Found(5, Decimal("1.00"), 4)


def test_batches_add_up() -> None:
    whole = found("1.00", "x") + found("2.50")
    assert whole == Found(3, Decimal("3.50"), 1)


@pytest.mark.parametrize("period", ["2026-10", "2026-11", "2026-12"])
def test_the_samples_hold_what_their_facts_say(period: str) -> None:
    amounts = pl.read_csv(SAMPLES / f"ilf-{period}.csv", infer_schema=False)["Net Amount"]
    holds = found(*amounts)
    assert holds.rows == facts(period)["rows"]
    assert holds.total == Decimal(facts(period)["total_as_written"])
    assert holds.unreadable == len(facts(period).get("unreadable_amount_rows", []))
    declared = json.loads((SAMPLES / f"ilf-{period}.manifest.json").read_text())
    short = Decimal(facts(period).get("declared_total_is_short_by", 0))
    assert holds.total - Decimal(declared["total"]) == short
