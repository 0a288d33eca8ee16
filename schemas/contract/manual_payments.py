"""The file in which payments made outside siller are recorded, as a contract made from the tenant's own."""

from dataclasses import replace

from schemas.contract.column import Column, Rule
from schemas.contract.contract import Contract
from schemas.manifest import Kind
from schemas.period import PERIOD_FORM, PERIOD_PATTERN

_FROM_THE_TENANT = ("payee_reference", "sort_code", "account_number", "roll_number", "amount")
_PRESENT = Rule("is_present", {})


def paid_elsewhere_contract(contract: Contract) -> Contract:
    """Return what such a file holds: siller's column names, with the tenant's rules where the tenant has the column.

    ``occurrence`` belongs to it where the tenant's contract has it, and ``pay_date`` where rows say on which of several
    days they are due.
    """
    own = {
        column.name: replace(column, physical_name=column.name, origin=None)
        for column in contract.columns
        if column.name in (*_FROM_THE_TENANT, "occurrence")
    }
    period = _required("pay_period", PERIOD_PATTERN, f"the pay period as the agreement has it, {PERIOD_FORM}")
    kind = _required("kind", "|".join(Kind), "what an extract with the payment would be declared as")
    is_a_date = (_PRESENT, Rule("is_a_date", {}))
    paid_on = Column("paid_on", "paid_on", True, is_a_date, "when it was paid, DD/MM/YYYY")
    due = Column("pay_date", "pay_date", True, is_a_date, "the day on which it was due, DD/MM/YYYY")
    reference, *details = own.values()
    days = (due, paid_on) if contract.has_several_pay_days else (paid_on,)
    return Contract(contract.tenant, contract.version, (reference, period, kind, *details, *days))


def _required(name: str, pattern: str, description: str) -> Column:
    rules = (_PRESENT, Rule("has_the_agreed_form", {"pattern": pattern}))
    return Column(name, name, True, rules, description, agreed_form=description)
