"""Nobody erases alone: an operator, and somebody of the body's who agrees, each with their own proof."""

from schemas.agreement import Role
from schemas.approval import canonical
from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from tasks.people.identity import identify
from tasks.tenant_context import TenantContext

DOOR = "siller retention"
_LONGEST = 300


def identify_two(context: TenantContext, people: tuple[str, str]) -> tuple[str, str]:
    """The operator and who agrees, both proved; who agrees is an approver or the decision owner.

    Raises:
        NoGo: they are one, one of them may not do that or did not prove who they are. The ledger keeps who tried.
    """
    operator, agreeing = people
    named = context.agreement.people
    if not agreeing.strip():  # nobody agrees by being at the operator's account
        raise NoGo("Name who agrees (--agreeing NAME). Nothing was done: it takes two people.")
    if operator.strip() and canonical(operator, named) == canonical(agreeing, named):
        raise _one(operator)
    by = identify(context, operator, DOOR, Role.OPERATOR)
    agreed_by = identify(context, agreeing, DOOR, Role.APPROVER, Role.DECISION_OWNER)
    if by == agreed_by:
        raise _one(by)
    return by, agreed_by


def check_said(text: str, what: str) -> str:
    """What somebody typed, as it may be kept and shown.

    Raises:
        NoGo: it is nothing, or too long.
    """
    said = sanitise(text, 2 * _LONGEST)
    if not said or len(said) > _LONGEST:
        raise NoGo(f"Say {what}, in at most {_LONGEST} letters and nothing of a payee. Nothing was done.")
    return said


def _one(name: str) -> NoGo:
    return NoGo(f"{name} cannot be both. Nothing was done: it takes two people, each with a proof of their own.")
