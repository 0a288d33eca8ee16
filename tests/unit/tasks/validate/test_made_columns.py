"""A body whose contract makes columns of others: what is paid, what is refused, and what goes back to it."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from flows.cli.check_report import causes
from schemas.period import Period
from tasks.check import check
from tasks.ingest.declaring import declare
from tasks.ledger.file_line import file_lines
from tasks.ledger.runs import run_row
from tasks.tenant_context import TenantContext
from tasks.validate.changed import Changed, count_changes
from tasks.validate.stage import validate
from tests.council import ROWS, council, deliver
from tests.month import NOVEMBER, gates_by_arithmetic, ingest

BAD = (
    'C4,"Two\nlines",Name,08-99-99,66374958,"1.234,50",',
    "C5,A,B,8-99-99,66374958,(100.00),",
    "C6,A,B,08-99-99,66374958,0.50,",
    "C7,A,B,08-99-99,66374958,5000.01,",
)


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TenantContext]:
    context = council(tmp_path_factory.mktemp("council"))
    deliver(context, "6262.26", *ROWS, *BAD)
    validate(context, ingest(context), NOVEMBER)
    yield context


def test_a_row_whose_cell_makes_two_columns_counts_once(tmp_path: Path) -> None:
    context = council(tmp_path)
    contract = tmp_path / "contracts" / "ilf" / "extract.odcs.yaml"
    text = contract.read_text("utf-8").replace("strip_blanks, join_pairs", "first_six_of_fourteen")
    made = "{name: account_number, required: true, "
    made += "transformSourceObjects: [Sort Code], transformLogic: last_eight_of_fourteen}\n      - "
    unread = "{name: unread, physicalName: Account, customProperties: [{property: ignored, value: true}]}"
    text = text.replace("{name: account_number, physicalName: Account, required: true}", made + unread)
    contract.write_text(text, "utf-8")
    path = deliver(context, "30.00", "C1,Ann,Lee,10-79-99 88837491,,10.00,", "C2,Jo,Ash,,,20.00,")
    found = check(context, path, None, NOVEMBER)
    assert [(cause.rules, cause.lines) for cause in causes(found.refused)] == [("is_present", [3])]
    validate(context, ingest(context), NOVEMBER)
    page = context.paths.left_out_summary("ilf-2026-11-rehearsal-1").read_text("utf-8")
    assert '<td class="number">1</td><td>3</td>' in page


def test_what_functions_make_is_paid_to_the_penny(of):
    with of.ledger.opened() as connection:
        paid = connection.execute(
            "SELECT row_number, amount_pence, payee_name, sort_code, payment_reference, pay_date "
            "FROM core_payment JOIN raw_extract_row USING (run_no, row_number) ORDER BY row_number"
        ).fetchall()
    assert paid == [
        (0, 123450, "Zoë O’Hara", "089999", "C1", "30/11/2026"),
        (1, 2000, "Jo", "202959", "C2", "30/11/2026"),
        (2, 725, "Ann Lee", "202959", "C3", "30/11/2026"),
    ]


def test_a_cell_that_cannot_be_taken_is_refused_once_by_the_function_s_name(of):
    with of.ledger.opened() as connection:
        left_out = connection.execute("SELECT row_number, column_name, rule FROM core_left_out ORDER BY ALL").fetchall()
    assert left_out == [
        (3, "amount", "strip_pound_sign_and_commas"),
        (3, "payee_name", "is_on_one_line"),
        (4, "amount", "strip_pound_sign_and_commas"),
        (4, "sort_code", "join_pairs"),
        (5, "amount", "is_at_least"),
        (6, "amount", "is_at_most"),
    ]


def test_what_goes_back_has_the_body_s_own_columns_as_they_were_sent(of):
    sent = of.paths.left_out("ilf-2026-11-rehearsal-1").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sent)))
    assert list(rows[0])[:5] == ["Pay run", "Line", "Column", "What is wrong", "What to do"], (
        "the body sends no pay date"
    )
    assert list(rows[0])[5:] == ["Ref", "First Name", "Surname", "Sort Code", "Account", "Pay"]
    assert [(row["Line"], row["Column"], row["Pay"]) for row in rows] == [
        ("5", "Pay; First Name and Surname", "1.234,50"),
        ("7", "Pay; Sort Code", "(100.00)"),
        ("8", "Pay", "0.50"),
        ("9", "Pay", "5000.01"),
    ]
    assert rows[0]["First Name"] == "Two\nlines"


def test_a_line_break_in_a_cell_of_which_a_column_is_made_moves_the_lines_after_it(of):
    with of.ledger.opened() as connection:
        lines = file_lines(connection, run_row(connection, "ilf-2026-11-rehearsal-1"), range(7))["line"].to_list()
    assert lines == [2, 3, 4, 5, 7, 8, 9]


def test_without_a_pay_date_a_check_is_of_the_period_in_which_the_day_lies(of, monkeypatch):
    gates_by_arithmetic(monkeypatch)
    extract = of.paths.landing("ilf") / "council.csv"
    checked = check(of, extract, None, NOVEMBER)
    assert checked.reason.startswith("The gate “refused share” found 4 of 7 rows")
    assert (checked.payable_rows, checked.payable_pence) == ([0, 1, 2], 126175)
    declared = declare(of, extract, of_period=Period.parsed("2026-11"))
    assert (declared.pay_date, declared.total) == (date(2026, 11, 30), Decimal("6262.26"))


def test_every_change_is_listed_for_the_body_as_sent_and_as_kept(of):
    sent = of.paths.changed("ilf-2026-11-rehearsal-1").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sent)))
    assert rows[:5] == [
        ["Line of the file", "Column", "Function", "As sent", "As kept"],
        ["2", "Sort Code", "join_pairs", "08-99-99", "089999"],
        ["2", "Pay", "strip_pound_sign_and_commas", "£1,234.50", "1234.50"],
        ["3", "First Name and Surname", "join_with_spaces", "  Jo  | ", "Jo"],
        ["3", "Sort Code", "join_pairs", "20 29 59", "202959"],
    ]
    assert rows[5:] == [
        ["4", "Sort Code", "strip_blanks", "202959 ", "202959"],
        *([line, "Sort Code", "join_pairs", "08-99-99", "089999"] for line in ("5", "8", "9")),
    ]


def test_changes_are_counted_for_whoever_approves(of):
    with of.ledger.opened() as connection:
        counted = count_changes(connection, of, run_row(connection, "ilf-2026-11-rehearsal-1"))
    assert counted == [
        Changed("First Name and Surname", "join_with_spaces", 1),
        Changed("Sort Code", "strip_blanks", 1),
        Changed("Sort Code", "join_pairs", 5),
        Changed("Pay", "strip_pound_sign_and_commas", 1),
    ]
