"""Invented rows that break one rule each, and say which."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from itertools import cycle
from typing import Any, NamedTuple

from schemas.account.published_cases import published_accounts
from schemas.contract.column import Column
from schemas.contract.contract import PAYING_ACCOUNT
from schemas.contract.origin import Stated
from schemas.contract.quality import KEY_STANDS_ONCE, STANDS_ONCE, SqlRule
from schemas.money import pounds
from tasks.body_tools.agreed_form import fits
from tasks.body_tools.as_sent import Row, as_sent
from tasks.body_tools.invented import Inventor

Limits = Mapping[str, Any]
_NO_BANK = "999999"
"""A sort code that no table can check an account of."""


class Broken(NamedTuple):
    """A row that breaks a rule.

    Attributes:
        sent: as the body writes it.
        column: siller's name of the column that is at fault.
        rule: the rule's id, which is the only one that the row breaks.
    """

    sent: Row
    column: str
    rule: str


class Wanted(NamedTuple):
    """A rule of a column, of which a row is wanted that breaks it."""

    column: str
    rule: str


def broken_rows(inventor: Inventor) -> tuple[list[Broken], list[Wanted]]:
    """Make up, for each rule, a row that breaks it and no other one.

    Returns:
        the rows, in the order of the contract; and the rules of which none could be made up.
    """
    contract = inventor.context.contract
    tried = [each for each in _tried(inventor) if all(fits(c, name, contract.form) for name, c in each.sent.items())]
    reasons = inventor.reasons([each.sent for each in tried])
    found: dict[Wanted, Broken] = {}
    for number, each in enumerate(tried):
        wanted, broken = Wanted(each.column, each.rule), reasons.get(number, set())
        if wanted in broken and {rule for _, rule in broken} == {each.rule}:
            found.setdefault(wanted, each)
    rows = _without_others(inventor, [*found.values(), *_pairs(inventor)])
    shown = {Wanted(each.column, each.rule) for each in rows}
    return rows, [each for each in _wanted(inventor) if each not in shown]


def _without_others(inventor: Inventor, rows: list[Broken]) -> list[Broken]:
    """Leave out rows of which a rule that looks at all rows together says something else than they are to show."""
    of_all = {rule.name for rule in inventor.context.contract.sql_rules}
    while True:
        together = inventor.together([each.sent for each in rows])
        said = {number: {rule for _, rule in reasons} for number, reasons in together.items()}
        others = [
            number
            for number, each in enumerate(rows)
            if said.get(number, set()) != ({each.rule} if each.rule in of_all else set())
        ]
        if not others:
            return rows
        rows = [each for number, each in enumerate(rows) if number != others[-1]]  # the others may stand without it


def _wanted(inventor: Inventor) -> list[Wanted]:
    contract = inventor.context.contract
    listed = [Wanted(column.name, rule) for column in contract.columns for rule in _rules_of(column)]
    return [*dict.fromkeys([*listed, *(Wanted(rule.column, rule.name) for rule in contract.sql_rules)])]


def _rules_of(column: Column) -> Iterator[str]:
    """The rules that a body's own cell can break."""
    if column.origin is None or column.origin.stated in (None, Stated.PAYEE_REFERENCE):
        yield from (name for name in (column.origin.functions if column.origin else ()) if _NOT_TAKEN.get(name))
        yield from (rule.name for rule in column.rules)


def _tried(inventor: Inventor) -> Iterator[Broken]:
    """Rows that may break a rule; whether they do, and no other one, has to be asked."""
    contract, good = inventor.context.contract, cycle(inventor.supply)
    for column in contract.columns:
        origin = column.origin
        for name in origin.functions if origin else ():
            for cell in _NOT_TAKEN[name]:
                row = next(good)
                yield Broken({**as_sent(row, contract), column.sources[0]: cell}, column.name, name)
        if origin and origin.stated not in (None, Stated.PAYEE_REFERENCE):
            continue
        place = "payee_reference" if origin and origin.stated else column.name
        for rule in column.rules:
            row = next(good)
            for cell in _breaking(rule.name, row[column.name], rule.limits, inventor):
                sent = as_sent({**row, place: cell}, contract)
                yield Broken(sent, column.name, rule.name)
                if origin and len(column.sources) == 1:
                    yield Broken({**sent, column.sources[0]: cell}, column.name, rule.name)
                if column.name == "account_number":  # the table alone would refuse some accounts at the row's own bank
                    sent = as_sent({**row, "sort_code": _NO_BANK, place: cell}, contract)
                    yield Broken(sent, column.name, rule.name)
    for changes, column_name, rule_name in _later(inventor):
        yield Broken(as_sent({**next(good), **changes}, contract), column_name, rule_name)


def _later(inventor: Inventor) -> Iterator[tuple[Row, str, str]]:
    """What the stages after the contract refuse of a row by itself."""
    wrong = published_accounts().filter(published_accounts()["valid"] == "no")
    for account in wrong.select("sort_code", "account_number").iter_rows(named=True):
        yield account, "account_number", "account_passes_modulus_check"
    yield {"payee_name": "漢字"}, "payee_name", "text_can_be_written"
    if inventor.context.contract.has(PAYING_ACCOUNT):
        yield {PAYING_ACCOUNT: "NONE OF THEM"}, PAYING_ACCOUNT, "paying_account_is_agreed"


def _pairs(inventor: Inventor) -> Iterator[Broken]:
    """Two rows alike in what may stand once."""
    contract, good = inventor.context.contract, inventor.supply
    for rule in contract.sql_rules:
        if rule.name in (STANDS_ONCE, KEY_STANDS_ONCE) and len(good) > 1:
            one, other = good[-1], {**good[-2], **{name: good[-1][name] for name in _key(rule)}}
            for row in (one, other):
                yield Broken(as_sent(row, contract), rule.column, rule.name)


def _key(rule: SqlRule) -> list[str]:
    """The columns that such a rule looks at, from its own query."""
    asked = re.search(r"PARTITION BY (.*?)\)", rule.query)
    return asked[1].split(", ") if asked else [rule.column]


def _breaking(rule: str, good: str, limits: Limits, inventor: Inventor) -> list[str]:
    if rule in _OTHER_DAYS:
        return [f"{inventor.due.pay_day + timedelta(days=each):%d/%m/%Y}" for each in _OTHER_DAYS[rule]]
    return _BREAKS[rule](good, limits) if rule in _BREAKS else []


_OTHER_DAYS = {
    "is_in_the_pay_month": (40,),
    "is_in_the_pay_period": (-500,),
    "is_the_pay_day": (1, -1),
    "is_a_pay_day": (-500,),
}
"""How many days from the pay day a date lies that breaks a rule, whatever the body's rhythm."""

_BREAKS: Mapping[str, Callable[[str, Limits], list[str]]] = {
    "is_present": lambda _good, _limits: [""],
    "is_not_in_scientific_notation": lambda _good, _limits: ["6.64E+07"],
    "has_exact_digits": lambda good, _limits: [good[:-1]],
    "is_not_all_zeros": lambda good, _limits: ["0" * len(good)],
    "has_a_letter_or_digit": lambda _good, _limits: ["-"],
    "is_written_one_way": lambda good, _limits: [f"{good[:1]}  {good[1:]}"],
    "has_the_agreed_form": lambda good, _limits: [f"{good}X", good[:-1]],
    "has_only_permitted_characters": lambda good, _limits: [f"{good[:-1]}_", "A_1", "A#1"],
    "is_not_too_long": lambda good, limits: [
        (good * limits["characters"])[: limits["characters"] + 1],
        "A" * (limits["characters"] + 1),
    ],
    "is_not_too_short": lambda good, limits: [good[: limits["characters"] - 1]],
    "is_one_of": lambda good, _limits: [f"{good}X"],
    "is_on_one_line": lambda good, _limits: [f"{good[:1]}\t{good[1:]}"],
    "is_a_number": lambda _good, _limits: ["ten pounds"],
    "is_a_whole_number": lambda _good, _limits: ["one"],
    "has_two_decimals": lambda good, _limits: [good[:-1]],
    "is_not_negative": lambda good, _limits: [f"-{good}"],
    "is_not_zero": lambda _good, _limits: ["0.00"],
    "is_at_most": lambda _good, limits: [_written(limits["pence"] + 1)],
    "is_at_least": lambda _good, limits: [_written(limits["least_pence"] - 1)],
    "is_a_date": lambda _good, _limits: ["30 November"],
    "is_no_formula": lambda good, _limits: [f"={good}"],
    "is_no_spreadsheet_error": lambda _good, _limits: ["#N/A"],
    "has_no_invisible_characters": lambda good, _limits: [f"{good[:2]}\u00a0{good[2:]}", f"{good[:2]}\u200b{good[2:]}"],
    "has_no_look_alikes": lambda good, _limits: [f"А{good[1:]}x"],
    "is_not_garbled": lambda good, _limits: [f"{good[:8]}Ã©"],
}
"""By rule, cells that may break it: from a good cell and the contract's limits."""

_NOT_TAKEN: Mapping[str, list[str]] = {
    "join_with_spaces": [],
    "strip_blanks": [],
    "join_pairs": ["12-34-5"],
    "first_six_of_fourteen": ["12-34-56"],
    "last_eight_of_fourteen": ["12-34-56"],
    "strip_pound_sign_and_commas": ["1.234,50"],
    "date_with_day_first": ["30 November"],
    "date_with_year_first": ["30 November"],
    "date_with_month_first": ["30 November"],
}
"""By function, a cell that it does not take; two of them take every cell."""


def _written(pence: int) -> str:
    return pounds(pence).replace("£", "").replace(",", "")
