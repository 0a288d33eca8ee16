"""What a body shares with the others of this installation, by the agreements that stand here."""

from schemas.agreement import Agreement
from schemas.sharing import list_mixed, list_undeclared
from tasks.tenant_context import TenantContext, list_agreed, tenants


def list_others(context: TenantContext) -> list[TenantContext]:
    """Every other body whose agreement can be read."""
    return [each for each in list_agreed(context.mode, context.settings) if each.tenant != context.tenant]


def list_undeclared_by(context: TenantContext) -> list[str]:
    """Say what is wrong about what a body shares, as :func:`schemas.sharing.list_undeclared` does.

    A partner whose agreement cannot be read pays nobody, and holds up no other: it is not looked at.

    Raises:
        NoGo: the body's own agreement cannot be read.
    """
    others = [each.agreement for each in list_others(context)]
    unreadable = set(tenants(context.settings)) - {other.tenant for other in others}
    declared = tuple(name for name in context.agreement.shares_with if name not in unreadable)
    return list_undeclared(context.agreement.model_copy(update={"shares_with": declared}), others)


def list_mixed_by(context: TenantContext, agreement: Agreement) -> list[str]:
    """Say where a body's answers would be fetched as another one's, as :func:`schemas.sharing.list_mixed` does.

    It holds up no payday, as the serials that are shared do: answers alone are not fetched meanwhile.

    Args:
        context: the body's.
        agreement: the body's, by which they would be.
    """
    return list_mixed(agreement, (each.agreement for each in list_others(context)))
