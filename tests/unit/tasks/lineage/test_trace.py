"""The way of one payment, from either end."""

import csv
import json
from datetime import date, datetime
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.ledger import Ledger
from tasks.lineage.trace import Trace, trace
from tests import filled_ledger as fill
from tests.sampled import one_in

RUN = fill.run_id_of("2026-11")
TODAY = date(2026, 12, 2)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    ledger = fill.ilf_ledger(tmp_path_factory.mktemp("home"))
    fill.answered_month(ledger, "2026-10")
    fill.answered_month(ledger, "2026-11")
    return ledger


@pytest.fixture(scope="module")
def sent() -> list[dict[str, str]]:
    with (fill.SAMPLES / "ilf-2026-11.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def told(traced: Trace) -> dict[str, str]:
    return {step.what: step.detail for step in traced.steps}


def test_a_returned_payment_from_extract_to_the_banks_answer(ledger: Ledger, sent: list[dict[str, str]]) -> None:
    traced = trace(ledger, f"{RUN}/3", TODAY)
    assert (traced.payment_id, traced.state) == (f"{RUN}/3", "returned")
    assert [step.what for step in traced.steps] == [
        "extract sealed",
        "row read",
        "payable",
        "written to payment file",
        "gates",
        "approval: approved",
        "released",
        "bank: accepted total",
        "bank: returned",
        "bank: statement debit",
        "stands now",
    ]
    manifest = json.loads((fill.SAMPLES / "ilf-2026-11.manifest.json").read_text())
    details = told(traced)
    assert "ilf-2026-11.csv" in details["extract sealed"]
    assert manifest["sha256"] in details["extract sealed"]
    account, sort_code = sent[3]["Account No"], sent[3]["Sort Code"]
    assert details["row read"] == f"line 5 of the extract; sort code {sort_code[:2]}****, account ****{account[-4:]}"
    assert details["payable"].replace(",", "") == f"£{sent[3]['Net Amount']}"
    assert details["written to payment file"].startswith(f"payment line 4 of 5229 in {RUN}.txt, SHA-256 1111")
    assert "first.approver@ilf.example" in details["approval: approved"]
    assert "27 November 2026" in details["released"]
    assert "30 November 2026" in details["released"]
    assert "code B, Account closed, dated 30 November 2026, in arucs-2026-11.xml" in details["bank: returned"]
    moments = [step.when for step in traced.steps if isinstance(step.when, datetime)]
    assert moments == sorted(moments)
    assert all(moment.tzinfo for moment in moments)


@pytest.mark.parametrize("line", one_in(3, [1, 231, 232, 4000, 5229]))
def test_a_line_of_the_payment_file_leads_back_to_its_row_and_the_row_to_its_line(ledger: Ledger, line: int) -> None:
    refused = {int(row) for row in fill.facts_of("2026-11")["refused_rows"]}
    row = [number for number in range(5269) if number not in refused][line - 1]
    from_line, from_row = trace(ledger, f"{RUN}/line/{line}", TODAY), trace(ledger, f"{RUN}/{row}", TODAY)
    assert from_line == from_row
    assert told(from_row)["written to payment file"].startswith(f"payment line {line} of 5229 ")


@pytest.mark.parametrize("row", [231, 331, 614, 870, 4004, 5175])
def test_a_refused_row_ends_with_its_reason_and_never_reaches_the_file(ledger: Ledger, row: int) -> None:
    traced = trace(ledger, f"{RUN}/{row}", TODAY)
    column, rule = fill.REASONS[fill.facts_of("2026-11")["refused_rows"][str(row)]]
    assert traced.state == "refused"
    assert [step.what for step in traced.steps] == ["extract sealed", "row read", "refused", "stands now"]
    assert told(traced)["refused"] == f"{column} breaks {rule}"


def test_no_trace_shows_a_name_a_whole_account_or_a_reference(ledger: Ledger, sent: list[dict[str, str]]) -> None:
    for row in (0, 3, 10, 231, 331, 556, 4438, 5268):
        text = str(trace(ledger, f"{RUN}/{row}", TODAY))
        for column in ("ILF Ref", "Recipient Name", "Sort Code", "Account No", "Payment Reference"):
            value = sent[row][column].strip()
            assert not value or value not in text, (row, column)


def test_the_calendar_says_when_it_counts_as_credited(ledger: Ledger) -> None:
    assert trace(ledger, f"{RUN}/0", date(2026, 11, 29)).state == "accepted"
    assert trace(ledger, f"{RUN}/0", date(2026, 11, 30)).state == "credited"


def test_a_slip_of_the_approver_and_another_files_approval_are_told(tmp_path: Path) -> None:
    ledger = fill.ilf_ledger(tmp_path)
    run_no = fill.ingest(ledger, "2026-11")
    fill.validate(ledger, "2026-11", run_no)
    fill.instruct(ledger, "2026-11", run_no)
    fill.assess(ledger, "2026-11", run_no, "refer")
    fill.approve(ledger, "2026-11", run_no, "refused")
    with ledger.transaction() as connection:
        connection.execute("UPDATE approval SET cause = 'the control total is not the one typed'")
        connection.execute("UPDATE payment_file SET sha256 = ?", ["ff" * 32])
    traced = trace(ledger, f"{RUN}/0", TODAY)
    assert traced.state == "awaiting_approval"
    assert told(traced)["approval: refused"] == (
        "first.approver@ilf.example, the control total is not the one typed, of another payment file"
    )
    assert told(traced)["gates"] == "1 refer (refused_share)"
    assert "released" not in told(traced)


def test_a_run_that_has_only_begun(tmp_path: Path) -> None:
    ledger = fill.ilf_ledger(tmp_path)
    fill.ingest(ledger, "2026-11")
    assert [step.what for step in trace(ledger, f"{RUN}/0", TODAY).steps] == [
        "extract sealed",
        "row read",
        "stands now",
    ]
    with pytest.raises(NoGo, match="no payment line 1, or there is no payment file yet"):
        trace(ledger, f"{RUN}/line/1", TODAY)


@pytest.mark.parametrize(
    ("payment", "said"),
    [
        ("ILF100002", "is no payment"),
        (f"{RUN}/-1", "is no payment"),
        (f"{RUN}/line/", "is no payment"),
        ("elsewhere/3", "is no run"),
        ("ilf-2026-12-rehearsal-1/3", "There is no run ilf-2026-12-rehearsal-1"),
        (f"{RUN}/5269", "has no row 5269"),
        (f"{RUN}/line/0", "has no payment line 0"),
        (f"{RUN}/line/5230", "has no payment line 5230"),
    ],
)
def test_what_is_no_payment_is_refused_with_what_to_write(ledger: Ledger, payment: str, said: str) -> None:
    with pytest.raises(NoGo, match=said):
        trace(ledger, payment, TODAY)
