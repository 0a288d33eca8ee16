"""The page for who writes a contract: its examples are read as a contract, and it names all that a contract may."""

import re

import pytest
import yaml

from schemas.contract.canonical import CANONICAL
from schemas.contract.contract import Contract
from schemas.contract.functions import FUNCTIONS
from tasks.ledger.sql_rules import try_rules
from tasks.settings import PROJECT, Settings
from tests.council import CONTRACT

PAGE = (PROJECT / "docs" / "contracts.md").read_text(encoding="utf-8")
EXAMPLES = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example[0]["name"] + str(n) for n, example in enumerate(EXAMPLES)])
def test_an_example_is_read_as_it_stands_and_its_sql_can_be_asked(example):
    document = yaml.safe_load(CONTRACT)
    columns = document["schema"][0]["properties"]
    names = {entry["name"] for entry in example}
    document["schema"][0]["properties"] = [each for each in columns if each["name"] not in names] + example
    contract = Contract.parsed(yaml.safe_dump(document).encode(), "extract.odcs.yaml")
    try_rules(contract, Settings(threads=1))
    assert {rule.name for rule in contract.sql_rules} >= (
        {"one_payee_an_account"} if "quality" in example[0] else set()
    )


@pytest.mark.parametrize("name", [*CANONICAL, *FUNCTIONS])
def test_every_column_and_function_is_named(name):
    assert f"`{name}`" in PAGE
