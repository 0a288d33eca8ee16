"""The messages: in the tenant's words, with what to do, without values."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.contract.column import Rule
from schemas.contract.contract import Contract
from schemas.contract.explain import fault, message, must, what_is_wrong
from schemas.contract.functions import FUNCTIONS
from schemas.contract.later_rules import LATER_RULES
from schemas.contract.rules import RULES
from schemas.contract.said import FAULTS
from schemas.payee_checks.finding import Finding
from tests.council import CONTRACT

PROJECT = Path(__file__).parents[4]
ANY = {"digits": 6, "pattern": "[0-9]", "permitted": "A-Z", "characters": 18, "pence": 100}

LATER_STAGES = {
    "account_number": ["account_passes_modulus_check"],
    "payee_name": ["text_can_be_written"],
    "payee_reference": [
        *("identical_copy_in_extract", "copies_differ_in_extract", "already_released", "stopped_by_a_person")
    ],
}


@pytest.mark.parametrize(
    ("column", "rule", "said"),
    [
        ("sort_code", "has_exact_digits", "Sort Code is not exactly 6 digits."),
        ("account_number", "has_exact_digits", "Account No is not exactly 8 digits."),
        ("amount", "is_at_most", "Net Amount is more than one payment may carry, which is £20,000,000.00."),
        ("payment_reference", "is_not_too_long", "Payment Reference has more than 18 characters."),
        (
            "payment_reference",
            "has_only_permitted_characters",
            "permitted are letters A to Z, digits, . & / - and the space.",
        ),
        ("payee_reference", "has_the_agreed_form", "ILF and six digits, for example ILF100001"),
        ("pay_date", "is_in_the_pay_month", "Pay Date is in another month"),
    ],
)
def test_a_message_names_the_tenants_column_and_the_limit(ilf, column, rule, said):
    assert said in message(ilf, column, rule)


@pytest.mark.parametrize(("column", "rules"), LATER_STAGES.items())
def test_the_later_stages_rules_have_messages_too(ilf, column, rules):
    for rule in rules:
        assert message(ilf, column, rule).startswith(ilf.column(column).physical_name)


@pytest.mark.parametrize(
    ("column", "rule", "said"),
    [
        ("account_number", "is_present", "Account No is empty"),
        ("account_number", "account_passes_modulus_check", "Account No and its sort code do not belong together"),
        ("amount", "is_not_negative", "Net Amount is negative"),
        ("sort_code", "has_exact_digits", "Sort Code is not exactly 6 digits"),
        (
            "payee_reference",
            "alike_already_released",
            "the same amount was released to the same account for this pay period under another ILF Ref",
        ),
    ],
)
def test_a_list_says_what_is_wrong_and_not_what_should_be(ilf, column, rule, said):
    assert fault(ilf, column, rule) == said


def test_every_message_begins_with_the_fault(ilf):
    rules = [(column.name, rule.name) for column in ilf.columns for rule in column.rules]
    for column, rule in [*rules, *((column, rule) for column, known in LATER_STAGES.items() for rule in known)]:
        said, wrong = message(ilf, column, rule), fault(ilf, column, rule)
        assert said.startswith(wrong)
        assert len(wrong) < len(said)
        if (column, rule) in rules:
            assert rule.replace("_", " ") not in wrong, "the name of a contract's rule says what should be"


IDS = re.compile(r"(?:RULE = |STANDS_ONCE = |THEN |ELSE |SELECT row_number, )[\"']([a-z]+_[a-z_]+)[\"']")
JUDGES = (
    "schemas/contract/quality.py",
    "tasks/validate",
    "tasks/ledger/duplicates.sql",
    "tasks/ledger/overlapping.sql",
    "tasks/ledger/ended_vouchers.sql",
    "tasks/ledger/holds.sql",
)
"""Where rows are left out by rules of later stages, most of them in SQL."""


def ids_in_sources() -> set[str]:
    places = [PROJECT / place for place in JUDGES]
    files = [file for place in places for file in (place.rglob("*") if place.is_dir() else [place])]
    return {name for file in files if file.suffix in (".py", ".sql") for name in IDS.findall(file.read_text("utf-8"))}


def test_every_rule_and_every_function_that_can_refuse_has_its_text_beside_it():
    assert set(FAULTS) == set(RULES) | {name for name, function in FUNCTIONS.items() if function.takes}


def test_every_rule_of_a_later_stage_has_a_text_and_no_text_is_of_a_rule_that_is_gone():
    inserted = {
        rule
        for file in ("nothing_open", "own_account")
        for rule in re.findall(r"'held', '\w+', '(\w+)'", (PROJECT / f"tasks/validate/{file}.sql").read_text())
    }
    # A match keeps nobody from being paid.
    of_payee_checks = {finding.rule for finding in Finding if finding is not Finding.MATCH}
    assert (ids_in_sources() | inserted | of_payee_checks) - {"payee_reference"} == set(LATER_RULES)


def test_every_text_can_be_filled_in_with_what_its_rule_knows():
    council = Contract.parsed(CONTRACT.encode(), "extract.odcs.yaml")
    limits = {
        "is_one_of": {"values": ["a", "b"]},
        "is_not_too_short": {"characters": 2},
        "is_at_least": {"least_pence": 5},
    }
    for rule in RULES:
        known = next((each for column in council.columns for each in column.rules if each.name == rule), None)
        column = replace(council.column("amount"), rules=(known or Rule(rule, limits.get(rule, ANY)),))
        said = message(replace(council, columns=(column,)), "amount", rule)
        assert said.startswith("Pay ")
        assert "{" not in said


def test_a_contracts_sql_rule_is_told_in_the_contracts_own_words():
    rule = "[{type: sql, name: one_home, query: SELECT 1, mustBe: 0, description: 'Two {payees} share a home.'}]"
    entry = "{name: account_number, physicalName: Account, required: true"
    contract = Contract.parsed(CONTRACT.replace(entry, f"{entry}, quality: {rule}").encode(), "extract.odcs.yaml")
    assert message(contract, "account_number", "one_home") == (
        "Account breaks the rule one_home: Two {payees} share a home. Correct it and send the row again."
    )


def test_an_unknown_rule_has_no_message(ilf):
    with pytest.raises(KeyError):
        message(ilf, "amount", "is_lucky")


@pytest.mark.parametrize(
    ("tenant", "said"),
    [
        ("ilf", "(ILF and six digits, for example ILF100001)."),
        ("kirkmuir", "(KM and five digits, for example KM01001)."),
        ("rowan", "(G, a hyphen and four digits, for example G-2041)."),
    ],
)
def test_no_regular_expression_is_shown_but_what_the_contract_says_of_it(tenant: str, said: str) -> None:
    contract = Contract.load(PROJECT / "data_contracts" / tenant / "extract.odcs.yaml")
    rule = "payee_reference", "has_the_agreed_form"
    assert what_is_wrong(contract, *rule).endswith(f"is not written as the contract says {said}")
    assert must(contract, *rule) == f"be written as the contract says {said.rstrip('.')}"
