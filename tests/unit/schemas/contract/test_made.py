"""Columns made of others, absent and ignored: what becomes of each cell, and what is said of one that is not taken."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from schemas.contract.contract import Contract
from schemas.contract.explain import message
from schemas.contract.extract import read_extract
from schemas.contract.functions import FUNCTIONS
from schemas.contract.made import as_sent, changes, not_taken, with_pay_day
from schemas.no_go import NoGo
from tests.council import CONTRACT, HEADER, ROWS, extract

COUNCIL = Contract.parsed(CONTRACT.encode(), "extract.odcs.yaml")

FORMS = {
    "strip_blanks": ({" a b\u00a0": "a b", "": "", "a": "a"}, []),
    "join_pairs": (
        {"12-34-56": "123456", "12 34 56": "123456", "012345": "012345", "": "", "  ": "  "},
        ["12345", "12.34.56", "1-2-3456", "12-34 56", "1234567", "12\u00a034\u00a056", "12–34–56", "123456\n"],
    ),
    "first_six_of_fourteen": (
        {"08999966374958": "089999", "08-99-99 66374958": "089999", "089999-66374958": "089999"},
        ["8999966374958", "089999663749580", "8.99997E+12"],
    ),
    "last_eight_of_fourteen": ({"08999966374958": "66374958", "08-99-99-66374958": "66374958"}, ["0899996637495"]),
    "strip_pound_sign_and_commas": (
        {
            "£1,234.50": "1234.50",
            "1,234,567.89": "1234567.89",
            "20.00": "20.00",
            "£ 5": "5",
            "-£5.00": "-5.00",
            "1,234.5": "1234.5",
            "": "",
        },
        [
            *("1.234,50", "(100.00)", "1.23E+07", "12,34.50", "1,2345.00", "1,234,50", "€5.00", "5.00 CR", ".50"),
            *("1\u00a0234.50", "TBC", "£", "£££5.00", "5.00-"),
        ],
    ),
    "date_with_day_first": (
        {"5/1/2026": "05/01/2026", "30-11-2026": "30/11/2026", "30.11.2026": "30/11/2026", "30/11/2026": "30/11/2026"},
        ["11/30/2026", "2026-11-30", "30/11/26", "30 November 2026", "00/11/2026"],
    ),
    "date_with_year_first": ({"2026-11-30": "30/11/2026", "2026/1/5": "05/01/2026"}, ["30/11/2026", "2026-30-11"]),
    "date_with_month_first": ({"11/30/2026": "30/11/2026", "1/5/2026": "05/01/2026"}, ["30/11/2026", "2026-11-30"]),
}


def contract_with(old: str, new: str) -> Contract:
    assert old in CONTRACT
    return Contract.parsed(CONTRACT.replace(old, new, 1).encode(), "extract.odcs.yaml")


def read(tmp_path: Path, contract: Contract, *rows: str, header: str = HEADER) -> pl.DataFrame:
    path = tmp_path / "extract.csv"
    path.write_bytes(extract(*rows).replace(HEADER.encode(), header.encode()))
    return pl.concat(read_extract(path, contract))


@pytest.mark.parametrize("name", FORMS)
def test_a_function_makes_of_each_form_what_it_says_and_takes_no_other(name):
    made, untaken = FORMS[name]
    cells = pl.DataFrame({"cell": [*made, *untaken]})
    function, cell = FUNCTIONS[name], pl.col("cell")
    found = cells.select(cell, function.taken(cell).alias("taken"), function.made(cell).alias("made")).rows()
    assert found == [*((sent, True, to) for sent, to in made.items()), *((sent, False, sent) for sent in untaken)]


def test_every_function_is_tried_here():
    assert {*FORMS, "join_with_spaces"} == set(FUNCTIONS)


def test_a_councils_rows_become_siller_s_and_what_was_sent_stands_beside_them(tmp_path):
    rows = read(tmp_path, COUNCIL, *ROWS)
    assert rows.columns == ["row_number", *COUNCIL.kept_columns]
    assert rows.drop("as_sent").rows() == [
        (0, "C1", "Zoë O’Hara", "089999", "66374958", "", "1234.50", "C1", ""),
        (1, "C2", "Jo", "202959", "63748472", "", "20.00", "C2", ""),
        (2, "C3", "Ann Lee", "202959", "63748472", "", "7.25", "C3", ""),
    ]
    assert as_sent(rows, COUNCIL).rows() == [
        (0, "C1", "Zoë", "O’Hara", "08-99-99", "66374958", "£1,234.50"),
        (1, "C2", "  Jo ", "", "20 29 59", "63748472", "20.00"),
        (2, "C3", "Ann", "Lee", "202959 ", "63748472", "7.25"),
    ]
    assert as_sent(rows, COUNCIL).columns == ["row_number", *HEADER.split(",")[:-1]]


def test_the_pay_day_is_written_where_the_body_does_not_send_it(tmp_path, ilf):
    rows = read(tmp_path, COUNCIL, *ROWS)
    assert with_pay_day(rows, COUNCIL, date(2026, 11, 6))["pay_date"].unique().to_list() == ["06/11/2026"]
    assert with_pay_day(rows, ilf, date(2026, 11, 6)).equals(rows)


def test_each_change_is_listed_by_function_and_what_is_only_joined_is_none(tmp_path):
    found = changes(read(tmp_path, COUNCIL, *ROWS), COUNCIL)
    assert found.rows() == [
        (1, "payee_name", "join_with_spaces", "  Jo  | ", "Jo"),
        (2, "sort_code", "strip_blanks", "202959 ", "202959"),
        (0, "sort_code", "join_pairs", "08-99-99", "089999"),
        (1, "sort_code", "join_pairs", "20 29 59", "202959"),
        (0, "amount", "strip_pound_sign_and_commas", "£1,234.50", "1234.50"),
    ]


def test_a_cell_that_a_function_does_not_take_stays_as_sent_and_is_named_with_the_function(tmp_path):
    bad = ("C4,A,B,1-23-45,66374958,(100.00),", "C5,A,B,089999,66374958,1.00,", 'C6,A,B,,66374958,"1.234,50",')
    rows = read(tmp_path, COUNCIL, *bad)
    assert not_taken(rows, COUNCIL).rows() == [
        (0, "sort_code", "join_pairs"),
        (0, "amount", "strip_pound_sign_and_commas"),
        (2, "amount", "strip_pound_sign_and_commas"),
    ]
    assert rows["amount"].to_list() == ["(100.00)", "1.00", "1.234,50"]
    said = message(COUNCIL, "amount", "strip_pound_sign_and_commas")
    assert said.startswith("Pay is no amount in pounds that can be read for certain. Write pounds")


def test_an_ignored_column_may_be_missing_and_any_other_column_may_not(tmp_path):
    without = ("C1,Zoë,O’Hara,08-99-99,66374958,1.00",)
    rows = read(tmp_path, COUNCIL, *without, header=HEADER.removesuffix(",Phone"))
    assert "01" not in str(rows.rows())
    with pytest.raises(NoGo, match=r"column G \(number 7\) of the header is not in the contract"):
        read(tmp_path, COUNCIL, *ROWS, header=HEADER.replace("Phone", "Fax"))
    with pytest.raises(NoGo, match="Surname is missing"):
        read(tmp_path, COUNCIL, *without, header="Ref,First Name,Sort Code,Account,Pay,Phone")


def test_one_column_can_be_taken_apart_into_two(tmp_path):
    contract = contract_with(
        "{name: account_number, physicalName: Account, required: true}",
        "{name: account_number, required: true, transformSourceObjects: [Account],"
        " transformLogic: last_eight_of_fourteen}",
    )
    row = "C1,A,B,08-99-99,08999966374958,1.00,"
    assert read(tmp_path, contract, row)["account_number"].to_list() == ["66374958"]


def test_where_nothing_is_made_by_a_function_nothing_is_kept_beside_the_row(ilf):
    assert ilf.kept_columns == tuple(column.name for column in ilf.columns)
    assert ilf.source_columns == tuple(column.physical_name for column in ilf.columns)
