"""What a rule means for the person who has to put a row right.

The text of a contract's rule stands beside the rule, that of a function that makes a column beside the function, those
of later stages in :mod:`schemas.contract.later_rules`, and that of a contract's SQL rule in the contract.
"""

from typing import Any

from schemas.contract.column import Column
from schemas.contract.contract import Contract
from schemas.contract.later_rules import LATER_RULES
from schemas.contract.said import FAULTS, MUST, SEND, Fault
from schemas.money import pounds


def message(contract: Contract, column_name: str, rule: str) -> str:
    """Say what is wrong with a cell and what to do about it, without its value.

    Args:
        contract: the tenant's contract, which has the tenant's word for the column and the limits.
        column_name: siller's name of the column.
        rule: the id of the rule that the cell breaks, the contract's or a later stage's.

    Raises:
        KeyError: there is no such column or no such rule.
    """
    return f"{what_is_wrong(contract, column_name, rule)} {what_to_do(contract, column_name, rule)}"


def what_is_wrong(contract: Contract, column_name: str, rule: str) -> str:
    """Say what is wrong with a cell, and why that is wrong, in one sentence; the arguments are those of ``message``."""
    known = _limits(contract, column_name, rule)
    said = _fault(contract, rule).sentences[0].format(**known)
    return said if said.startswith(known["column"]) else said[:1].upper() + said[1:]


def what_to_do(contract: Contract, column_name: str, rule: str) -> str:
    """Say what to do about it; the arguments are those of ``message``."""
    return _fault(contract, rule).sentences[1].format(send=SEND, **_limits(contract, column_name, rule))


def fault(contract: Contract, column_name: str, rule: str) -> str:
    """Say what is wrong with a cell, in the few words of a list; the arguments are those of :func:`message`."""
    return _fault(contract, rule).said.format(**_limits(contract, column_name, rule))


def must(contract: Contract, column_name: str, rule: str) -> str:
    """Say what a cell must do to keep a rule, as the end of a sentence; empty of what no cell may have at all."""
    return MUST.get(rule, "").format(**_limits(contract, column_name, rule))


def _fault(contract: Contract, rule: str) -> Fault:
    """The text of a rule: a later stage's, the contract's own SQL, or a rule's or function's that every body has."""
    return contract.sql_text(rule) or LATER_RULES.get(rule) or FAULTS[rule]


def _limits(contract: Contract, column_name: str, rule: str) -> dict[str, Any]:
    """The tenant's word for a column, and the limits of its rule as people read them."""
    column = contract.column(column_name)
    limits = next((dict(each.limits) for each in column.rules if each.name == rule), {})
    if "pence" in limits:
        limits["most"] = pounds(limits["pence"])
    if "least_pence" in limits:
        limits["least"] = pounds(limits["least_pence"])
    if "permitted" in limits:
        limits["permitted"] = _in_words(limits["permitted"])
    if "values" in limits:
        limits["values"] = ", ".join(limits["values"])
    if "pattern" in limits:
        limits["agreed_form"] = _form_in_words(column)
    return {**limits, "column": column.physical_name}


def _form_in_words(column: Column) -> str:
    """How a cell is to be written, in the contract's words and by its example: nobody there reads a pattern."""
    example = f"for example {column.examples[0]}" if column.examples else ""
    said = ", ".join(filter(None, (column.agreed_form, example)))
    return f" ({said})" if said else ""


def _in_words(permitted: str) -> str:
    """Name the permitted characters: ``A-Za-z0-9./ -`` is letters, digits, . / - and the space."""
    signs = permitted.replace("A-Z", "").replace("a-z", "").replace("0-9", "").replace("\\", "")
    return f"letters A to Z, digits, {' '.join(signs.replace(' ', ''))} and the space"
