"""A contract's page: whatever it says a column must hold, change or be refused for, is what the rules say."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from schemas.contract.cell_faults import CELL_FAULTS
from schemas.contract.explain import message
from schemas.contract.functions import FUNCTIONS
from schemas.contract.rules import RULES
from schemas.contract.said import MUST
from schemas.pay_run import Mode
from schemas.period import Period
from tasks.body_tools.contract_page import contract_page
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests import page_rules
from tests.council import CONTRACT, FORMS

NOVEMBER = Period.parsed("2026-11")
LESS_WORDS = CONTRACT.replace(
    "required: true, unique: true,",
    "required: true, unique: true, logicalTypeOptions: {pattern: '[^A-Z]{9}'},",
)
CONTRACTS = {"ilf": None, "council": CONTRACT, "no example": LESS_WORDS} | {
    name: FORMS[name] for name in ("pipes, Windows-1252, records", "fixed width", "Excel", "Parquet")
}


def page_of(contract: str | None, home: Path) -> tuple[TenantContext, str]:
    given = home / "contracts"
    shutil.copytree(PROJECT / "data_contracts", given, ignore=shutil.ignore_patterns("__pycache__", "samples"))
    if contract:
        (given / "ilf" / "extract.odcs.yaml").write_text(contract, encoding="utf-8")
    context = TenantContext("ilf", Mode.LIVE, Settings(home=home / "nowhere", contracts=given, modulus_table=None))
    written = contract_page(context, NOVEMBER, date(2026, 11, 20))
    return context, " ".join(page_rules.check(written).find(".//main").text_content().split())


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_every_refusal_stands_there_in_its_own_words(contract: str | None, tmp_path: Path) -> None:
    context, text = page_of(contract, tmp_path)
    for column in context.contract.columns:
        for rule in column.rules if column.sources else ():
            if rule.name not in CELL_FAULTS:
                assert message(context.contract, column.name, rule.name) in text
    for name in context.contract.source_columns:
        assert name in text


def test_of_a_council_it_shows_what_is_changed_and_what_comes_of_it(tmp_path: Path) -> None:
    _, text = page_of(CONTRACT, tmp_path)
    for said in (
        "First Name Ann, Surname Sample, of which siller makes Ann Sample.",
        "£1,234.50, of which siller makes 1234.50.",
        "08-99-99, of which siller makes 089999.",
        "be six digits, together or in pairs: 123456, 12-34-56 or 12 34 56",
        "Take the hyphens or spaces out of a sort code in pairs.",
        "be £5,000.00 at most",
        "roll number: nothing payment reference: the payee reference pay date: the pay day that is agreed",
        "These columns may stand in it and are not read: Phone.",
        "Ref stands in this extract more than once, and the contract says that each has one of its own.",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pipes, Windows-1252, records", "The last line begins with T| and says how many rows there are and what they"),
        ("pipes, Windows-1252, records", "Cells have vertical bars between them"),
        ("fixed width", "The widths are Ref 12, First Name 145"),
        ("Excel", "in the worksheet Payments, with the columns' names in row 3."),
        ("Parquet", "A Parquet file with columns of text."),
    ],
)
def test_how_the_file_is_written_is_said(name: str, said: str, tmp_path: Path) -> None:
    assert said in page_of(FORMS[name], tmp_path)[1]


def test_each_rule_says_what_a_cell_must_do_but_for_what_none_may_have() -> None:
    takes_all = {name for name, function in FUNCTIONS.items() if function.takes is None}
    assert MUST.keys() == (RULES.keys() - CELL_FAULTS.keys()) | (FUNCTIONS.keys() - takes_all)
