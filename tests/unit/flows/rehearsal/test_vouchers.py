"""Two months of a body some of whose payees have no account, from extract to the last voucher's end."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from schemas.pay_run import Mode
from tasks.ledger.payment_state import define_payment_state
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.invented import cash
from tests.rehearsed import judged_by_arithmetic, rehearsed

SAMPLES = PROJECT / "data_contracts" / "cash" / "samples"
FIRST, SECOND = "cash-2026-10-rehearsal-1", "cash-2026-11-rehearsal-1"


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vouchers")


@pytest.fixture(scope="module")
def told(beside: Path) -> dict[str, Any]:
    extracts = [SAMPLES / f"cash-{period}.csv" for period in ("2026-10", "2026-11")]
    with pytest.MonkeyPatch.context() as patch:
        judged_by_arithmetic(patch)
        patch.setenv("SILLER_HOME", str(beside / "live"))
        patch.setenv("SILLER_CONTRACTS", str(PROJECT / "data_contracts"))
        return rehearsed(beside, extracts, tenant="cash", today="2026-10-20", answers_on=None)


def facts(period: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"cash-{period}.facts.json").read_text())
    return found


def buckets(beside: Path, run_id: str) -> dict[str, tuple[int, Decimal]]:
    """The report's buckets, as it wrote them."""
    path = beside / "home" / "rehearsal" / "reports" / run_id / "reconciliation.csv"
    with path.open(encoding="utf-8") as file:
        return {row["where"]: (int(row["rows"]), Decimal(row["pounds"])) for row in csv.DictReader(file)}


@pytest.mark.parametrize(("run_id", "period"), [(FIRST, "2026-10"), (SECOND, "2026-11")], ids=["october", "november"])
def test_every_penny_is_in_one_bucket(beside: Path, told: dict[str, Any], run_id: str, period: str) -> None:
    assert list(told["runs"]) == [FIRST, SECOND]
    meant, found = facts(period), buckets(beside, run_id)
    assert found.pop("extract") == (meant["rows"], Decimal(meant["total_as_written"]))
    assert found.pop("unexplained") == (0, Decimal("0.00"))
    by_voucher = [found.get(name, (0, Decimal(0))) for name in ("cashed", "expired", "cancelled", "issued")]
    assert sum(rows for rows, _ in by_voucher) == meant["vouchers"] == 5
    assert sum(pounds for _, pounds in by_voucher) == Decimal(meant["voucher_pence"]) / 100
    assert found["cashed"][0] == 3
    assert found["expired"][0] == 1
    assert "issued" not in found, "the rehearsal goes on until the provider has said what became of each"
    assert sum(pounds for _, pounds in found.values()) == Decimal(meant["total_as_written"])


def test_the_ledger_holds_and_its_sums_are_the_reports(beside: Path, told: dict[str, Any]) -> None:
    assert told["runs"]
    settings = Settings(home=beside / "home", contracts=PROJECT / "data_contracts", modulus_table=None)
    of = TenantContext("cash", Mode.REHEARSAL, settings)
    assert not list(problems(of))
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        query = "SELECT run_id, sum(pence) FROM state_totals(DATE '2027-01-31') JOIN run USING (run_no) GROUP BY run_id"
        sums = dict(connection.execute(query).fetchall())
    assert sums[FIRST] == facts("2026-10")["payable_pence"]
    # Of November two are held: their accounts gave October's money back.
    held = buckets(beside, SECOND)["held"]
    assert (held[0], sums[SECOND] + held[1] * 100) == (2, facts("2026-11")["payable_pence"])


def test_the_samples_are_those_that_were_made() -> None:
    for sample in cash.samples():
        assert (SAMPLES / sample.extract).read_bytes() == sample.content
        assert json.loads((SAMPLES / f"cash-{sample.period}.facts.json").read_text()) == sample.facts
