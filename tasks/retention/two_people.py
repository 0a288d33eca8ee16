"""Nobody erases alone: an operator, and somebody of the body's who agrees, each with their own proof."""

from schemas.agreement import Role
from schemas.approval import canonical
from schemas.no_go import NoGo
from tasks.people.identity import identify
from tasks.tenant_context import TenantContext

DOOR = "siller retention"


def identify_operator(context: TenantContext, people: tuple[str, str]) -> str:
    """The operator, proved, before anything is said of what there is.

    Raises:
        NoGo: the two are one, nobody is named who agrees, or the operator is none or did not prove who they are. The
            ledger keeps who tried.
    """
    operator, agreeing = people
    named = context.agreement.people
    if not agreeing.strip():  # nobody agrees by being at the operator's account
        raise NoGo("Name who agrees (--agreeing NAME). Nothing was done: it takes two people.")
    if operator.strip() and canonical(operator, named) == canonical(agreeing, named):
        raise _one(operator)
    return identify(context, operator, DOOR, Role.OPERATOR)


def identify_agreeing(context: TenantContext, operator: str, agreeing: str) -> str:
    """Who agrees, proved: an approver or the decision owner. Last, so that a refusal costs them no one-time code.

    Raises:
        NoGo: they are the operator, may not do that, or did not prove who they are. The ledger keeps who tried.
    """
    agreed_by = identify(context, agreeing, DOOR, Role.APPROVER, Role.DECISION_OWNER)
    if agreed_by == operator:
        raise _one(operator)
    return agreed_by


def _one(name: str) -> NoGo:
    return NoGo(f"{name} cannot be both. Nothing was done: it takes two people, each with a proof of their own.")
