"""The form in which the stages after the contract take each column, judged always and after the contract's own rules.

A contract may ask for more than that. What its own words let through and a later stage cannot take is refused when the
contract is loaded: a hyphenated sort code would otherwise be found when the payment file is written.
"""

from collections.abc import Mapping
from typing import Any

from schemas.contract.column import Rule
from schemas.contract.quality import Named
from schemas.means import LONGEST_CONTACT, Means
from schemas.no_go import NoGo

CANONICAL = (
    "payee_reference",
    "payee_name",
    "sort_code",
    "account_number",
    "roll_number",
    "amount",
    "payment_reference",
    "pay_date",
)
"""The columns that every stage after the contract relies on, by siller's names."""

_PRESENT: Named = ("is_present", {})
_FORMS: Mapping[str, tuple[Named, ...]] = {
    "payee_reference": (_PRESENT, ("is_written_one_way", {})),
    "payee_name": (
        *(_PRESENT, ("is_on_one_line", {}), ("has_a_letter_or_digit", {})),
        ("is_not_too_long", {"characters": 140}),
    ),
    "sort_code": (_PRESENT, ("has_exact_digits", {"digits": 6}), ("is_not_all_zeros", {})),
    "account_number": (_PRESENT, ("has_exact_digits", {"digits": 8}), ("is_not_all_zeros", {})),
    "roll_number": (("is_not_too_long", {"characters": 18}),),
    "amount": (
        *(_PRESENT, ("is_a_number", {}), ("has_two_decimals", {}), ("is_not_negative", {}), ("is_not_zero", {})),
        ("is_at_most", {"pence": 2_000_000_000}),
    ),
    "payment_reference": (_PRESENT,),
    "pay_date": (_PRESENT, ("is_a_date", {})),
    "means_of_payment": (_PRESENT, ("is_one_of", {"values": list(map(str, Means))})),
    "contact": (("is_on_one_line", {}), ("is_not_too_long", {"characters": LONGEST_CONTACT})),
}
_ONLY_BY_TRANSFER = frozenset({"sort_code", "account_number"})
"""What a payment by voucher has not; which rows have it is judged by their means."""
_MOST_PENCE = 99_999_999_999
"""What any file can carry in one payment, for a contract that says itself how much it may be."""

NOT_TAKEN: Mapping[str, tuple[str, ...]] = {
    "payee_reference": (" ",),
    "payee_name": (" ", "-", "A\nB", "A" * 141),
    "sort_code": ("12-34-56", "12 34 56", "12345", "1234567", "000000"),
    "account_number": ("1234567", "123456789", "1234-5678", "00000000"),
    "roll_number": ("A" * 19,),
    "amount": ("1,234.50", "£1.00", "1.234,50", "1.5", "1", "-1.00", "(1.00)", "0.00", "1.23E+07", "999999999999.00"),
    "payment_reference": (" ",),
    "pay_date": ("2026-11-30", "11/30/2026", "30/11/26", "30-11-2026"),
}
"""Of each column some cells that no later stage can take, on which a contract's own words are tried."""


def with_form(where: str, column: str, rules: tuple[Rule, ...], has_means: bool = False) -> tuple[Rule, ...]:
    """Return a contract's rules of a column, and after them those of the canonical form that it does not name itself.

    Args:
        where: for messages.
        column: siller's name of it.
        rules: those that the contract names.
        has_means: whether rows say by which means they are paid.

    Raises:
        NoGo: it names one of them with a limit that lets more through.
    """
    own = {rule.name: rule.limits for rule in rules}
    may_be_empty = has_means and column in _ONLY_BY_TRANSFER
    form = tuple(each for each in _FORMS.get(column, ()) if not (may_be_empty and each is _PRESENT))
    for name, limits in form:
        if name in own and _lets_more_through(name, own[name], limits):
            raise NoGo(f"{where}: the rule {name} lets more through than a payment can carry: it takes {limits}.")
    if own.get("is_present") is None and _PRESENT in form:
        raise NoGo(f"{where} says required: false, and no payment is made without it.")
    return (*rules, *(Rule(name, limits) for name, limits in form if name not in own))


def _lets_more_through(name: str, own: Mapping[str, Any], form: Mapping[str, Any]) -> bool:
    """Whether a contract's own limits are wider; limits of a wrong kind are found when the rules are tried."""
    if name == "is_not_too_long":
        return isinstance(own.get("characters"), int) and own["characters"] > form["characters"]
    if name == "is_one_of":
        return not set(own.get("values") or ()) <= set(form["values"])
    if name == "is_at_most":
        return isinstance(own.get("pence"), int) and own["pence"] > _MOST_PENCE
    return name == "has_exact_digits" and isinstance(own.get("digits"), int) and own != form
