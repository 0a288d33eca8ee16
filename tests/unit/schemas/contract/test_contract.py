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
    "rows of several pay days": ("rule: is_the_pay_day", "rule: is_on_one_line", "needs the rule is_the_pay_day"),
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
    "another version of the standard": ("apiVersion: v3.1.0", "apiVersion: v3.0.2", "siller reads no other"),
    "a column of another type": (
        *("examples: [ILF100001]", "logicalTypeOptions: {format: uuid}"),
        "column payee_reference says logicalTypeOptions format: uuid",
    ),
    "a number that is none": (
        "Sort Code\n        description: The sort code of the payee's bank, six digits without hyphens, as text.\n"
        "        logicalType: string",
        "Sort Code\n        logicalType: number",
        "column sort_code says logicalType: number, which siller does not enforce",
    ),
    "a database's type": ("physicalType: VARCHAR", "physicalType: VARCHAR(9)", r"physicalType: VARCHAR\(9\)"),
    "a key of a column that nobody keeps": (
        *("classification: special-category", "partitioned: true"),
        "column payee_reference says partitioned: true, which siller does not enforce",
    ),
    "a misspelt key of a column": ("required: true", "requird: true", "requird: true"),
    "a key of a later standard": (
        "classification: special-category",
        "enum: [{value: a}]",
        "use the metric invalidValues",
    ),
    "a promise about servers": ("tenant: ilf", "tenant: ilf\nservers: []", "servers: "),
    "a custom property that nobody knows": (
        *("classification: special-category", "customProperties: [{property: mask, value: all}]"),
        "customProperties mask: all, which siller does not enforce",
    ),
    "a rule that would only warn": (
        "metric: missingValues",
        "metric: missingValues\n            severity: warning",
        "severity",
    ),
    "a text that is no rule": ("type: library", "type: text", "type: text"),
    "a metric of rows": ("metric: invalidValues", "metric: rowCount", "rowCount"),
    "words that are no texts": ('{pattern: "ILF[0-9]{6}"}', "{validValues: [1, 2]}", "in quotation marks"),
    "a sort code with hyphens let through": (
        *(
            "implementation: {rule: has_exact_digits, digits: 6}",
            "implementation: {rule: has_the_agreed_form, pattern: '.*'}",
        ),
        "column sort_code: its own rules let '12-34-56' through",
    ),
    "a sort code of eight digits": ("digits: 6", "digits: 8", "sort_code: the rule has_exact_digits lets more through"),
    "a name longer than any payment carries": (
        "characters: 140",
        "characters: 141",
        "payee_name: the rule is_not_too_long",
    ),
    "a payee who cannot be absent": (
        *("physicalName: ILF Ref", "customProperties: [{property: absent, value: empty}]"),
        "column payee_reference says absent: 'empty', and is needed: no payment is made without it",
    ),
    "something else than nothing in a column": (
        *("physicalName: Roll No", "customProperties: [{property: absent, value: none}]"),
        "can only say absent: empty",
    ),
    "a function that nobody knows": (
        *("physicalName: Sort Code", "transformSourceObjects: [Sort Code]\n        transformLogic: strip"),
        "column sort_code: transformLogic names 'strip'",
    ),
    "columns and no function": (
        *("physicalName: Sort Code", "transformSourceObjects: [Sort Code]"),
        "column sort_code is made of Sort Code, and transformLogic does not say by which function",
    ),
    "a function of the body's own column": (
        *("physicalName: Sort Code", "physicalName: Sort Code\n        transformLogic: join_pairs"),
        "each once, in the place of physicalName",
    ),
    "two columns for a function of one": (
        *("physicalName: Sort Code", "transformSourceObjects: [A, B]\n        transformLogic: join_pairs"),
        "every other function takes one",
    ),
    "a column with two origins": (
        *(
            "physicalName: Sort Code",
            "physicalName: A\n        transformSourceObjects: [B]\n        transformLogic: join_pairs",
        ),
        "has no physicalName of its own",
    ),
    "a column that is ignored and required": (
        *(
            "physicalName: Roll No",
            "physicalName: Roll No\n        customProperties: [{property: ignored, value: true}]",
        ),
        "column roll_number says required: false",
    ),
    "a column that a spreadsheet takes for a formula": (
        *("physicalName: Roll No", 'physicalName: "-Roll No"'),
        "a spreadsheet takes the column -Roll No for a formula",
    ),
    "an SQL rule without words": (
        *("type: custom", "type: sql\n            name: a_rule\n            query: SELECT 1\n            mustBe: 0"),
        "says engine: siller",
    ),
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
