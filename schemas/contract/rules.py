"""The rules that a tenant's contract can put on a column.

Each rule is a function that takes the cell as text, and its limits, and returns one polars expression:
true where the cell keeps the rule. The function's name is the rule's id in contracts, reports and
tests. A rule may be handed any text, also none: it answers false and never raises. Which column has
which rules, in which order and with which limits, is said by the contract alone.

Beside each rule stand its text (:mod:`schemas.contract.said`) and its plain test (:mod:`schemas.contract.plain`).
"""

from schemas.contract.amount_rules import (
    has_two_decimals,
    is_a_number,
    is_a_whole_number,
    is_at_least,
    is_at_most,
    is_not_negative,
    is_not_zero,
)
from schemas.contract.cell_faults import CELL_FAULTS
from schemas.contract.date_rules import (
    is_a_date,
    is_a_pay_day,
    is_in_the_pay_month,
    is_in_the_pay_period,
    is_the_pay_day,
)
from schemas.contract.plain import RuleFunction
from schemas.contract.text_rules import (
    has_a_letter_or_digit,
    has_exact_digits,
    has_only_permitted_characters,
    has_the_agreed_form,
    is_not_all_zeros,
    is_not_in_scientific_notation,
    is_not_too_long,
    is_not_too_short,
    is_on_one_line,
    is_one_of,
    is_present,
    is_written_one_way,
)

RULES: dict[str, RuleFunction] = {
    rule.__name__: rule
    for rule in (
        is_present,
        is_not_in_scientific_notation,
        has_exact_digits,
        is_not_all_zeros,
        has_a_letter_or_digit,
        is_written_one_way,
        has_the_agreed_form,
        has_only_permitted_characters,
        is_not_too_long,
        is_not_too_short,
        is_one_of,
        is_on_one_line,
        is_a_number,
        is_a_whole_number,
        has_two_decimals,
        is_not_negative,
        is_not_zero,
        is_at_most,
        is_at_least,
        is_a_date,
        is_in_the_pay_month,
        is_in_the_pay_period,
        is_the_pay_day,
        is_a_pay_day,
    )
} | CELL_FAULTS
"""Every rule that a contract may name, by its id."""
