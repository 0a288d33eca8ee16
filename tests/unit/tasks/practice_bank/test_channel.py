"""The practice bank reads what people wrote by hand for a channel, and refuses what does not add up."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from schemas.no_go import NoGo
from schemas.rails.channel import Channel, Channels
from tasks.practice_bank.bank import answer
from tasks.practice_bank.channel import Portal

SHIPPED = Channels.read()
COUNTED = [
    {"name": "items", "field": "payments", "width": 4, "padding": "zeros_before"},
    {"name": "sum", "field": "total", "form": "pence", "width": 9, "padding": "zeros_before"},
    {"name": "ours", "field": "serial", "width": 6},
]
FIXED = [
    {"name": "whole", "field": "account", "width": 14},
    {"name": "pounds", "field": "amount", "form": "pounds", "width": 11, "padding": "spaces_before"},
    {"name": "who", "field": "payee_name", "width": 8, "cut": "end", "padding": "spaces_after"},
    {"name": "what for", "field": "reference", "width": 8, "cut": "end", "padding": "spaces_after"},
]


def portal(name: str, **keys: object) -> Portal:
    said = yaml.safe_load(dict(SHIPPED.files)[name]) | keys
    kept = {key: value for key, value in said.items() if value is not None}
    return Portal(Channel.parsed(yaml.safe_dump(kept).encode(), name), "123456", "107999", "88837491", "ILF")


def test_it_reads_cells_of_a_sheet_and_draws_its_payments(tmp_path: Path) -> None:
    path = tmp_path / "ilf-2026-11-live-1.coutts.csv"
    row = ",,,01,,,,,,,,,10799988837491,,,,{},,30112026,,,,,,{},,,,,,66374958,,JO,,,,{},,,\r\n"
    path.write_bytes((row.format("1.50", "089999", "A 1") + row.format("2.00", "202959", "")).encode())
    received = portal("coutts").receive(path, date(2026, 11, 30))
    assert (received.payments, received.pence, received.serial) == (2, 350, "ilf202611live1")
    first, second = received.items(path, [0, 1])
    assert (first.sort_code, first.account_number, first.pence, first.reference) == ("089999", "66374958", 150, "A 1")
    assert second.reference == ""


@pytest.mark.parametrize("wrong", ["", "0002000000999000007\n", "0003000000350000007\n"])
def test_it_holds_totals_of_fixed_width_against_the_payments(tmp_path: Path, wrong: str) -> None:
    more = {"shape": "fixed_width", "delimiter": None, "line_end": "LF", "columns": FIXED, "trailer": COUNTED}
    at = portal("coutts", **more, identified_by="serial")
    path = tmp_path / "file.txt"
    rows = "08999966374958       1.50JO      A 1     \n20295963748472       2.00ANN     B       \n"
    path.write_text(rows + (wrong or "0002000000350000007\n"))
    if wrong:
        with pytest.raises(NoGo, match="its totals do not agree with its payments"):
            at.receive(path, date(2026, 11, 30))
    else:
        assert at.receive(path, date(2026, 11, 30)).serial == "000007"


def test_one_that_reports_says_what_it_took_by_the_serial(tmp_path: Path) -> None:
    more = {"trailer": COUNTED, "identified_by": "serial", "answered_by": "input_report"}
    path = tmp_path / "file.csv"
    path.write_bytes(b"089999,JO,66374958,1.50,A 1,99/\r\n0001,000000150,000007\r\n")
    told = answer(path, tmp_path / "inbox", date(2026, 11, 30), (), portal("barclays_sif", **more))
    assert [each.name for each in told] == [
        "practice-input-report-123456-000007.xml",
        "practice-camt053-123456-000007.xml",
    ]


@pytest.mark.parametrize("line", ["089999,JO,66374958,1.5,A 1,99/", "089999,JO,66374958,1.50,A 1,98/", "089999,JO"])
def test_what_is_no_such_line_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(f"{line}\r\n".encode())
    with pytest.raises(NoGo, match=r"The practice bank refuses file\.csv: it cannot be read as a Barclays SIF CSV"):
        portal("barclays_sif").receive(path, date(2026, 11, 30))
