"""The messages: in the tenant's words, with what to do, without values."""

import pytest

from schemas.contract.explain import message
from schemas.contract.rules import RULES

LATER_STAGES = {
    "account_number": ["account_passes_modulus_check"],
    "payee_name": ["text_can_be_written"],
    "payee_reference": ["identical_copy_in_extract", "copies_differ_in_extract", "already_released"],
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
        ("payee_reference", "has_the_agreed_form", "ILF[0-9]{6}"),
        ("pay_date", "is_in_the_pay_month", "Pay Date is in another month"),
    ],
)
def test_a_message_names_the_tenants_column_and_the_limit(ilf, column, rule, said):
    assert said in message(ilf, column, rule)


@pytest.mark.parametrize(("column", "rules"), LATER_STAGES.items())
def test_the_later_stages_rules_have_messages_too(ilf, column, rules):
    for rule in rules:
        assert message(ilf, column, rule).startswith(ilf.column(column).physical_name)


def test_every_rule_that_exists_is_used_by_ilf_and_so_has_a_tested_message(ilf):
    assert {rule.name for column in ilf.columns for rule in column.rules} == set(RULES)


def test_an_unknown_rule_has_no_message(ilf):
    with pytest.raises(KeyError):
        message(ilf, "amount", "is_lucky")
