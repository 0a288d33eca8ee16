"""A body that is paid by the week: two weeks of three payments the whole way, from extract to reconciled."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.month import extract_of, manifest_of
from tests.rehearsed import judged_by_arithmetic, office, rehearsed
from tests.rhythms import WEEKLY, agreed_otherwise, rows_paid_on

FIRST, SECOND = "ilf-2026-W48-rehearsal-1", "ilf-2026-W49-rehearsal-1"
THURSDAYS = {"2026-W48": date(2026, 11, 26), "2026-W49": date(2026, 12, 3)}


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("weekly")


@pytest.fixture(scope="module")
def told(beside: Path) -> dict[str, Any]:
    extracts = []
    for period, day in THURSDAYS.items():
        extract = beside / f"{period}.csv"
        extract.write_bytes(extract_of(rows_paid_on(day)))
        manifest = manifest_of(extract.read_bytes(), extract.name, pay_period=period, pay_date=day.isoformat())
        extract.with_suffix(".csv.manifest.json").write_text(manifest)
        extracts.append(extract)
    with pytest.MonkeyPatch.context() as patch:
        judged_by_arithmetic(patch)
        patch.setenv("SILLER_HOME", str(beside / "live"))
        patch.setenv("SILLER_CONTRACTS", str(agreed_otherwise(beside / "contracts", **WEEKLY)))
        return rehearsed(beside, extracts, answers_on="2026-12-09")


def test_each_week_is_paid_on_its_thursday(told: dict[str, Any]) -> None:
    assert list(told["runs"]) == [FIRST, SECOND]
    for run, processed in ((FIRST, " 26329"), (SECOND, " 26336")):  # Wednesday 25 November, and 2 December
        payment_file = Path(told["runs"][run]["payment_file"]["path"])
        assert payment_file.name == f"{run}.REHEARSAL.bacs18.txt"
        (header,) = (line for line in payment_file.read_text("ascii").splitlines() if line.startswith("UHL1"))
        assert header[4:10] == processed


def test_the_second_week_is_compared_with_the_first(beside: Path, told: dict[str, Any]) -> None:
    with office(beside).ledger.opened() as connection:
        gates = {
            (run_id, gate): (figure, verdict)
            for run_id, gate, figure, verdict in connection.execute(
                "SELECT run_id, gate, figure, verdict FROM out_gate JOIN run USING (run_no)"
            ).fetchall()
        }
    assert gates[FIRST, "there_is_a_period_to_compare"] == ("none", "refer")
    assert gates[FIRST, "change_in_total"] == ("there is no period to compare with", "refer")
    assert gates[SECOND, "there_is_a_period_to_compare"] == (f"2026-W48, {FIRST}", "go")
    assert gates[SECOND, "change_in_total"][1] == "go"


def test_people_read_of_weeks_and_not_of_months(beside: Path, told: dict[str, Any]) -> None:
    reports = office(beside).paths.reports(SECOND)
    pages = {path.name: path.read_text("utf-8") for path in reports.iterdir() if path.suffix in (".md", ".html")}
    assert pages
    text = "\n".join(pages.values())
    assert "week from 30 November to 6 December 2026" in text
    assert "month" not in text
