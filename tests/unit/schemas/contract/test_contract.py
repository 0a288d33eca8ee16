"""A contract file that siller cannot keep to the letter is refused when it is loaded."""

from pathlib import Path

import pytest

from schemas.contract.contract import Contract
from schemas.no_go import NoGo

ILF = (Path(__file__).parents[4] / "data_contracts" / "ilf" / "extract.odcs.yaml").read_text("utf-8")

SPOILED = {
    "a rule that does not exist": ("rule: is_not_zero", "rule: is_lucky", "'is_lucky'"),
    "a limit that the rule does not have": ("digits: 6", "digts: 6", "has_exact_digits"),
    "a limit that is missing": (", digits: 6", "", "has_exact_digits"),
    "a limit of the wrong kind": ("characters: 140", "characters: many", "is_not_too_long"),
    "a class that its characters end": ("A-Za-z0-9./ -", "a]b[c", "roll_number: the permitted characters"),
    "a class within a class": ("A-Za-z0-9./ -", "a-z[0-9]", "roll_number: the permitted characters"),
    "a class without its end": ("A-Za-z0-9./ -", r"a-z\\", "has_only_permitted_characters"),
    "a pattern that is none": ("ILF[0-9]{6}", "ILF[0-9", "has_the_agreed_form"),
    "a pay day given as a limit": (
        "{rule: is_the_pay_day}",
        "{rule: is_the_pay_day, pay_day: 1}",
        "is_the_pay_day",
    ),
    "rows of several pay days": ("rule: is_the_pay_day", "rule: is_on_one_line", "pays a run on one day"),
    "another engine": ("engine: siller", "engine: soda", "engine siller"),
    "a library metric that siller does not apply": (
        "metric: invalidValues",
        "metric: duplicateValues",
        "library",
    ),
    "a tolerance for missing values": ("mustBe: 0", "mustBe: 5", "library"),
    "a canonical column missing": ("name: account_number", "name: account", "account_number"),
    "a column without a physical name": ("        physicalName: Sort Code\n", "", "sort_code"),
    "a physical name twice": ("physicalName: Account No", "physicalName: Sort Code", "twice"),
    "a required column called optional": ("required: true", "required: false", "payee_reference"),
    "a rule twice": ("rule: is_not_zero", "rule: is_not_negative", "amount has a rule twice"),
    "a key twice": ("tenant: ilf", "tenant: ilf\ntenant: other", "tenant"),
    "a key that ODCS does not have": ("tenant: ilf", "tenant: ilf\ntennant: ilf", "tennant"),
    "no tenant": ("tenant: ilf\n", "", "tenant"),
    "no version": ("version: 1.1.0\n", "", "version"),
}


def test_ilf_loads_with_every_column_and_its_limits(ilf):
    assert [(column.name, column.physical_name) for column in ilf.columns] == [
        ("payee_reference", "ILF Ref"),
        ("payee_name", "Recipient Name"),
        ("sort_code", "Sort Code"),
        ("account_number", "Account No"),
        ("roll_number", "Roll No"),
        ("amount", "Net Amount"),
        ("payment_reference", "Payment Reference"),
        ("pay_date", "Pay Date"),
    ]
    assert [column.name for column in ilf.columns if not column.required] == ["roll_number"]
    assert {rule.name: dict(rule.limits) for rule in ilf.column("amount").rules}["is_at_most"] == {
        "pence": 2_000_000_000
    }


@pytest.mark.parametrize("kind", SPOILED)
def test_a_spoiled_contract_is_refused_and_the_fault_named(tmp_path, kind):
    old, new, named = SPOILED[kind]
    assert old in ILF
    path = tmp_path / "extract.odcs.yaml"
    path.write_text(ILF.replace(old, new, 1), "utf-8")
    with pytest.raises(NoGo, match=named) as refused:
        Contract.load(path)
    assert str(refused.value).startswith("extract.odcs.yaml")


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b", "a: [", "\x00"])
def test_a_file_that_is_no_contract_is_refused(tmp_path, text):
    path = tmp_path / "extract.odcs.yaml"
    path.write_text(text)
    with pytest.raises(NoGo, match=r"extract\.odcs\.yaml"):
        Contract.load(path)


def test_a_missing_contract_is_refused(tmp_path):
    with pytest.raises(NoGo, match="no file"):
        Contract.load(tmp_path / "extract.odcs.yaml")


def test_an_unknown_column_is_a_key_error(ilf):
    with pytest.raises(KeyError):
        ilf.column("shoe_size")


def test_brackets_are_permitted_where_a_backslash_says_that_they_are_meant(tmp_path):
    path = tmp_path / "extract.odcs.yaml"
    path.write_text(ILF.replace("A-Za-z0-9./ -", r"A-Z\\[\\]", 1), "utf-8")
    (rule,) = (each for each in Contract.load(path).column("roll_number").rules if "permitted" in each.limits)
    assert rule.limits["permitted"] == r"A-Z\[\]"
