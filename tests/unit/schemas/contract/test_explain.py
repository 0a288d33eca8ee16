"""The messages: in the tenant's words, with what to do, without values."""

import pytest

from schemas.contract.explain import fault, message
from schemas.contract.rules import RULES

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


def test_every_rule_that_exists_is_used_by_ilf_and_so_has_a_tested_message(ilf):
    assert {rule.name for column in ilf.columns for rule in column.rules} == set(RULES)


def test_an_unknown_rule_has_no_message(ilf):
    with pytest.raises(KeyError):
        message(ilf, "amount", "is_lucky")
