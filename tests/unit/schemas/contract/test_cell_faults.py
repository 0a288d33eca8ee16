"""Which columns are asked for the faults of any cell, and that the one look which proves their absence misses none."""

import polars as pl
import pytest

from schemas.contract.cell_faults import CELL_FAULTS, faults_to_ask
from schemas.contract.contract import Contract
from schemas.contract.plain import PLAIN
from schemas.contract.rules import RULES

LATIN = [chr(code) for code in range(0x250)]
OTHERS = list("’–—‘“”€‚ƒ„…†‡ˆ‰‹•˜™›ỹΑІ\u200b\ufffd")


def test_no_character_and_no_pair_is_plain_that_has_a_fault():
    signs = [*LATIN, *OTHERS]
    cells = pl.DataFrame({"cell": [*(chr(code) for code in range(0xD800)), *(a + b for a in signs for b in signs)]})
    plain = cells.filter(PLAIN["is_no_formula"].test(pl.col("cell")))
    assert plain.height > 50_000
    for proven in PLAIN["is_no_formula"].proves:
        assert plain.filter(~RULES[proven](pl.col("cell")))["cell"].to_list() == []


def test_ilf_asks_its_names_alone_for_all_of_them_for_its_other_columns_let_none_through(ilf: Contract):
    asked = {column.name for column in ilf.columns if {rule.name for rule in column.rules} >= CELL_FAULTS.keys()}
    assert asked == {"payee_name"}


@pytest.mark.parametrize("pattern", [".*", r"\w+", "[^,]+", "[+-z]+", "A=B", "[А-Я]+"])
def test_a_loose_pattern_lets_faults_through(pattern):
    asked = list(faults_to_ask("payee_reference", [("has_the_agreed_form", {"pattern": pattern})]))
    assert asked == list(CELL_FAULTS)


@pytest.mark.parametrize("permitted", ["^a", r"\p{L}", "!-~", "A-Z=", "а-я"])
def test_loose_permitted_characters_let_faults_through(permitted):
    asked = list(faults_to_ask("payment_reference", [("has_only_permitted_characters", {"permitted": permitted})]))
    assert asked == list(CELL_FAULTS)


def test_bank_details_and_names_have_their_rules_without_the_contracts_word():
    digits = [("has_exact_digits", {"digits": 6})]
    assert list(faults_to_ask("sort_code", digits)) == ["is_not_all_zeros"]
    assert list(faults_to_ask("account_number", [*digits, ("is_not_all_zeros", {})])) == []
    assert next(faults_to_ask("payee_name", [])) == "has_a_letter_or_digit"
